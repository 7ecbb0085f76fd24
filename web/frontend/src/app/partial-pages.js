// htmx: pieces of a page replaced by the server's HTML. Strict: no eval, no style element, no history in the browser's storage.
import htmx from "htmx.org";
import { csrfToken } from "./page.js";

Object.assign(htmx.config, {
  allowEval: false,
  allowScriptTags: false,
  historyCacheSize: 0,
  includeIndicatorStyles: false,
  refreshOnHistoryMiss: true,
  selfRequestsOnly: true,
});

document.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRFToken"] = csrfToken();
});
