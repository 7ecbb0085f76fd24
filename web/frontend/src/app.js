// Runs on every page. Everything here is a convenience: without it the pages still work.
import "./app/partial-pages.js";
import "./app/composition.js";
import "./app/submitting.js";
import { watchDrafts } from "./app/drafts.js";
import { watchConditions } from "./app/conditions.js";
import { watchLists } from "./app/dynamic-lists.js";
import { watchDays } from "./app/days.js";
import { watchErrorSummary } from "./app/error-summary.js";
import { watchWorklist } from "./app/worklist.js";
import { restoreTableRoles } from "./app/tables.js";
import { watchPrinting } from "./app/printing.js";

const everyTime = [watchLists, watchConditions, watchDrafts, watchDays, watchErrorSummary, restoreTableRoles, watchPrinting];

document.documentElement.classList.add("scripted");
for (const watch of everyTime) watch(document);
watchWorklist(document);
document.addEventListener("htmx:load", (event) => {
  for (const watch of everyTime) watch(event.detail.elt);
});
