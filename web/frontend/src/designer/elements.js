// The diagram as a list of buttons: the way in for the keyboard and the screen reader.
import { getBusinessObject, is } from "bpmn-js/lib/util/ModelUtil";
import { say } from "../app/page.js";
import { kindOf, nameOf } from "../diagram/kinds.js";

export class ElementList {
  constructor(place, modeler, { findingsOf }) {
    this.place = place;
    this.modeler = modeler;
    this.findingsOf = findingsOf;
    this.list = document.createElement("div");
    const heading = document.createElement("h2");
    heading.textContent = say("図の要素", "Elements");
    place.append(heading, this.list);
    this.list.addEventListener("click", (event) => {
      const button = event.target.closest("button[data-element]");
      if (button) choose(modeler, button.dataset.element);
    });
    this.list.addEventListener("keydown", (event) => this.walk(event));
    modeler.on(["selection.changed"], () => this.markSelected());
    modeler.on(["elements.changed", "import.done", "commandStack.changed"], () => this.later());
  }

  later() {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.draw(), 60);
  }

  draw() {
    const focused = this.list.contains(document.activeElement) ? document.activeElement.dataset.element : null;
    const top = this.list.parentElement.scrollTop;
    this.list.replaceChildren(...this.groups());
    this.list.parentElement.scrollTop = top;
    this.markSelected();
    if (focused) this.button(focused)?.focus({ preventScroll: true });
  }

  groups() {
    const registry = this.modeler.get("elementRegistry");
    const all = registry.filter((element) => element.type !== "label" && !element.labelTarget);
    const root = this.modeler.get("canvas").getRootElement();
    const nodes = all.filter((element) => !element.waypoints && element !== root && !is(element, "bpmn:Lane") && !is(element, "bpmn:Participant") && element.parent);
    const groups = [];
    const add = (title, elements) => {
      if (!elements.length) return;
      const heading = document.createElement("h3");
      heading.textContent = title;
      groups.push(heading, this.listOf(elements));
    };
    add(say("図・枠・帯", "Diagram, pools, lanes"), [root, ...all.filter((element) => is(element, "bpmn:Participant") || is(element, "bpmn:Lane"))]);
    const lanes = all.filter((element) => is(element, "bpmn:Lane"));
    const laneOf = new Map();
    for (const lane of lanes) for (const node of getBusinessObject(lane).get("flowNodeRef")) laneOf.set(node, lane);
    const homeOf = (element) => {
      for (let at = element; at; at = at.host ?? at.parent) {
        const lane = laneOf.get(getBusinessObject(at));
        if (lane) return lane;
      }
      return null;
    };
    const byLane = group(nodes, homeOf);
    for (const lane of [...lanes.sort(across), null]) add(lane ? nameOf(lane) : say("帯の外", "In no lane"), (byLane.get(lane) ?? []).sort(along));
    add(say("流れの線", "Flows"), all.filter((element) => element.waypoints && !is(element, "bpmn:Association")));
    return groups;
  }

  listOf(elements) {
    const list = document.createElement("ul");
    list.className = "element-list";
    for (const element of elements) {
      const button = document.createElement("button");
      button.type = "button";
      button.dataset.element = element.id;
            const named = flowText(element) ?? nameOf(element);
      const about = [named === kindOf(element) || flowText(element) ? null : kindOf(element), marks(this.findingsOf(element.id))].filter(Boolean).join(" ");
      button.append(named);
      if (about) {
        const small = document.createElement("small");
        small.textContent = about;
        button.append(small);
      }
      const item = document.createElement("li");
      item.append(button);
      list.append(item);
    }
    return list;
  }

  markSelected() {
    const selected = new Set(this.modeler.get("selection").get().map((element) => element.id));
    for (const button of this.list.querySelectorAll("button[data-element]")) {
      button.setAttribute("aria-pressed", String(selected.has(button.dataset.element)));
    }
  }

  button(id) {
    return this.list.querySelector(`button[data-element="${CSS.escape(id)}"]`);
  }

  walk(event) {
    const buttons = [...this.list.querySelectorAll("button[data-element]")];
    const at = buttons.indexOf(document.activeElement);
    const goal = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: buttons.length - 1 }[event.key];
    if (at < 0 || goal === undefined || !buttons[goal]) return;
    event.preventDefault();
    buttons[goal].focus();
  }
}

/** Selects the element and brings it into view, large enough to read. */
export function choose(modeler, id) {
  const canvas = modeler.get("canvas");
  const element = modeler.get("elementRegistry").get(id);
  if (!element) return null;
  if (element === canvas.getRootElement()) {
    modeler.get("selection").select(null);
    return element;
  }
  modeler.get("selection").select(element);
  if (canvas.zoom() < 0.6) canvas.zoom(0.8, element.waypoints?.[0] ?? { x: element.x, y: element.y });
  canvas.scrollToElement(element, { top: 80, right: 80, bottom: 100, left: 120 });
  return element;
}

function flowText(element) {
  if (!element.waypoints || !element.source) return null;
  const name = getBusinessObject(element).name;
  return `${nameOf(element.source)} → ${nameOf(element.target)}${name ? `(${name})` : ""}`;
}

function marks(findings) {
  const errors = findings.filter((finding) => finding.level === "error").length;
  const warnings = findings.length - errors;
  return [errors ? say(`✕ 直す ${errors}`, `✕ mend ${errors}`) : "", warnings ? say(`▲ 確かめる ${warnings}`, `▲ check ${warnings}`) : ""].filter(Boolean).join(" ");
}

function along(left, right) {
  return left.x - right.x || left.y - right.y;
}

function across(left, right) {
  return left.y - right.y || left.x - right.x;
}

function group(items, keyOf) {
  const groups = new Map();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}
