// Draws the settings of the selected element as a plain form and hands changes back.
//
// A field is taken over when it is left (or chosen); what has been typed but not left is taken over before anything
// else happens (`flush`). As long as the same fields are shown they are kept, so the focus never jumps.
import { say } from "../app/page.js";
import { badge, sentenceOf } from "./findings.js";

export class Panel {
  constructor(place, { settings, commands, addLabel, findingsOf, onAdded }) {
    Object.assign(this, { place, settings, commands, addLabel, findingsOf, onAdded });
    this.element = null;
    this.pending = null;
    this.shape = "";
    this.heading = document.createElement("h2");
    this.heading.textContent = say("設定", "Settings");
    this.problems = document.createElement("div");
    this.form = document.createElement("form");
    this.form.className = "settings";
    this.form.noValidate = true;
    this.form.addEventListener("submit", (event) => event.preventDefault());
    this.steps = document.createElement("div");
    this.steps.className = "settings";
    this.words = this.wordList();
    place.append(this.heading, this.problems, this.form, this.steps, this.words);
  }

  show(element) {
    this.flush();
    this.element = element;
    this.draw();
  }

  /** Takes over what was typed into a field that has not been left yet. */
  flush() {
    const pending = this.pending;
    this.pending = null;
    pending?.();
  }

