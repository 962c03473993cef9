// The page: one view at a time by its address, what has been done today, notes of visits and how they are handed over.
const data = JSON.parse(document.getElementById("data").textContent);
const at = (id) => document.getElementById(id);
const say = (key, values = {}) => data.words[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
const entries = new Entries(data.agent);
const sections = [...document.querySelectorAll("main > section")];
let editing = null;
let shownCode = 0;
let handed = [];

function iso(when) {
  const two = (one) => String(one).padStart(2, "0");
  return `${when.getFullYear()}-${two(when.getMonth() + 1)}-${two(when.getDate())}`;
}
// a clock that is before the day of the pack is wrong: what day it is nobody knows then
const clock = () => iso(new Date());
const isBehind = () => clock() < data.made;
const today = () => (isBehind() ? data.made : clock());
const latest = () => (isBehind() ? "" : clock());
const spoken = (day) =>
  new Date(day + "T12:00").toLocaleDateString(document.documentElement.lang, { day: "numeric", month: "short", year: "numeric" });

function element(tag, words = "", kind = "") {
  const made = document.createElement(tag);
  made.textContent = words;
  if (kind) made.className = kind;
  return made;
}

function show() {
  const wanted = location.hash.slice(1);
  const view = sections.find((one) => one.id === wanted) || sections[0];
  sections.forEach((one) => one.classList.toggle("shown", one === view));
  const group = view.className.includes("card") ? "villages" : view.id;
  document.querySelectorAll("nav a").forEach((link) => {
    if (link.hash === "#" + group) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  });
  scrollTo(0, 0);
}

function tellAge() {
  if (isBehind()) {
    at("old").textContent = say("clock", { day: spoken(clock()) });
    at("old").hidden = false;
  }
  const days = Math.round((new Date(today() + "T12:00") - new Date(data.made + "T12:00")) / 86400000);
  if (days > data.old) {
    at("old").textContent = say("old", { days });
    at("old").hidden = false;
  }
}

function tellKept() {
  at("unkept").hidden = entries.kept;
  at("unkept").textContent = entries.kept ? "" : say("unkept");
}

const map = document.querySelector(".map svg") && new AreaMap(document.querySelector(".map svg"));

function plan() {
  const next = data.days.find(([day]) => day >= today());
  const place = at("today-route");
  if (!next) {
    place.append(element("p", say("none_left")));
    return;
  }
  const row = document.querySelector(`[data-day="${next[0]}"]`);
  row.classList.add("now");
  row.open = true;
  place.append(element("h3", say(next[0] === today() ? "today" : "next_day")), row.cloneNode(true));
  if (map) map.emphasise(next[1]);
  at("emphasis").hidden = !map;
}

function tick() {
  const done = new Map();
  entries.all().forEach((one) => done.set(one.date + one.code, true));
  document.querySelectorAll("[data-day]").forEach((day) =>
    day.querySelectorAll("[data-code]").forEach((stop) =>
      stop.querySelector(".name").classList.toggle("done", done.has(day.dataset.day + stop.dataset.code)),
    ),
  );
}

function list() {
  const all = entries.all();
  at("count").textContent = all.length;
  at("entries").replaceChildren(...all.map(line));
  at("hand-over").hidden = !all.length;
  const month = all.filter((one) => one.date.slice(0, 7) === data.made.slice(0, 7) && !one.sent);
  const people = month.reduce((sum, one) => sum + one.registered, 0);
  at("in-notes").textContent = month.length ? say("in_notes", { count: month.length, people }) : "";
  tick();
  tellKept();
  codes(false);
}

function line(one) {
  const row = element("li");
  const numbers = ["met", "interested", "registered"].map((name) => `${say(name)} ${one[name]}`).join(" · ");
  const place = [data.names[one.code] || one.code, one.dusun].filter(Boolean).join(", ");
  row.append(element("b", place), element("div", `${spoken(one.date)} · ${numbers}`));
  if (one.obstacle) row.append(element("div", one.obstacle, "small"));
  const badge = one.sent ? say("sent_on", { day: spoken(one.sent) }) : say("not_sent");
  row.append(element("span", badge, one.sent ? "badge sent" : "badge new"));
  const deeds = element("p", "", "deeds");
  const deed = (word, act) => {
    const button = element("button", say(word));
    button.type = "button";
    button.setAttribute("aria-label", `${say(word)}: ${place}, ${spoken(one.date)}`);
    button.addEventListener("click", act);
    deeds.append(button);
  };
  deed("edit", () => {
    if (!one.sent || confirm(say("edit_sent"))) edit(one);
  });
  deed("delete", () => {
    if (!confirm(say(one.sent ? "delete_sent" : "delete_ask"))) return;
    entries.remove(one.key);
    if (editing === one.key) begin();
    list();
  });
  row.append(deeds);
  return row;
}

const form = at("form");
const field = (name) => form.elements.namedItem(name);

function begin(code = "") {
  editing = null;
  form.reset();
  field("code").value = code;
  field("date").max = latest();
  field("date").value = today();
  at("cancel").hidden = true;
  at("trouble").hidden = true;
  at("save").textContent = say("save");
}

// the obstacle is the choice of the short list, if there is one, and the remark
const choices = () => [...field("choice").options].map((one) => one.value).filter(Boolean);
const obstacle = () => [field("choice").value, plain(field("more").value)].filter(Boolean).join("; ");

function fillObstacle(text) {
  const choice = choices().find((one) => text === one || text.startsWith(one + "; ")) || "";
  field("choice").value = choice;
  field("more").value = choice ? text.slice(choice.length + 2) : text;
}

function edit(one) {
  begin();
  editing = one.key;
  TYPED.forEach((name) => (field(name).value = one[name]));
  fillObstacle(one.obstacle);
  at("save").textContent = say("save_change");
  at("cancel").hidden = false;
  form.scrollIntoView();
  field("met").focus();
}

function typed() {
  const entry = { key: editing || newKey(), sent: "" };
  TYPED.forEach((name) => (entry[name] = field(name).value.trim()));
  entry.dusun = plain(entry.dusun);
  entry.obstacle = obstacle();
  COUNTS.forEach((name) => {
    const text = entry[name] || (name === "met" || field(name).validity.badInput ? "-" : "0");
    entry[name] = /^\d{1,6}$/.test(text) ? Number(text) : -1;
  });
  return entry;
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const entry = typed();
  const wrong = trouble(entry, entries.all(), latest(), data.most);
  at("trouble").hidden = !wrong;
  if (wrong) {
    at("trouble").textContent = say("wrong." + wrong);
    at("trouble").scrollIntoView({ block: "center" });
    return;
  }
  entries.put(entry);
  handed = handed.filter((key) => key !== entry.key); // what was handed over is not what stands here now
  begin(entry.code);
  list();
  at("told").textContent = say("saved");
});
at("cancel").addEventListener("click", () => begin());

