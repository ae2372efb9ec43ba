// Makes the survey page a little nicer. Everything on it works without this.

// A form is sent once: a second press while the first is on its way does nothing.
document.addEventListener("submit", (event) => {
  const form = event.target.closest("[data-once]");
  if (!form) return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("[data-sent]")) delete form.dataset.sent;
});

// Enter sends, Shift+Enter makes a new line; never while a word is still being chosen, never on a phone.
document.addEventListener("keydown", (event) => {
  const form = event.target.closest?.(".composer")?.closest("form");
  if (!form || event.key !== "Enter" || event.shiftKey || event.isComposing || matchMedia("(pointer: coarse)").matches) return;
  event.preventDefault();
  if (event.target.value.trim()) form.requestSubmit();
});

// Copying the code. The button is only there where it can work; the code itself can always be selected.
function offerCopying() {
  if (!navigator.clipboard) return;
  for (const button of document.querySelectorAll("[data-copy]")) button.hidden = false;
}
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(button.parentElement.querySelector("[data-code]").textContent);
  button.textContent = button.dataset.copied;
});

// The newest words in sight: when the page opens, and when something is said.
function toTheEnd(behavior) {
  const motion = matchMedia("(prefers-reduced-motion: reduce)").matches ? "instant" : behavior;
  document.querySelector("#log > :last-child")?.scrollIntoView({ block: "nearest", behavior: motion });
}
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.id !== "log") return;
  offerCopying();
  toTheEnd("smooth");
});

// A menu closes when one looks elsewhere.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

offerCopying();
if (location.hash === "") toTheEnd("instant");
