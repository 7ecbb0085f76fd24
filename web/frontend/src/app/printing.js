// A button that prints the page. Without script the browser's own menu does the same, so the button is not shown.

export function watchPrinting(root) {
  for (const button of root.querySelectorAll("button[data-print]")) button.hidden = false;
}

document.addEventListener("click", (event) => {
  if (event.target.closest("button[data-print]")) window.print();
});
