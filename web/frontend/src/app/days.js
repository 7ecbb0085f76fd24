// Under a date field: the day as the town writes it.
import { language, say } from "./page.js";
import { readDay, showDay } from "./wareki.js";

export function watchDays(root) {
  for (const field of root.querySelectorAll('input[type="date"], input[data-day]')) {
    if (field.dataset.wareki) continue;
    field.dataset.wareki = "on";
    const hint = document.createElement("span");
    hint.className = "wareki";
    (field.closest(".with-unit") ?? field).after(hint);
    const show = () => {
      const { day, wrong } = readDay(field.value) ?? {};
      hint.classList.toggle("wrong", Boolean(wrong));
      if (wrong) {
        hint.textContent = say(...wrong);
        return;
      }
      const text = day ? showDay(day, language()) : "";
      hint.textContent = text && field.type !== "date" && language() === "ja" ? `${text} ${day[0]}年` : text;
    };
    field.addEventListener("input", show);
    field.addEventListener("change", show);
    show();
  }
}
