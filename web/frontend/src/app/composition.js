// Enter that confirms kanji is not Enter, and half-written kana is not a search.
//
// Browsers differ in when they report the confirming key: Chrome during the composition, Safari after it with
// key code 229. Listening on the way down keeps every later listener, and the browser's own submit, out of it.

let composing = false;

document.addEventListener("compositionstart", () => { composing = true; }, true);
document.addEventListener("compositionend", (event) => {
  composing = false;
  const asking = asksServer(event.target);
  if (asking) event.target.dispatchEvent(new Event("input", { bubbles: true }));
}, true);

// A field that goes away while kana are still open never says that the composition ended.
document.addEventListener("focusout", () => { composing = false; }, true);

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" && event.keyCode !== 13 && event.keyCode !== 229) return;
  if (!isComposing(event)) return;
  event.stopImmediatePropagation();
  if (event.key === "Enter" || event.keyCode === 13) event.preventDefault();
}, true);

document.addEventListener("input", (event) => {
  if (event.isComposing && asksServer(event.target)) event.stopImmediatePropagation();
}, true);

document.addEventListener("submit", (event) => {
  if (composing) {
    event.preventDefault();
    event.stopImmediatePropagation();
  }
}, true);

export function isComposing(event) {
  return composing || event.isComposing || event.keyCode === 229;
}

function asksServer(field) {
  return field instanceof Element && field.closest("[hx-get],[hx-post],[data-hx-get],[data-hx-post]");
}
