// What the linter found: a list whose entries lead to the element, and a mark with a word on the element.
import { csrfToken, language, say } from "../app/page.js";
import { choose } from "./elements.js";

const WAIT_MS = 1000;

export class Findings {
  constructor(place, modeler, url, { onChange, onShow }) {
    this.modeler = modeler;
    this.url = url;
    this.onChange = onChange;
    this.onShow = onShow;
    this.items = [];
    this.heading = document.createElement("h2");
    this.heading.textContent = say("点検", "Findings");
    this.state = document.createElement("p");
    this.state.className = "designer-status";
    this.state.setAttribute("role", "status");
    this.list = document.createElement("ul");
    this.list.className = "findings";
    place.append(this.heading, this.state, this.list);
    this.list.addEventListener("click", (event) => {
      const id = event.target.closest("button[data-element]")?.dataset.element;
      if (id && choose(modeler, id)) this.onShow();
    });
    modeler.on("commandStack.changed", () => this.later());
  }

  of(id) {
    return this.items.filter((finding) => finding.element === id);
  }

  later() {
    if (!this.url) return;
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.ask(), WAIT_MS);
  }

  async ask() {
    if (!this.url) return;
    window.clearTimeout(this.timer);
    const turn = (this.turn = (this.turn ?? 0) + 1);
    try {
      const { xml } = await this.modeler.saveXML({ format: true });
      const response = await fetch(this.url, {
        method: "POST",
        headers: { "Content-Type": "application/xml", Accept: "application/json", "X-CSRFToken": csrfToken() },
        body: xml,
        credentials: "same-origin",
      });
      if (!response.ok) throw new Error(`expected findings, but the answer was ${response.status}`);
      const { findings } = await response.json();
      if (turn === this.turn) this.show(findings);
    } catch (error) {
      console.error("lint did not answer", error);
      if (turn === this.turn) this.say("error", say("点検できませんでした。つながりを確かめてください。図はこのまま直せます。", "The check did not answer. You can go on drawing."));
    }
  }

  show(findings) {
    this.items = [...findings].sort((left, right) => (left.level === right.level ? 0 : left.level === "error" ? -1 : 1));
    const errors = this.items.filter((finding) => finding.level === "error").length;
    this.say("", this.items.length
      ? say(`直すところ ${errors}件、確かめるところ ${this.items.length - errors}件`, `${errors} to mend, ${this.items.length - errors} to check`)
      : say("直すところはありません", "Nothing to mend"));
    this.list.replaceChildren(...this.items.map((finding) => this.entry(finding)));
    this.drawMarks();
    this.onChange();
  }

  entry(finding) {
    const item = document.createElement("li");
    item.append(badge(finding.level));
    const sentence = document.createElement("span");
    sentence.textContent = sentenceOf(finding);
    item.append(sentence);
    if (this.modeler.get("elementRegistry").get(finding.element)) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "button quiet small";
      button.dataset.element = finding.element;
      button.textContent = say("示す", "Show");
      button.setAttribute("aria-label", say(`示す: ${sentenceOf(finding)}`, `Show: ${sentenceOf(finding)}`));
      item.append(button);
    }
    return item;
  }

  drawMarks() {
    const overlays = this.modeler.get("overlays");
    overlays.remove({ type: "finding" });
    const registry = this.modeler.get("elementRegistry");
    for (const id of new Set(this.items.map((finding) => finding.element))) {
      const element = registry.get(id);
      if (!element || element === this.modeler.get("canvas").getRootElement()) continue;
      const found = this.of(id);
      const level = found.some((finding) => finding.level === "error") ? "error" : "warning";
      const mark = document.createElement("div");
      mark.className = `mark ${level}`;
      mark.textContent = level === "error" ? say(`✕ 直す ${found.length}`, `✕ mend ${found.length}`) : say(`▲ 確かめる ${found.length}`, `▲ check ${found.length}`);
      mark.title = found.map(sentenceOf).join("\n");
      const position = element.waypoints ? { top: -8, left: 8 } : { bottom: 8, left: 4 };
      overlays.add(id, "finding", { position, show: { minZoom: 0.3 }, html: mark });
    }
  }

  say(level, text) {
    this.state.dataset.level = level;
    this.state.textContent = text;
  }
}

export function sentenceOf(finding) {
  return finding[`message_${language()}`] ?? finding.message_ja ?? finding.rule;
}

export function badge(level) {
  const span = document.createElement("span");
  span.className = level === "error" ? "badge late" : "badge soon";
  span.textContent = level === "error" ? say("直す", "Mend") : say("確かめる", "Check");
  return span;
}
