// The designer's page: [data-designer] becomes bar, list of elements, canvas, settings and findings.
import Modeler from "bpmn-js/lib/Modeler";
import { say } from "./app/page.js";
import { describe, fit, readable, zoomButtons } from "./diagram/canvas.js";
import { descriptorFor } from "./diagram/extensions.js";
import { translating } from "./diagram/translate.js";
import { Commands, addLabel } from "./designer/commands.js";
import { ElementList } from "./designer/elements.js";
import { Findings } from "./designer/findings.js";
import { snakeCaseIds } from "./designer/ids.js";
import { Panel } from "./designer/panel.js";
import { Saving } from "./designer/saving.js";
import { Settings } from "./designer/settings.js";
import { loadVocabulary, normalise } from "./designer/vocabulary.js";
import "./designer.css";

async function open(container) {
  const places = layOut(container);
  const status = new Status(places.status);
  status.show("", say("図を読み込んでいます…", "Loading the diagram…"));
  let wordless = false;
  const [diagram, vocabulary] = await Promise.all([
    load(container.dataset.diagramUrl),
    loadVocabulary(container.dataset.vocabularyUrl).catch((error) => {
      console.error("the vocabulary cannot be had", error);
      wordless = true;
      return normalise({});
    }),
  ]);
  const missing = new Set();
  const modeler = new Modeler({
    container: places.canvas,
    additionalModules: [
      snakeCaseIds,
      translating((text) => {
        missing.add(text);
        container.dataset.missing = JSON.stringify([...missing]);
      }),
    ],
    moddleExtensions: { spiffworkflow: descriptorFor(diagram.xml) },
  });
  container.dataset.missing = "[]";

  const saving = new Saving(modeler, { saveUrl: container.dataset.saveUrl, status });
  status.onTakeOut = () => saving.takeOut(container.dataset.fileName ?? "diagram.bpmn");
  status.show("", "");
  await saving.open(diagram);
  if (wordless && !saving.reasons.length) {
    status.show("error", say("様式や終わり方の一覧を読み込めませんでした。図は直せます。一覧が要るときは開き直してください。", "The lists of forms and outcomes could not be loaded. You can draw; open the page again to have the lists."));
  }
  const commands = new Commands(modeler);
  const settings = new Settings(modeler, vocabulary, commands);
  const findings = new Findings(places.findings, modeler, container.dataset.lintUrl, {
    onChange: () => {
      elements.later();
      panel.later();
    },
    onShow: () => places.settings.focus(),
  });
  const elements = new ElementList(places.elements, modeler, { findingsOf: (id) => findings.of(id) });
  const panel = new Panel(places.settings, {
    settings,
    commands,
    addLabel,
    findingsOf: (id) => findings.of(id),
    onAdded: () => window.setTimeout(() => document.getElementById("setting-name")?.focus(), 30),
  });

  const root = () => modeler.get("canvas").getRootElement();
  modeler.on("selection.changed", ({ newSelection }) => panel.show(newSelection.length === 1 ? newSelection[0] : newSelection.length ? null : root()));
  modeler.on("elements.changed", ({ elements: changed }) => { if (changed.includes(panel.element)) panel.later(); });
  modeler.on("commandStack.changed", () => {
    panel.later();
    buttons(places, modeler);
    if (saving.dirty && !saving.reasons.length) status.show("", say("保存していない変更があります", "There are unsaved changes"));
  });

  const save = async () => {
    panel.flush();
    if (await saving.save()) findings.ask();
  };
  places.save?.addEventListener("click", save);
  places.undo.addEventListener("click", () => modeler.get("commandStack").undo());
  places.redo.addEventListener("click", () => modeler.get("commandStack").redo());
  container.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s" && places.save) {
      event.preventDefault();
      save();
    }
  });

  const covered = 20 + (places.canvas.querySelector(".djs-palette")?.clientWidth ?? 0);
  const whole = () => fit(modeler, { left: covered });
  describe(modeler, say("業務の図(同じものが「図の要素」の一覧にあります)", "Process diagram (the list of elements says the same)"));
  zoomButtons(modeler, places.canvas, { onWhole: whole });
  fit(modeler, { left: covered, readable: readable(places.canvas) });
  new ResizeObserver(() => modeler.get("canvas").resized()).observe(places.canvas);
  buttons(places, modeler);
  elements.draw();
  panel.show(root());
  findings.ask();
  return modeler;
}

async function load(url) {
  const response = await fetch(url, { credentials: "same-origin", cache: "no-store" });
  if (!response.ok) throw new Error(`expected ${url} to be readable, but it answered ${response.status}`);
  return { xml: await response.text(), version: response.headers.get("ETag") };
}

function layOut(container) {
  const place = (tag, kind, label) => {
    const made = document.createElement(tag);
    made.className = `designer-${kind}`;
    if (label) made.setAttribute("aria-label", label);
    container.append(made);
    return made;
  };
  container.replaceChildren();
  const bar = place("div", "bar");
  const canEdit = Boolean(container.dataset.saveUrl);
  const save = canEdit ? barButton(bar, "button primary", say("保存する", "Save")) : null;
  const undo = barButton(bar, "button quiet", say("元に戻す", "Undo"));
  const redo = barButton(bar, "button quiet", say("やり直す", "Redo"));
  const status = document.createElement("div");
  status.className = "designer-status";
  status.setAttribute("role", "status");
  bar.append(status);
  const elements = place("nav", "elements", say("図の要素", "Elements"));
  const canvas = place("section", "canvas", say("図", "Diagram"));
  const settings = place("section", "settings", say("設定", "Settings"));
  const findings = place("section", "findings", say("点検", "Findings"));
  for (const scrolling of [elements, settings]) scrolling.tabIndex = 0;
  return { save, undo, redo, status, elements, canvas, settings, findings };
}

function barButton(bar, kind, text) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = kind;
  button.textContent = text;
  bar.append(button);
  return button;
}

function buttons(places, modeler) {
  places.undo.disabled = !modeler.get("commandStack").canUndo();
  places.redo.disabled = !modeler.get("commandStack").canRedo();
}

class Status {
  constructor(place) {
    this.place = place;
    this.onTakeOut = () => {};
  }

  show(level, sentence, reasons = [], takeOut = false) {
    this.place.dataset.level = level;
    this.place.replaceChildren(sentence);
    if (reasons.length) {
      const list = document.createElement("ul");
      list.append(...reasons.map((reason) => {
        const item = document.createElement("li");
        item.textContent = reason;
        return item;
      }));
      this.place.append(list);
    }
    if (takeOut) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "button quiet small";
      button.textContent = say("ファイルに取り出す", "Take out as a file");
      button.addEventListener("click", () => this.onTakeOut());
      this.place.append(" ", button);
    }
  }
}

let ready = "1";
for (const container of document.querySelectorAll("[data-designer]")) {
  try {
    container.modeler = await open(container);
  } catch (error) {
    console.error("the diagram cannot be opened", error);
    ready = "failed";
    const sentence = document.createElement("p");
    sentence.className = "notice error";
    sentence.setAttribute("role", "alert");
    sentence.textContent = say("この図を開けません。ファイルが壊れているか、つながりが切れています。", "This diagram cannot be opened. The file is damaged or the connection was lost.");
    container.replaceChildren(sentence);
  }
}
document.body.dataset.ready = ready;
