// The desk: the transcript stays at its end while it grows, unless somebody is reading further up.

const NEAR = 80;
let atEnd = true;

const view = () => document.querySelector("[data-scroll-end]");
const toEnd = () => {
  const one = view();
  if (!one) return;
  one.scrollTop = one.scrollHeight;
  // On a phone the page itself scrolls.
  if (one.scrollHeight <= one.clientHeight + 1 && matchMedia("(width < 48rem)").matches) one.querySelector("#chat")?.lastElementChild?.scrollIntoView({ block: "end" });
};
if (document.querySelector(".desk[data-open=read]")) toEnd();

document.addEventListener("htmx:beforeSwap", () => {
  const one = view();
  atEnd = !one || one.scrollHeight - one.scrollTop - one.clientHeight < NEAR;
});
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target?.id === "talk" || atEnd) toEnd();
  if (event.detail.target?.id === "talk") document.querySelector("#talk .composer textarea")?.focus();
});

// r goes to the line to write in.
document.addEventListener("keydown", (event) => {
  const field = document.querySelector("#talk .composer textarea");
  if (event.key !== "r" || !field || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select") || document.querySelector("dialog[open]")) return;
  event.preventDefault();
  field.focus();
});

// A page that nobody looks at asks for nothing.
document.addEventListener("htmx:beforeRequest", (event) => {
  if (document.hidden && event.detail.requestConfig.triggeringEvent === undefined) event.preventDefault();
});
