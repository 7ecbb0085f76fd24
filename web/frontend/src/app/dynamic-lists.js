// Rows of a list are added from its template and taken away; names, ids and numbers are kept without gaps.
import { say } from "./page.js";
import { watchDays } from "./days.js";

const NUMBERED = ["name", "id", "for", "value", "aria-describedby", "aria-labelledby", "aria-controls"];

export function watchLists(root) {
  for (const list of root.querySelectorAll("[data-list]")) {
    if (list.dataset.watched) continue;
    list.dataset.watched = "yes";
    list.addEventListener("click", (event) => {
      const button = event.target.closest("[data-row-add], [data-row-remove]");
      if (!button || button.closest("[data-list]") !== list) return;
      event.preventDefault();
      if (button.matches("[data-row-add]")) add(list);
      else remove(list, button.closest("[data-row]"));
    });
    number(list);
  }
}

function rows(list) {
  return [...list.querySelectorAll("[data-row]")].filter((row) => row.closest("[data-list]") === list);
}

function template(list) {
  return [...list.querySelectorAll("template[data-row-template]")].find((one) => one.closest("[data-list]") === list);
}

function add(list) {
  const pattern = template(list);
  if (!pattern || rows(list).length >= maximum(list)) return;
  const row = pattern.content.firstElementChild.cloneNode(true);
  pattern.before(row);
  number(list);
  watchLists(row);
  watchDays(row);
  row.querySelector("input:not([type=hidden]), select, textarea")?.focus();
  changed(list, say("行を加えました", "Row added"));
}

function remove(list, row) {
  if (rows(list).length <= minimum(list)) return;
  const next = row.nextElementSibling?.matches("[data-row]") ? row.nextElementSibling : row.previousElementSibling;
  row.remove();
  number(list);
  const target = next?.matches("[data-row]") ? next.querySelector("[data-row-remove]") : list.querySelector("[data-row-add]");
  target?.focus();
  changed(list, say("行を消しました", "Row removed"));
}

function number(list) {
  const name = list.dataset.list;
  const all = rows(list);
  all.forEach((row, index) => {
    for (const element of [row, ...row.querySelectorAll("*")]) {
      renumber(element, name, index);
      if (element.matches("template")) for (const inner of element.content.querySelectorAll("*")) renumber(inner, name, index);
    }
    const shown = [...row.querySelectorAll("[data-row-number]")].find((one) => one.closest("[data-row]") === row);
    if (shown) shown.textContent = String(index + 1);
    const taking = [...row.querySelectorAll("[data-row-remove]")].find((one) => one.closest("[data-row]") === row);
    if (taking) taking.hidden = all.length <= minimum(list);
  });
  const adding = [...list.querySelectorAll("[data-row-add]")].find((one) => one.closest("[data-list]") === list);
  if (adding) adding.hidden = all.length >= maximum(list);
}

function renumber(element, name, index) {
  for (const attribute of NUMBERED) {
    const value = element.getAttribute(attribute);
    if (!value?.includes(`${name}[`) || (attribute === "value" && !element.matches("button"))) continue;
    element.setAttribute(attribute, value.split(" ").map((one) => one.startsWith(`${name}[`) ? one.replace(/\[\d+\]/, replacer(name, index)) : one).join(" "));
  }
  const inner = element.getAttribute("data-list");
  if (inner?.startsWith(`${name}[`)) element.setAttribute("data-list", `${name}[${index}]${inner.slice(inner.indexOf("]", name.length) + 1)}`);
}

// Only the number right behind this list's own name counts: a[1].b[2] has two lists.
function replacer(name, index) {
  const depth = name.match(/\[\d+\]/g)?.length ?? 0;
  let seen = 0;
  return (found) => (seen++ === depth ? `[${index}]` : found);
}

function minimum(list) {
  return Number(list.dataset.min ?? 0);
}

function maximum(list) {
  return Number(list.dataset.max ?? 100);
}

function changed(list, text) {
  list.dispatchEvent(new CustomEvent("list-changed", { bubbles: true }));
  let status = list.querySelector(":scope > [data-list-status]");
  if (!status) {
    status = document.createElement("p");
    status.className = "visually-hidden";
    status.setAttribute("role", "status");
    status.dataset.listStatus = "";
    list.append(status);
  }
  status.textContent = text;
}
