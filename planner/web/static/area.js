// The page of an agent in the browser: which part is shown, the map, and the visit log with what waits to be sent.
// It stands inside the HTML of the page, which drops scripts that look as if they held tags: keep "less than" apart.
(() => {
  const {login, words, map, lang, views} = window.plannerArea;
  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const shelf = `planner-visits-${login}`;
  const fields = ["village", "day", "dusun", "met", "interested", "registered", "obstacle", "more"];
  const counts = ["met", "interested", "registered"];
  const input = (name) => one(`#visit-${name}`);
  const drawn = new Date().setHours(12, 0, 0, 0), drawnOn = input("day")?.max;
  const page = window.plannerAreaPage ||= {view: "", cut: false, sending: false, saved: 0, listening: false};

  // What the browser keeps: the form as it was typed, and visits that the office has not confirmed.
  const kept = () => {
    const none = {draft: null, outbox: []};
    try { return page.loose || {...none, ...JSON.parse(localStorage.getItem(shelf))}; } catch { return page.kept || none; }
  };
  const keep = (change) => {
    page.kept = {...kept(), ...change};
    try { localStorage.setItem(shelf, JSON.stringify(page.kept)); page.loose = null; } catch { page.loose = page.kept; } // no room: the page itself keeps it
  };

  // Which part is shown: the address says it after the #, so that "back" leads from a card to the list.
  const route = () => {
    const asked = location.hash.slice(1) || page.view || "hari";
    const [, code] = asked.match(/^catat-(.+)$/) || [];
    const wanted = code ? "catat" : asked;
    const view = views.includes(wanted) || /^ujar-[a-z_]+$/.test(wanted) ? wanted : "hari";
    if (code && input("village") && page.asked !== asked) { if (kept().draft?.replaces) leave(); input("village").value = code; typed(); }
    page.asked = asked;
    turnDay();
    if (location.hash !== `#${asked}`) history.replaceState(history.state, "", `${location.search}#${asked}`);
    if (view !== page.view) one("[data-testid=stMain]")?.scrollTo(0, 0);
    page.view = view;
    document.documentElement.dataset.area = view.startsWith("desa-") ? "card" : view;
    const style = one("#area-shown") || document.head.appendChild(Object.assign(document.createElement("style"), {id: "area-shown"}));
    style.textContent = `.area-part{display:none}.area-part[data-view="${CSS.escape(view)}"]{display:block}`;
    for (const link of all(".area-nav a")) {
      const here = link.hash === `#${view}` || (link.hash === "#desa" && view.startsWith("desa-"));
      if (here) link.setAttribute("aria-current", "page"); else link.removeAttribute("aria-current");
    }
  };

  // What to say is the same for all villages of a sector: it comes once, and is shown in the card that is opened.
  const tell = () => {
    const said = one(`.area-part[data-view="${CSS.escape(page.view)}"] .area-say`);
    const there = said && one(`.area-part[data-view="${CSS.escape(said.dataset.say)}"] .area-said-there`);
    if (there) said.innerHTML = there.innerHTML;
  };

  const tellCut = () => {
    const banner = one(".area-cut");
    if (banner) banner.hidden = !(page.cut || !navigator.onLine);
  };

  // The form.
  const chips = () => { for (const group of all(".area-chips")) group.hidden = group.dataset.of !== input("village").value; };
  const now = () => Object.fromEntries(fields.map((name) => [name, input(name).value]));
  const isEmpty = (draft) => !draft || (!draft.replaces && !draft.dusun && !draft.more && !draft.obstacle && counts.every((name) => !Number(draft[name])));
  const turnDay = () => { // a page that stays open over midnight
    const day = input("day"), passed = Math.round((new Date().setHours(12, 0, 0, 0) - drawn) / 864e5);
    if (!day || 0 >= passed) return;
    const today = new Date(`${drawnOn}T12:00Z`); // the day of the office, whatever the clock of the phone says
    today.setUTCDate(today.getUTCDate() + passed);
    const said = today.toISOString().slice(0, 10);
    if (day.value === day.max && isEmpty(kept().draft)) day.value = said;
    day.max = said;
  };
  function typed() {
    const day = input("day");
    page.chose = {village: input("village").value, ...(day.value === day.max ? {} : {day: day.value})};
    const {key, replaces, was} = kept().draft || {};
    keep({draft: {...now(), key, replaces, was}}); chips();
  }
  const fill = (draft) => { for (const name of fields) if (name in draft) input(name).value = draft[name]; };
  const empty = () => { for (const name of fields) if (counts.includes(name)) input(name).value = 0; else if (!["village", "day"].includes(name)) input(name).value = ""; };
  const problem = (text) => {
    const place = one(".area-problem");
    place.textContent = text; place.hidden = !text;
    if (text) place.scrollIntoView({block: "nearest"});
  };
  const wrong = (draft) => {
    const [met, interested, registered] = counts.map((name) => Number(draft[name]));
    if (!draft.village) return words.village;
    if (!draft.day || draft.day > input("day").max) return words.future;
    if (counts.some((name) => !/^\d{1,5}$/.test(draft[name])) || interested > met || registered > met) return words.order;
    if (/\d{9}/.test(`${draft.dusun} | ${draft.more}`.replace(/(\d)[ .\-]+(?=\d)/g, "$1"))) return words.personal;
    return "";
  };
  const newKey = () => { // a UUID of random numbers; crypto.randomUUID is missing without https
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = bytes[6] & 15 | 64; bytes[8] = bytes[8] & 63 | 128;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  };
  const frame = () => { // what the form is for: a new visit, or one that is kept and corrected
    const {replaces, was} = kept().draft || {}, fixing = one(".area-fixing");
    fixing.hidden = !replaces; input("village").disabled = Boolean(replaces);
    if (replaces) one("b", fixing).textContent = `${words.fixing} ${named(was, "long")}`;
    chips();
  };
  const open = (draft) => { keep({draft}); fill(draft); problem(""); frame(); };
  // A visit that the office keeps, with what waits to be sent of it; what was begun before comes back afterwards.
  const fix = (said) => {
    const {draft, aside, outbox} = kept(), waits = outbox.filter((entry) => entry.replaces === said.replaces).pop();
    keep({aside: draft?.replaces || isEmpty(draft) ? aside : draft});
    open({...said, ...(waits && Object.fromEntries(fields.map((name) => [name, waits[name]])))});
    location.hash = "catat";
  };
  function leave() {
    const {draft, aside} = kept();
    page.chose = null;
    if (draft?.replaces) input("day").value = input("day").max;
    empty(); keep({draft: aside, aside: null});
    if (aside) fill(aside);
    problem(""); frame();
  }
  const save = () => {
    turnDay();
    const draft = now(), trouble = wrong(draft);
    if ((isEmpty(draft) || page.again) && 1500 > Date.now() - page.saved) return; // a double tap
    problem(trouble);
    if (trouble) return;
    page.saved = Date.now();
    const {key = newKey(), replaces, was} = kept().draft || {};
    const name = input("village").selectedOptions[0].textContent;
    keep({outbox: [...kept().outbox, {...draft, key, name, replaces, was}]});
    page.again = Boolean(kept().aside);
    leave(); say(""); send();
  };

  // What waits to be sent. The key of a visit stays the same however often it is sent.
  const named = (day, month) => new Date(`${day}T00:00`).toLocaleDateString(lang === "en" ? "en-GB" : lang, {day: "numeric", month});
  const short = (day) => named(day, "short");
  const say = (text) => { page.said = text; const place = one(".area-said"); if (place) place.textContent = text; };
  const without = (key) => kept().outbox.filter((entry) => entry.key !== key);
  const button = (text, act) => { const made = Object.assign(document.createElement("button"), {type: "button", textContent: text, className: "area-button"}); made.onclick = act; return made; };
  const show = () => {
    const list = one(".area-outbox");
    if (!list) return;
    list.replaceChildren(...kept().outbox.map((entry) => {
      const item = document.createElement("li");
      item.append(`${entry.name}, ${short(entry.day)}: ${entry.error || (page.sending === entry.key ? words.sending : words.waiting)} `);
      if (entry.error) item.append(
        button(words.correct, () => { const {error, name, ...draft} = entry; keep({outbox: without(entry.key)}); open(draft); show(); }),
        button(words.remove, () => { keep({outbox: without(entry.key)}); show(); }),
      );
      return item;
    }));
    const waits = kept().outbox.length, badge = one(".area-nav .waits");
    if (badge) badge.textContent = waits ? ` (${waits})` : "";
  };
  const asked = (entry) => ({
    key: entry.key, login, village: entry.village, day: entry.day, dusun: entry.dusun, replaces: entry.replaces,
    ...Object.fromEntries(counts.map((name) => [name, Number(entry[name])])),
    obstacle: [entry.obstacle, entry.more].filter(Boolean).join("; "),
  });
  const send = async () => {
    const entry = kept().outbox.find((waiting) => !waiting.error);
    if (!entry || page.sending) { show(); return; }
    page.sending = entry.key; show();
    const base = window.__streamlit?.MAIN_PAGE_BASE_URL || location.href;
    let status = 0, told = {};
    try {
      const answer = await fetch(new URL(`catat-kunjungan?lang=${lang}`, base), {
        method: "POST", headers: {"content-type": "application/json"}, body: JSON.stringify(asked(entry)), signal: AbortSignal.timeout(15000),
      });
      status = answer.status; told = await answer.json();
    } catch { if (status === 200) status = 0; }
    page.sending = false; page.cut = status === 0;
    if (status === 200) {
      keep({outbox: without(entry.key)});
      say(`${words.saved} ${entry.name}, ${short(entry.day)}.`);
      one(".st-key-area-refresh button")?.click();
    } else if (status === 400) {
      keep({outbox: kept().outbox.map((waiting) => waiting.key === entry.key ? {...waiting, error: told.error} : waiting)});
    } else if (status === 401 || status === 403) say(told.error || words.signed_out);
    tellCut(); show();
    if (status === 200 || status === 400) send();
  };

  // Listeners stay when the page is drawn anew; what they call is always the newest.
  window.plannerAreaNow = {route, tell, typed, save, send, tellCut, fix, leave};
  const call = (name, ...given) => window.plannerAreaNow[name](...given);
  if (!page.listening) {
    page.listening = true;
    addEventListener("hashchange", () => call("route"));
    addEventListener("toggle", () => call("tell"), true);
    addEventListener("beforeprint", () => call("tell"));
    addEventListener("offline", () => call("tellCut"));
    addEventListener("online", () => { page.cut = false; call("tellCut"); call("send"); });
    setInterval(() => { if (navigator.onLine) call("send"); }, 20000);
    document.addEventListener("submit", (event) => { if (event.target.closest(".area-form")) event.preventDefault(); });
    document.addEventListener("focusin", (event) => { page.focused = event.target.closest(".area-form") ? event.target.id : ""; });
    document.addEventListener("input", (event) => { if (event.target.closest(".area-form")) call("typed"); });
    document.addEventListener("click", (event) => {
      const hit = (selector) => event.target.closest?.(selector);
      const step = hit(".area-form [data-step]"), dusun = hit(".area-chips [data-dusun]"), way = hit("a[data-geo]");
      if (step) {
        const field = one(`#${step.dataset.of}`);
        field.value = Math.max(0, Math.min(Number(field.max), Math.trunc(Number(field.value)) + Number(step.dataset.step)));
        call("typed");
      }
      if (dusun) { one("#visit-dusun").value = dusun.dataset.dusun; call("typed"); }
      if (hit(".area-save")) call("save");
      if (hit(".area-unfix")) call("leave");
      if (hit("[data-fix]")) call("fix", JSON.parse(hit("[data-fix]").dataset.fix));
      if (hit(".area-print")) print();
      if (way && /Android/.test(navigator.userAgent)) { way.href = way.dataset.geo; way.removeAttribute("target"); }
    });
    // Streamlit tells of a lost connection in English, in a box over the page; this page says it by itself.
    new MutationObserver(() => {
      if (!one(".area-top")) return;
      const close = one("[role=dialog] button[aria-label=Close]");
      if (close) { page.cut = true; close.click(); call("tellCut"); }
    }).observe(document.body, {childList: true, subtree: true});
  }

  const place = one(".area-map-place");
  if (place) place.innerHTML = map;
  if (one(".area-form")) {
    if (!isEmpty(kept().draft)) fill(kept().draft); else if (page.chose) fill(page.chose); // drawn anew under the hands
    one(".area-said").textContent = page.said || "";
    if (page.focused) one(`#${page.focused}`)?.focus({preventScroll: true});
    frame(); show(); send();
  }
  route(); tellCut();
})();
