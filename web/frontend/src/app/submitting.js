// A form is sent once. A second click while the first is under way does nothing.

const sending = new WeakSet();

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method === "get" || form.matches("[hx-post],[hx-put],[data-again]") || form.target === "_blank") return;
  if (sending.has(form)) {
    event.preventDefault();
    return;
  }
  sending.add(form);
  form.setAttribute("aria-busy", "true");
  const status = form.querySelector('[role="status"]');
  if (form.dataset.busy && status) status.textContent = form.dataset.busy;
});

// Enter in a field presses the first button of the form. Where that is one of a list's rows, the main button is meant.
document.addEventListener("keydown", (event) => {
  const field = event.target;
  if (event.key !== "Enter" || event.defaultPrevented || !(field instanceof HTMLInputElement) || !field.form) return;
  if (["button", "submit", "reset", "image", "file", "color"].includes(field.type)) return;
  const all = [...field.form.elements].filter((one) => one.type === "submit");
  if (all[0]?.disabled) return; // a form that is finished by its button alone: the browser itself sends nothing
  const buttons = all.filter((one) => !one.disabled);
  if (!buttons[0]?.matches("[data-row-add], [data-row-remove]")) return;
  event.preventDefault();
  const meant = buttons.filter((one) => !one.matches("[data-row-add], [data-row-remove]"));
  const main = meant.find((one) => one.classList.contains("primary")) ?? meant[0];
  if (main) field.form.requestSubmit(main);
});

// Back from the next page the form may be sent again.
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.forms) {
    sending.delete(form);
    form.removeAttribute("aria-busy");
  }
});

/** Whether the form has been sent and the next page is awaited. */
export function isSending(form) {
  return sending.has(form);
}
