// Keys, relative times, confirmation and short notices for the staff's pages. Everything works without it, only slower.

const language = `${document.documentElement.lang || "en"}-u-nu-latn`;
const typing = (element) => element.closest("input, textarea, select, [contenteditable]") !== null;

// j and k walk the items of the list in sight: links marked [data-item], or rows [data-item] by their first link.
function items() {
  return [...document.querySelectorAll("[data-item]")].filter((item) => item.checkVisibility());
}

function walk(step) {
  const all = items();
  if (all.length === 0) return;
  const here = all.findIndex((item) => item.contains(document.activeElement));
  const from = here >= 0 ? here : all.findIndex((item) => item.matches("[aria-current]"));
  const next = all[from < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(from + step, 0), all.length - 1)];
  const target = next.matches("a, button") ? next : next.querySelector("a, button") ?? next;
  target.focus();
  next.scrollIntoView({ block: "nearest" });
}

const KEYS = {
  j: () => walk(1),
  k: () => walk(-1),
  "/": () => document.querySelector("[data-search]")?.select(),
  "?": () => document.getElementById("help")?.showModal(),
};

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && typing(event.target)) event.target.blur();
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || document.querySelector("dialog[open]")) return;
  const own = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  const act = own ? () => own.click() : KEYS[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

// Enter sends from a composer, Shift+Enter makes a new line; never while a Japanese word is still being chosen.
document.addEventListener("keydown", (event) => {
  const form = event.target.closest?.(".composer")?.closest("form");
  if (!form || event.key !== "Enter" || event.shiftKey || event.isComposing || matchMedia("(pointer: coarse)").matches) return;
  event.preventDefault();
  if (event.target.value.trim()) form.requestSubmit(form.querySelector(".composer [type=submit]"));
});

// Relative times. The exact time stays in the title.
const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
const UNITS = [["year", 31557600], ["month", 2629800], ["week", 604800], ["day", 86400], ["hour", 3600], ["minute", 60]];

function tellTimes(root = document) {
  for (const time of root.querySelectorAll("time[data-relative]")) {
    const seconds = (new Date(time.dateTime) - Date.now()) / 1000;
    const [unit, size] = UNITS.find(([, length]) => Math.abs(seconds) >= length) ?? ["second", 1];
    if (unit !== "second") time.textContent = relative.format(Math.round(seconds / size), unit);
  }
}
setInterval(tellTimes, 30000);

// Confirmation: a button says in data-confirm what it will do.
function confirmed(words) {
  const dialog = document.getElementById("confirm");
  dialog.querySelector("[data-words]").textContent = words;
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}

let agreed = null;
document.addEventListener("submit", (event) => {
  const words = event.submitter?.dataset.confirm;
  if (!words || agreed === event.submitter) {
    agreed = null;
    return;
  }
  event.preventDefault();
  event.stopImmediatePropagation();
  const button = event.submitter;
  confirmed(words).then((yes) => {
    if (!yes) return;
    agreed = button;
    event.target.requestSubmit(button);
  });
}, { capture: true });

document.addEventListener("htmx:confirm", (event) => {
  if (!event.detail.question) return;
  event.preventDefault();
  confirmed(event.detail.question).then((yes) => yes && event.detail.issueRequest(true));
});

// Short notices: a response header HX-Trigger: {"toast": "Saved"}.
let fading;
document.addEventListener("toast", (event) => {
  const place = document.getElementById("toast");
  place.textContent = event.detail.value ?? "";
  place.className = "toast";
  clearTimeout(fading);
  fading = setTimeout(() => { place.className = ""; place.textContent = ""; }, 6000);
});

document.addEventListener("htmx:load", (event) => tellTimes(event.target));
for (const view of document.querySelectorAll("[data-scroll-end]")) view.scrollTop = view.scrollHeight;
tellTimes();