const chosen = () => entries.all().filter((one) => at("again").checked || !one.sent).reverse();
const fileName = () => `${say("file")}-${data.agent.replace(/[^\w.-]/g, "-")}-${today()}.csv`;
const file = () => new File(["\ufeff" + csvOf(data, chosen())], fileName(), { type: "text/csv" });

function handing(act) {
  return () => {
    at("told").textContent = chosen().length ? "" : say("nothing_new");
    if (chosen().length) {
      handed = chosen().map((one) => one.key); // notes made after this are not among them
      act();
      at("sent-ask").hidden = false;
    }
  };
}

at("download").addEventListener("click", handing(() => {
  const link = element("a");
  link.href = URL.createObjectURL(file());
  link.download = fileName();
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}));
if (navigator.canShare && navigator.canShare({ files: [new File([""], "a.csv", { type: "text/csv" })] })) {
  at("share").hidden = false;
  at("share").addEventListener("click", handing(() => navigator.share({ files: [file()] }).catch(() => {})));
}
at("qr").addEventListener("click", handing(() => {
  shownCode = 0;
  codes(true);
}));
at("copy").addEventListener("click", handing(() => {
  at("text").hidden = false;
  at("text").value = csvOf(data, chosen());
  at("text").select();
  if (navigator.clipboard) navigator.clipboard.writeText(at("text").value).catch(() => {});
}));
at("again").addEventListener("change", () => codes(!at("codes").hidden));
at("code-before").addEventListener("click", () => turn(-1));
at("code-next").addEventListener("click", () => turn(1));
at("sent").addEventListener("click", () => {
  entries.mark(handed, today());
  at("sent-ask").hidden = at("text").hidden = true;
  list();
  at("told").textContent = say("marked");
});

function turn(by) {
  shownCode += by;
  codes(true);
}

function codes(shown) {
  const pages = pagesOf(data, chosen(), QR.room(13));
  at("codes").hidden = !shown || !pages.length;
  if (at("codes").hidden) return;
  shownCode = Math.max(0, Math.min(pages.length - 1, shownCode));
  at("code-before").disabled = shownCode === 0;
  at("code-next").disabled = shownCode === pages.length - 1;
  at("code-at").textContent = say("code_at", { number: shownCode + 1, of: pages.length });
  draw(at("code"), QR.matrix(pages[shownCode]));
}

function draw(canvas, rows) {
  const [quiet, scale] = [4, 6];
  canvas.width = canvas.height = scale * (rows.length + 2 * quiet);
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.fillStyle = "#000";
  rows.forEach((row, y) =>
    row.forEach((dark, x) => dark && pen.fillRect(scale * (x + quiet), scale * (y + quiet), scale, scale)),
  );
}

at("search").addEventListener("input", () => {
  const wanted = at("search").value.trim().toLowerCase();
  const rows = [...document.querySelectorAll("#villages .list li")];
  rows.forEach((row) => (row.hidden = !row.dataset.name.includes(wanted)));
  at("none").hidden = rows.some((row) => !row.hidden);
});
document.querySelectorAll("[data-zoom]").forEach((button) =>
  button.addEventListener("click", () => ({ in: () => map.by(1.5), out: () => map.by(1 / 1.5), whole: () => map.whole() })[button.dataset.zoom]()),
);
document.querySelectorAll("[data-note]").forEach((link) => link.addEventListener("click", () => begin(link.dataset.note)));
addEventListener("hashchange", show);
addEventListener("storage", list);
addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((one) => (one.open = true)));
addEventListener("beforeunload", (event) => {
  if (!entries.kept && entries.all().some((one) => !one.sent)) event.preventDefault();
});

document.documentElement.classList.add("js");
tellAge();
plan();
begin();
list();
show();