  later() {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.draw(), 0);
  }

  draw() {
    this.drawProblems();
    if (!this.element) {
      this.form.replaceChildren();
      this.steps.replaceChildren();
      this.shape = "";
      return;
    }
    const sections = this.settings.sectionsOf(this.element);
    const shape = JSON.stringify([this.element.id, sections.map((section) => [section.title, section.fields.map(({ key, kind, label, options, help, suggestions, value }) => [key, kind, label, options, help, suggestions, kind === "pairs" ? value.length : kind === "note" ? value : 0])])]);
    if (shape === this.shape) this.refill(sections);
    else this.rebuild(sections);
    this.shape = shape;
    this.drawSteps();
  }

  rebuild(sections) {
    const focused = this.form.contains(document.activeElement) ? document.activeElement.id : null;
    this.fields = new Map();
    this.form.replaceChildren(...sections.map((section) => this.section(section)));
    if (focused) document.getElementById(focused)?.focus();
  }

  refill(sections) {
    for (const field of sections.flatMap((section) => section.fields)) {
      const drawn = this.fields.get(field.key);
      drawn.field = field;
      drawn.fill(field);
    }
  }

  section({ title, fields }) {
    const section = document.createElement("section");
    const heading = document.createElement("h3");
    heading.textContent = title;
    section.append(heading, ...fields.map((field) => this.row(field)));
    return section;
  }

  row(field) {
    const drawn = { field, fill: () => {} };
    this.fields.set(field.key, drawn);
    const id = `setting-${field.key}`;
    const row = document.createElement(field.kind === "checks" || field.kind === "pairs" ? "fieldset" : "div");
    row.className = "field";
    ({ text: line, area: line, select: choice, check: tick, checks: ticks, pairs, note: remark })[field.kind](this, row, drawn, id);
    if (field.help) row.insertBefore(help(id, field.help), row.children[1] ?? null);
    return row;
  }

  /** Runs the change, with its sentence when the value cannot be. */
  take(drawn, value, row) {
    const { field } = drawn;
    const tidy = field.tidy ? field.tidy(value) : value;
    const problem = field.problem?.(tidy) ?? "";
    complain(row, problem);
    if (problem || JSON.stringify(tidy) === JSON.stringify(field.value)) return;
    drawn.field = { ...field, value: tidy };
    field.set(tidy);
    this.later();
  }

  drawProblems() {
    const found = this.element ? this.findingsOf(this.element.id) : [];
    const list = document.createElement("ul");
    list.className = "findings";
    list.append(...found.map((finding) => {
      const item = document.createElement("li");
      const sentence = document.createElement("span");
      sentence.textContent = sentenceOf(finding);
      item.append(badge(finding.level), sentence);
      return item;
    }));
    this.problems.replaceChildren(...(found.length ? [list] : []));
  }

  drawSteps() {
    const kinds = this.commands.stepsAfter(this.element);
    const targets = this.commands.targetsOf(this.element);
    const shape = JSON.stringify([this.element.id, kinds, targets, this.commands.canRemove(this.element)]);
    if (this.steps.dataset.shape === shape && this.steps.children.length) return;
    this.steps.dataset.shape = shape;
    const section = document.createElement("section");
    const heading = document.createElement("h3");
    heading.textContent = say("図を変える", "Change the diagram");
    section.append(heading);
    if (kinds.length) {
      section.append(this.command("add-step", this.addLabel(this.element), kinds.map(([value, ja, en]) => [value, say(ja, en)]), say("加える", "Add"), (value) => {
        this.commands.add(this.element, value);
        this.onAdded();
      }));
    }
    if (targets.length) {
      section.append(this.command("connect", say("流れの線をつなぐ先", "Connect to"), targets, say("つなぐ", "Connect"), (value) => this.commands.connect(this.element, value)));
    }
    if (this.commands.canRemove(this.element)) {
      section.append(button("button danger small", say("この要素を消す", "Delete this element"), () => {
        this.flush();
        this.commands.remove(this.element);
      }));
    }
    this.steps.replaceChildren(...(section.children.length > 1 ? [section] : []));
  }

  command(key, label, options, verb, act) {
    const row = document.createElement("div");
    row.className = "field";
    const select = document.createElement("select");
    select.id = `command-${key}`;
    select.append(...options.map(([value, name]) => new Option(name, value)));
    const caption = document.createElement("label");
    caption.htmlFor = select.id;
    caption.textContent = label;
    row.append(caption, select, button("button small", verb, () => {
      this.flush();
      act(select.value);
    }));
    return row;
  }

  // The words an expression may use; a click puts one where the cursor was last.
  wordList() {
    const details = document.createElement("details");
    const summary = document.createElement("summary");
    summary.textContent = say("式に使えることば", "Words for expressions");
    details.append(summary);
    details.addEventListener("toggle", () => {
      if (!details.open || details.children.length > 1) return;
      const { names, functions } = this.settings.words();
      for (const [title, words] of [[say("名前", "Names"), names], [say("計算", "Functions"), functions]]) {
        const heading = document.createElement("h3");
        heading.textContent = title;
        const list = document.createElement("ul");
        list.className = "element-list";
        list.append(...words.map((word) => {
          const item = document.createElement("li");
          item.append(button("", word.label, () => this.insert(word.text)));
          return item;
        }));
        details.append(heading, list);
      }
    });
    return details;
  }

  insert(word) {
    const field = this.lastExpression;
    if (!field?.isConnected) return;
    field.setRangeText(word, field.selectionStart, field.selectionEnd, "end");
    field.focus();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

function line(panel, row, drawn, id) {
  const { field } = drawn;
  const input = document.createElement(field.kind === "area" ? "textarea" : "input");
  input.id = id;
  input.spellcheck = false;
  if (field.kind === "area") input.rows = field.expression || field.key === "name" ? 2 : 4;
  if (field.numeric) input.inputMode = "numeric";
  if (field.expression) {
    input.classList.add("expression");
    input.addEventListener("focus", () => { panel.lastExpression = input; });
  }
  if (field.help) input.setAttribute("aria-describedby", `${id}-help`);
  const commit = () => {
    panel.pending = null;
    panel.take(drawn, input.value.trim() === "" ? "" : field.kind === "area" && !field.expression ? input.value : input.value.trim(), row);
  };
  input.addEventListener("input", () => { panel.pending = commit; });
  input.addEventListener("change", commit);
  drawn.fill = ({ value }) => { if (document.activeElement !== input || panel.pending === null) input.value = value; };
  input.value = field.value;
  row.append(caption(id, field.label), input);
  if (field.suggestions?.length) row.append(suggestionButtons(field.suggestions, input));
}

function choice(panel, row, drawn, id) {
  const select = document.createElement("select");
  select.id = id;
  select.append(...drawn.field.options.map(([value, name]) => new Option(name, value)));
  select.value = drawn.field.value;
  select.addEventListener("change", () => panel.take(drawn, select.value, row));
  drawn.fill = ({ value }) => { select.value = value; };
  row.append(caption(id, drawn.field.label), select);
}

function tick(panel, row, drawn, id) {
  const [label, box] = checkbox(id, drawn.field.label);
  box.checked = drawn.field.value;
  box.addEventListener("change", () => panel.take(drawn, box.checked, row));
  drawn.fill = ({ value }) => { box.checked = value; };
  row.append(label);
}

function ticks(panel, row, drawn, id) {
  const legend = document.createElement("legend");
  legend.textContent = drawn.field.label;
  const boxes = drawn.field.options.map(([value, name]) => {
    const [label, box] = checkbox(`${id}-${value}`, name);
    box.value = value;
    box.checked = drawn.field.value.includes(value);
    return { label, box };
  });
  const list = document.createElement("div");
  list.className = "choices";
  list.append(...boxes.map(({ label }) => label));
  list.addEventListener("change", () => {
    const chosen = boxes.filter(({ box }) => box.checked).map(({ box }) => box.value);
    const before = drawn.field.value;
    panel.take(drawn, [...before.filter((one) => chosen.includes(one)), ...chosen.filter((one) => !before.includes(one))], row);
  });
  drawn.fill = ({ value }) => { for (const { box } of boxes) box.checked = value.includes(box.value); };
  row.append(legend, list);
}

function pairs(panel, row, drawn, id) {
  const legend = document.createElement("legend");
  legend.textContent = drawn.field.label;
  row.append(legend);
  const read = () => lines.map(({ name, value }) => ({ name: name.value.trim(), value: value.value.trim() })).filter((pair) => pair.name);
  const commit = () => {
    panel.pending = null;
    panel.take(drawn, read(), row);
  };
  const lines = [];
  const add = (pair, index) => {
    const holder = document.createElement("div");
    holder.className = "pair";
    const name = field(`${id}-name-${index}`, say("名前", "Name"), pair.name, holder);
    const value = field(`${id}-value-${index}`, say("式", "Expression"), pair.value, holder);
    value.classList.add("expression");
    value.addEventListener("focus", () => { panel.lastExpression = value; });
    if (drawn.field.suggestions?.length) {
      const list = document.createElement("datalist");
      list.id = `${id}-names-${index}`;
      list.append(...drawn.field.suggestions.map((one) => new Option(one, one)));
      name.setAttribute("list", list.id);
      holder.append(list);
    }
    for (const input of [name, value]) {
      input.addEventListener("input", () => { panel.pending = commit; });
      input.addEventListener("change", commit);
    }
    const remove = button("button quiet small", say("消す", "Remove"), () => {
      lines.splice(lines.findIndex((one) => one.name === name), 1);
      holder.remove();
      commit();
      adding.focus();
    });
    remove.setAttribute("aria-label", say(`${pair.name || "この行"}を消す`, `Remove ${pair.name || "this row"}`));
    holder.append(remove);
    lines.push({ name, value });
    adding.before(holder);
    return name;
  };
  const adding = button("button small", say("加える", "Add"), () => add({ name: "", value: "" }, lines.length + Date.now()).focus());
  row.append(adding);
  drawn.field.value.forEach((pair, index) => add(pair, index));
  drawn.fill = ({ value }) => value.forEach((pair, index) => {
    if (!lines[index] || [lines[index].name, lines[index].value].includes(document.activeElement)) return;
    lines[index].name.value = pair.name;
    lines[index].value.value = pair.value;
  });
}

function remark(panel, row, drawn) {
  const paragraph = document.createElement("p");
  paragraph.className = "help";
  paragraph.textContent = drawn.field.value;
  row.append(paragraph);
}

function caption(id, text) {
  const label = document.createElement("label");
  label.htmlFor = id;
  label.textContent = text;
  return label;
}

function help(id, text) {
  const span = document.createElement("span");
  span.className = "help";
  span.id = `${id}-help`;
  span.textContent = text;
  return span;
}

function checkbox(id, text) {
  const label = document.createElement("label");
  label.className = "choice";
  const box = document.createElement("input");
  box.type = "checkbox";
  box.id = id;
  const name = document.createElement("span");
  name.textContent = text;
  label.append(box, name);
  return [label, box];
}

function field(id, label, value, holder) {
  const input = document.createElement("input");
  input.id = id;
  input.value = value;
  input.setAttribute("aria-label", label);
  holder.append(input);
  return input;
}

function suggestionButtons(suggestions, input) {
  const holder = document.createElement("span");
  holder.className = "row";
  holder.append(...suggestions.map((suggestion) => button("button plain", suggestion, () => {
    input.value = suggestion;
    input.dispatchEvent(new Event("change"));
  })));
  return holder;
}

function button(kind, text, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = kind;
  made.textContent = text;
  made.addEventListener("click", act);
  return made;
}

function complain(row, problem) {
  row.classList.toggle("wrong", Boolean(problem));
  row.querySelector(":scope > .field-error")?.remove();
  const input = row.querySelector("input, textarea, select");
  if (!problem) {
    input?.removeAttribute("aria-invalid");
    return;
  }
  const sentence = document.createElement("span");
  sentence.className = "field-error";
  sentence.setAttribute("role", "alert");
  sentence.textContent = problem;
  input?.setAttribute("aria-invalid", "true");
  input?.before(sentence);
}
