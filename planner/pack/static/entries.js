// Visits that the agent writes down: kept in this browser, handed over as CSV rows.
const FIELDS = ["date", "code", "dusun", "met", "interested", "registered", "obstacle"];
const TYPED = FIELDS.filter((name) => name !== "obstacle");
const COUNTS = ["met", "interested", "registered"];

// A UUID without a long run of digits: rows with long numbers are taken for numbers of persons and refused.
function newKey() {
  const bytes = () => [...crypto.getRandomValues(new Uint8Array(16))];
  const made = () => {
    if (crypto.randomUUID) return crypto.randomUUID();
    const hex = bytes().map((one, i) => (i === 6 ? (one & 15) | 64 : i === 8 ? (one & 63) | 128 : one).toString(16).padStart(2, "0"));
    return [[0, 4], [4, 6], [6, 8], [8, 10], [10, 16]].map(([from, to]) => hex.slice(from, to).join("")).join("-");
  };
  let key = made();
  while (/\d{5}/.test(key.replace(/-/g, ""))) key = made();
  return key;
}

// a sign at the beginning would get an apostrophe in the file, see cell
const plain = (text) => text.trim().replace(/\s+/g, " ").replace(/^[\s=+\-@＝＋－＠]+/, "");

function isEntry(one) {
  return (
    one && typeof one === "object" && /^[\da-f-]{36}$/.test(one.key) && /^\d{4}-\d\d-\d\d$/.test(one.date) &&
    /^[\d.]{10,13}$/.test(one.code) && COUNTS.every((name) => Number.isInteger(one[name]) && one[name] >= 0) &&
    ["dusun", "obstacle", "sent"].every((name) => typeof one[name] === "string")
  );
}

class Entries {
  constructor(agent) {
    this.name = "desa-pack:" + agent;
    this.inPage = [];
    this.kept = true;
    try {
      localStorage.setItem(this.name + ":try", "1");
      localStorage.removeItem(this.name + ":try");
    } catch {
      this.kept = false;
    }
  }

  all() {
    if (!this.kept) return [...this.inPage];
    try {
      const found = JSON.parse(localStorage.getItem(this.name) || "[]");
      return Array.isArray(found) ? found.filter(isEntry) : [];
    } catch {
      return [...this.inPage];
    }
  }

  // read again before every change: another tab may have written
  change(what) {
    this.inPage = what(this.all()).sort((a, b) => (a.date === b.date ? 0 : a.date < b.date ? 1 : -1));
    if (!this.kept) return;
    try {
      localStorage.setItem(this.name, JSON.stringify(this.inPage));
    } catch {
      this.kept = false;
    }
  }

  put(entry) {
    this.change((all) => [entry, ...all.filter((one) => one.key !== entry.key)]);
  }

  remove(key) {
    this.change((all) => all.filter((one) => one.key !== key));
  }

  mark(keys, day) {
    this.change((all) => all.map((one) => (keys.includes(one.key) ? { ...one, sent: day } : one)));
  }
}

// why an entry cannot be kept, as the name of a text; "" if it can
function trouble(entry, all, latest, most) {
  if (!entry.code) return "no_village";
  if (!/^\d{4}-\d\d-\d\d$/.test(entry.date)) return "no_date";
  if (latest && entry.date > latest) return "future";
  if (COUNTS.some((name) => !Number.isInteger(entry[name]) || entry[name] < 0 || entry[name] > most)) return "counts";
  if (entry.interested > entry.met || entry.registered > entry.met) return "more_than_met";
  const texts = entry.dusun + " " + entry.obstacle;
  if (/\d{9}/.test(texts.replace(/(\d)[ .\-/](?=\d)/g, "$1")) || /\S@\S+\.\S/.test(texts)) return "personal";
  if (/<\s*[a-z!/?]|\{\{|\{%|\$\{|<%|javascript:/i.test(texts)) return "markup";
  const same = (one) =>
    one.key !== entry.key && one.date === entry.date && one.code === entry.code &&
    one.dusun.toLowerCase() === entry.dusun.toLowerCase();
  return all.some(same) ? "twice" : "";
}

function cell(text) {
  const safe = String(text)
    .replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, " ")
    .replace(/(^|[,;|])(?=[\s"\u200b-\u200f\u2060\ufeff]*[=+\-@＝＋－＠])/g, "$1'");
  return /[",;\r\n]/.test(safe) ? '"' + safe.replace(/"/g, '""') + '"' : safe;
}

const rowOf = (agent, entry, sep) => [agent, ...FIELDS.map((name) => entry[name]), entry.key].map(cell).join(sep);

function csvOf(data, entries) {
  return [data.headings.join(data.sep), ...entries.map((one) => rowOf(data.agent, one, data.sep)), ""].join("\r\n");
}

// one text for each code to scan; each begins with the headings, so that it can be read by itself
function pagesOf(data, entries, most) {
  const head = data.headings.join(data.sep);
  const size = (text) => new TextEncoder().encode(text).length;
  const pages = [];
  for (const one of entries) {
    const row = rowOf(data.agent, one, data.sep);
    const last = pages.length - 1;
    if (last >= 0 && size(pages[last] + "\n" + row) <= most) pages[last] += "\n" + row;
    else pages.push(head + "\n" + row);
  }
  return pages;
}
