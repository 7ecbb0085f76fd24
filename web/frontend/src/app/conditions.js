// Shows and hides what carries data-show-if. Hidden fields keep what was typed and are still posted; the server decides.
import { evaluate } from "./condition.js";

export function watchConditions(root) {
  const forms = root instanceof Element && root.closest("form") ? [root.closest("form")] : root.querySelectorAll("form");
  for (const form of forms) {
    if (!form.querySelector("[data-show-if]")) continue;
    if (!form.dataset.conditionsWatched) {
      form.dataset.conditionsWatched = "yes";
      for (const kind of ["input", "change", "list-changed"]) form.addEventListener(kind, () => apply(form));
    }
    apply(form);
  }
}

function apply(form) {
  for (const element of form.querySelectorAll("[data-show-if]")) {
    let shown = true;
    try {
      shown = Boolean(evaluate(JSON.parse(element.dataset.showIf), (field) => valueOf(form, element, field)));
    } catch (error) {
      console.error("show-if is not readable and stays open", error);
    }
    if (element.hidden === shown) element.hidden = !shown;
  }
}

// "age" asked inside siblings[0] means siblings[0].age when there is one, else the form's own age.
function valueOf(form, element, field) {
  const own = [element, ...element.querySelectorAll("[name]")].map((one) => one.getAttribute("name")).find((name) => name?.includes("]."));
  const row = element.closest("[data-row]")?.querySelector("[name*='].']")?.getAttribute("name") ?? own;
  for (let prefix = row; prefix?.includes("]."); ) {
    prefix = prefix.slice(0, prefix.lastIndexOf("]."));
    const fields = named(form, `${prefix}].${field}`);
    if (fields.length) return read(fields);
  }
  return read(named(form, field));
}

function named(form, name) {
  return [...form.elements].filter((field) => field.name === name);
}

function read(fields) {
  if (!fields.length) return null;
  const [first] = fields;
  if (first.type === "radio") return fields.find((field) => field.checked)?.value ?? null;
  const boxes = fields.filter((field) => field.type === "checkbox");
  if (boxes.length) {
    const many = boxes.length > 1 || boxes[0].closest(".choices, [data-many]");
    return many ? boxes.filter((box) => box.checked).map((box) => box.value) : boxes[0].checked;
  }
  if (first.multiple) return [...first.selectedOptions].map((option) => option.value);
  return first.value === "" ? null : first.value;
}
