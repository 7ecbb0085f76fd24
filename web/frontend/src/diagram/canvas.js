// What the viewer and the designer's canvas have in common: a name, room to breathe, and zoom by buttons.
import { say } from "../app/page.js";

const SHEET_WIDTH = 680; // A4 upright without its margins, in CSS pixels
const SHEET_HEIGHT = 900;

/** The drawing is one picture for those who cannot see it; its twin in words stands beside it. */
export function describe(viewer, label, describedBy) {
  const svg = viewer.get("canvas").getContainer().querySelector("svg[data-element-id], svg");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", label);
  if (describedBy) svg.setAttribute("aria-describedby", describedBy);
}

/**
 * The whole diagram, never larger than drawn, and never smaller than `readable`: then from its upper left corner.
 * left: pixels on the left that something covers.
 */
export function fit(viewer, { left = 0, margin = 16, readable = 0 } = {}) {
  const canvas = viewer.get("canvas");
  canvas.resized();
  const { inner, outer } = canvas.viewbox();
  if (!inner.width || !outer.width) return;
  const width = canvas.getContainer().clientWidth - left - 2 * margin;
  const height = canvas.getContainer().clientHeight - 2 * margin;
  const whole = Math.min(1, width / inner.width, height / inner.height);
  const scale = Math.max(whole, readable);
  const spare = Math.max(0, (width / scale - inner.width) / 2);
  const above = Math.max(0, (height / scale - inner.height) / 2);
  canvas.viewbox({
    x: inner.x - spare - (left + margin) / scale,
    y: inner.y - above - margin / scale,
    width: canvas.getContainer().clientWidth / scale,
    height: canvas.getContainer().clientHeight / scale,
  });
}

/** Smallest size at which the words in a diagram are read on a desk, and on a telephone. */
export const readable = (container) => (container.clientWidth < 640 ? 0.55 : 0.8);

/** On paper the whole diagram, as wide as the sheet; afterwards what was seen before. */
export function fitOnPaper(viewer) {
  const canvas = viewer.get("canvas");
  const { style } = canvas.getContainer().closest("[data-diagram]") ?? canvas.getContainer();
  let seen = null;
  window.addEventListener("beforeprint", () => {
    seen = canvas.viewbox();
    const { inner } = seen;
    style.width = `${SHEET_WIDTH}px`;
    style.minHeight = "0";
    style.height = `${Math.min(SHEET_HEIGHT, Math.ceil((SHEET_WIDTH * inner.height) / inner.width) + 40)}px`;
    fit(viewer);
  });
  window.addEventListener("afterprint", () => {
    style.width = style.height = style.minHeight = "";
    canvas.resized();
    if (seen) canvas.viewbox({ x: seen.x, y: seen.y, width: seen.width, height: seen.height });
  });
}

/** Buttons in the upper right corner; the lower right one belongs to the bpmn.io mark. */
export function zoomButtons(viewer, container, { onWhole }) {
  const bar = document.createElement("div");
  bar.className = "zoom-buttons";
  bar.setAttribute("role", "group");
  bar.setAttribute("aria-label", say("図の大きさ", "Size of the diagram"));
  const step = (by) => () => viewer.get("canvas").zoom(viewer.get("canvas").zoom() * by, "auto");
  for (const [text, label, act] of [
    ["+", say("大きくする", "Zoom in"), step(1.25)],
    ["−", say("小さくする", "Zoom out"), step(0.8)],
    [say("全体", "Whole"), say("全体を表示する", "Show the whole diagram"), onWhole],
  ]) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button quiet small";
    button.textContent = text;
    button.setAttribute("aria-label", label);
    button.addEventListener("click", act);
    bar.append(button);
  }
  container.append(bar);
}
