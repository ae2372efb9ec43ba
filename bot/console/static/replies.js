// Replies that lie ready: `/` in the line to write in opens them, letters narrow them, Enter puts one in.
// Without this, the list above the line does the same with a button.

const find = (selector) => document.querySelector(`#talk ${selector}`);
let box = null;
let chosen = 0;

const options = () => [...(find("[data-replies]")?.options ?? [])].filter((option) => option.value);

function put(option) {
  const field = find(".composer textarea");
  const used = find("[name=reply][type=hidden]");
  if (!field || !option) return;
  field.value = option.dataset.text;
  if (used) used.value = option.value;
  close();
  field.focus();
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function close() {
  box?.remove();
  box = null;
  find(".composer textarea")?.removeAttribute("aria-activedescendant");
}

function matching(field) {
  const words = field.value.slice(1).toLowerCase();
  return options().filter((option) => option.dataset.text.toLowerCase().includes(words));
}

function draw(field) {
  const found = matching(field);
  if (!found.length) return close();
  chosen = Math.min(Math.max(chosen, 0), found.length - 1);
  if (!box) {
    box = document.createElement("ul");
    box.className = "ready";
    box.id = "ready";
    box.setAttribute("role", "listbox");
    field.closest("form").prepend(box);
  }
  box.replaceChildren(...found.map((option, number) => {
    const row = document.createElement("li");
    row.id = `ready-${number}`;
    row.setAttribute("role", "option");
    row.setAttribute("aria-selected", String(number === chosen));
    row.dir = "auto";
    row.textContent = option.dataset.text;
    row.addEventListener("mousedown", (event) => { event.preventDefault(); put(option); });
    return row;
  }));
  field.setAttribute("aria-controls", "ready");
  field.setAttribute("aria-activedescendant", `ready-${chosen}`);
  box.children[chosen].scrollIntoView({ block: "nearest" });
}

document.addEventListener("input", (event) => {
  const field = event.target.closest?.("#talk .composer textarea");
  if (!field) return;
  if (!field.value) { const used = find("[name=reply][type=hidden]"); if (used) used.value = ""; }
  if (!field.value.startsWith("/") || field.value.includes("\n")) return close();
  chosen = 0;
  draw(field);
});

// First in line: Enter chooses here, and sends only when nothing is open.
document.addEventListener("keydown", (event) => {
  if (!box || !event.target.closest?.("#talk .composer textarea") || event.isComposing) return;
  const field = event.target;
  if (event.key === "ArrowDown") chosen += 1;
  else if (event.key === "ArrowUp") chosen -= 1;
  else if (event.key === "Enter" || event.key === "Tab") put(matching(field)[chosen]);
  else if (event.key === "Escape") close();
  else return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (box) draw(field);
}, true);

document.addEventListener("change", (event) => {
  if (event.target.matches?.("#talk [data-replies]")) put(event.target.selectedOptions[0]?.value ? event.target.selectedOptions[0] : null);
});
