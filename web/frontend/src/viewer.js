// Draws the diagrams of a page with the tokens on them: [data-diagram].
import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";
import { say } from "./app/page.js";
import { describe, fit, fitOnPaper, readable, zoomButtons } from "./diagram/canvas.js";
import { descriptorFor } from "./diagram/extensions.js";
import { translating } from "./diagram/translate.js";
import "./viewer.css";

// Of a running family, and of a drawing compared with the one in force.
const STATES = ["done", "next", "waiting", "active", "added", "changed", "removed"];
const COMPARED_FIRST = ["added", "changed", "removed"];
const COMPARED = new Set(COMPARED_FIRST);
const SMALL = 60; // events and gateways, in the diagram's own units

async function draw(container) {
  const [xml, state] = await Promise.all([
    load(container.dataset.diagramUrl).then((response) => response.text()),
    container.dataset.stateUrl ? load(container.dataset.stateUrl).then((response) => response.json()) : {},
  ]);
  const viewer = new NavigatedViewer({
    container,
    zoomScroll: { enabled: false }, // the wheel scrolls the page, also over a diagram
    additionalModules: [translating(() => {})],
    moddleExtensions: { spiffworkflow: descriptorFor(xml) },
  });
  await viewer.importXML(xml);
  for (const name of STATES) for (const item of state[name] ?? []) mark(viewer, name, item);
  describe(viewer, container.dataset.label ?? say("業務の図", "Process diagram"), container.getAttribute("aria-describedby"));
  zoomButtons(viewer, container, { onWhole: () => fit(viewer) });
  fit(viewer, { readable: readable(container) });
  fitOnPaper(viewer);
  for (const help of document.querySelectorAll("[data-diagram-help]")) help.hidden = false;
  show(viewer, state.active ?? COMPARED_FIRST.flatMap((name) => state[name] ?? []));
  moveByKeys(viewer);
  moveByTouch(viewer, container);
  new ResizeObserver(() => viewer.get("canvas").resized()).observe(container);
  return viewer;
}

async function load(url) {
  const response = await fetch(url, { credentials: "same-origin" });
  if (!response.ok) throw new Error(`expected ${url} to be readable, but it answered ${response.status}`);
  return response;
}

/** @param item an element id, or {id, text} */
function mark(viewer, name, item) {
  const id = item.id ?? item;
  const element = viewer.get("elementRegistry").get(id);
  if (!element) return;
  viewer.get("canvas").addMarker(id, `is-${name}`);
  if (name === "next" || (element.waypoints && !COMPARED.has(name))) return;
  const badge = document.createElement("div");
  badge.className = `mark is-${name}`;
  const small = !element.waypoints && element.width < SMALL; // its name stands where a long badge would lie
  badge.textContent = small && name === "done" ? "✓" : text(name, item.text);
  const position = element.waypoints ? onArrow(element.waypoints) : small ? { top: -4, left: -8 } : { top: -12, left: 4 };
  viewer.get("overlays").add(id, name, { position, show: { minZoom: COMPARED.has(name) ? 0 : 0.3 }, html: badge });
}


/** Halfway along an arrow, relative to the corner overlays hang on. */
function onArrow(points) {
  const [first, last] = [points[Math.floor((points.length - 1) / 2)], points[Math.ceil((points.length - 1) / 2)]];
  const from = first === last ? points[points.length - 2] : first;
  const [left, top] = [Math.min(...points.map((point) => point.x)), Math.min(...points.map((point) => point.y))];
  return { left: (from.x + last.x) / 2 - left - 20, top: (from.y + last.y) / 2 - top - 10 };
}

function text(name, more) {
  const word = {
    done: say("✓ 済み", "✓ done"),
    waiting: say("◇ 待っている", "◇ waiting"),
    active: say("▶ いまここ", "▶ here now"),
    added: say("＋ 加わった", "＋ added"),
    changed: say("△ 変わった", "△ changed"),
    removed: say("× なくなる", "× removed"),
  }[name];
  return more ? `${word} ${more}` : word;
}

// Where the whole is too small to read: begin where the family stands, or with what differs.
function show(viewer, active) {
  const first = active.map((item) => viewer.get("elementRegistry").get(item.id ?? item)).find(Boolean);
  if (first) viewer.get("canvas").scrollToElement(first, { top: 40, right: 60, bottom: 60, left: 60 });
}

// With the focus on the picture: arrows move it, + and − change its size, 0 shows the whole.
function moveByKeys(viewer) {
  const canvas = viewer.get("canvas");
  const directions = { ArrowLeft: "left", ArrowRight: "right", ArrowUp: "up", ArrowDown: "down" };
  viewer.get("keyboard").addListener(({ keyEvent: event }) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return undefined;
    if (directions[event.key]) viewer.get("keyboardMove").moveCanvas({ speed: 50, direction: directions[event.key] });
    else if (event.key === "+" || event.key === ";") canvas.zoom(canvas.zoom() * 1.25, "auto");
    else if (event.key === "-") canvas.zoom(canvas.zoom() * 0.8, "auto");
    else if (event.key === "0") fit(viewer);
    else return undefined;
    return true;
  });
}

// One finger moves the picture sideways; up and down it scrolls the page (touch-action: pan-y).
function moveByTouch(viewer, container) {
  let at = null;
  container.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "touch" && event.isPrimary) at = event;
  });
  container.addEventListener("pointermove", (event) => {
    if (at?.pointerId !== event.pointerId) return;
    viewer.get("canvas").scroll({ dx: event.clientX - at.clientX, dy: event.clientY - at.clientY });
    at = event;
  });
  for (const kind of ["pointerup", "pointercancel", "pointerleave"]) container.addEventListener(kind, () => { at = null; });
}

const containers = [...document.querySelectorAll("[data-diagram]")];
const results = await Promise.allSettled(containers.map(draw));
results.forEach((result, index) => {
  if (result.status === "fulfilled") return;
  console.error("the diagram cannot be drawn", result.reason);
  const sentence = document.createElement("p");
  sentence.className = "notice error";
  sentence.textContent = say("図を表示できません。下の一覧で同じことを確かめられます。", "The diagram cannot be shown. The list of steps says the same.");
  containers[index].replaceChildren(sentence);
});
document.body.dataset.ready = results.every((result) => result.status === "fulfilled") ? "1" : "failed";
