// The worklist by keyboard: ↓ ↑ Home End between rows, Enter opens (rows are links), / goes to the search.

const FIELD = "input:not([type=checkbox]), select, textarea, [contenteditable]";

export function watchWorklist(document) {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    if (event.target.closest?.(FIELD)) return;
    if (event.key === "/") focusSearch(event);
    else if (["ArrowDown", "ArrowUp", "Home", "End"].includes(event.key)) move(event);
  });
}

function focusSearch(event) {
  const search = document.querySelector("[data-search]");
  if (!search) return;
  event.preventDefault();
  search.focus();
  search.select();
}

function move(event) {
  const list = event.target.closest?.("[data-worklist]") ?? document.querySelector("[data-worklist]");
  if (!list) return;
  const inList = list.contains(event.target);
  if (!inList && (event.key === "Home" || event.key === "End" || event.target !== document.body)) return;
  const rows = [...list.querySelectorAll(".work-link")];
  if (!rows.length) return;
  const row = event.target.closest?.(".work-row")?.querySelector(".work-link");
  const at = rows.indexOf(row);
  const goal = { ArrowDown: at + 1, ArrowUp: at < 0 ? 0 : at - 1, Home: 0, End: rows.length - 1 }[event.key];
  event.preventDefault();
  rows[Math.max(0, Math.min(rows.length - 1, goal))].focus();
}
