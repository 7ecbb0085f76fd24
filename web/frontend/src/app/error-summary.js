// After a refusal the first thing read is what is wrong; each entry leads to its field.

export function watchErrorSummary(root) {
  const summary = root.querySelector("[data-error-summary]");
  if (!summary || summary.dataset.watched) return;
  summary.dataset.watched = "yes";
  summary.focus();
  summary.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"]');
    const id = link && decodeURIComponent(link.getAttribute("href").slice(1));
    const field = id && (document.getElementById(id) ?? document.getElementsByName(id)[0]);
    if (!field) return;
    event.preventDefault();
    for (let hidden = field.closest("[hidden]"); hidden; hidden = hidden.parentElement.closest("[hidden]")) hidden.hidden = false;
    const target = field.matches("input, select, textarea, button") ? field : field.querySelector("input, select, textarea") ?? field;
    (target.closest(".field") ?? target).scrollIntoView({ block: "start" });
    target.focus({ preventScroll: true });
  });
}
