// The settings of what is selected, in the words of the town: which there are, what they say, what a change does.
// `sectionsOf` gives plain values; panel.js draws them.
import { getBusinessObject, is, isAny } from "bpmn-js/lib/util/ModelUtil";
import { say } from "../app/page.js";
import { kindOf, nameOf } from "../diagram/kinds.js";
import { ExtensionElements } from "./extension-elements.js";
import { GOOD_ID } from "./ids.js";
import { signatureOf, textOf } from "./vocabulary.js";

const HUMAN = ["bpmn:UserTask", "bpmn:ManualTask"];
const WINDOWS = [
  ["may_start", "始めてよい日", "May start"],
  ["due", "期限", "Due"],
  ["late", "遅れになる日", "Late from"],
  ["session", "日程のある健診の種類(案内した日が期限になる)", "Kind of check-up with sessions (due on the day invited to)"],
  ["expires", "打ち切る日", "Expires"],
];
const SETTINGS_OF_TASKS = new Set(["form", "may_start", "due", "late", "session", "expires", "priority", "exits", "sent_to", "visit", "receipt"]);
const TIMERS = [
  ["timeDate", "日時になったら", "On a day or instant"],
  ["timeDuration", "期間がたったら", "After a duration"],
  ["timeCycle", "くり返し", "Again and again"],
];
const CONDITION_SOURCES = ["bpmn:ExclusiveGateway", "bpmn:InclusiveGateway", "bpmn:ComplexGateway", "bpmn:Activity"];

/**
 * A field: {key, kind, label, value, set(value), help?, options?: [[value, label]], expression?, problem?}
 * kinds: text area select check checks pairs note.
 */
export class Settings {
  constructor(modeler, vocabulary, commands) {
    this.modeler = modeler;
    this.vocabulary = vocabulary;
    this.commands = commands;
    this.extensions = new ExtensionElements(modeler);
  }

  sectionsOf(element) {
    const object = getBusinessObject(element);
    const sections = [{ title: kindOf(element), fields: this.general(element, object) }];
    const add = (title, fields) => fields.length && sections.push({ title, fields });
    if (isAny(element, HUMAN)) {
      add(say("仕事", "Task"), this.task(element, object));
      add(say("いつ", "When"), this.windows(element, object));
      add(say("できなかったときの終わり方", "Ways out when it cannot be done"), this.exits(element, object));
    }
    if (is(element, "bpmn:SequenceFlow")) add(say("通る条件", "Condition"), this.flow(element, object));
    if (object.get && "default" in object && object.outgoing?.length > 1) add(say("どれにも当てはまらないとき", "When nothing applies"), this.defaultFlow(element, object));
    if (is(element, "bpmn:ServiceTask")) add(say("自動の仕事", "Automatic step"), this.operation(element, object));
    if (is(element, "bpmn:BusinessRuleTask")) add(say("判定", "Decision"), this.decision(element, object));
    if (is(element, "bpmn:CallActivity")) add(say("呼ぶ図", "Called diagram"), this.call(element, object));
    if (isAny(element, ["bpmn:SendTask", "bpmn:ReceiveTask"])) add(say("連絡", "Message"), this.message(element, object, object));
    if (is(element, "bpmn:Event")) this.event(element, object, add);
    if (is(element, "bpmn:SubProcess")) add(say("まとまり", "Sub-process"), this.subProcess(element, object));
    if (object.loopCharacteristics) add(say("くり返し", "Repetition"), this.repetition(element, object.loopCharacteristics));
    return sections;
  }

  // --- every element ---

  general(element, object) {
    if (is(element, "bpmn:TextAnnotation")) return [area("text", say("注釈", "Note"), object.text ?? "", (value) => this.label(element, value)), this.id(element, object)];
    const process = is(element, "bpmn:Participant") ? object.processRef : is(element, "bpmn:Process") ? object : null;
    const fields = is(element, "bpmn:Collaboration") ? [note("pick", say("要素をえらぶと、ここに設定が出ます。", "Choose an element to see its settings here."))]
      : [is(element, "bpmn:Lane") ? this.role(element, object) : this.name(element, object), this.id(element, object)];
    if (is(element, "bpmn:FlowNode")) fields.push(...this.lane(element, object));
    if (process && process !== object) {
      fields.push(this.idOf(element, process, "process-id", say("図のID", "Id of the diagram")));
      fields.push(text("process-name", say("図の名前", "Name of the diagram"), process.name ?? "", (value) => this.update(element, process, { name: value || undefined })));
    }
    if (process) fields.push(check("executable", say("この図を動かす", "This diagram is run"), Boolean(process.isExecutable), (value) => this.update(element, process, { isExecutable: value })));
    if (!is(element, "bpmn:Collaboration")) fields.push(this.documentation(element, process ?? object));
    return fields;
  }

  name(element, object) {
    return area("name", say("名前", "Name"), object.name ?? "", (value) => this.label(element, value.trim()));
  }

  label(element, value) {
    if (element.parent) this.modeler.get("modeling").updateLabel(element, value);
    else this.update(element, getBusinessObject(element), { name: value || undefined });
  }

  id(element, object) {
    return this.idOf(element, object, "id", "ID");
  }

  idOf(element, object, key, label) {
    return {
      ...text(key, label, object.id ?? "", (value) => {
        if (value === object.id) return;
        if (object === getBusinessObject(element) && element.parent) this.modeler.get("modeling").updateProperties(element, { id: value });
        else this.update(element, object, { id: value });
      }),
      help: say("英小文字・数字・_。動いている家族はIDでたどるので、使い始めたら変えません", "Lower case letters, digits and _. Families under way are followed by it: do not change it once in use"),
      problem: (value) => {
        if (!GOOD_ID.test(value)) return say("英小文字で始め、英小文字・数字・_ だけにしてください。", "Begin with a lower case letter; use only lower case letters, digits and _.");
        const taken = object.$model.ids?.assigned(value) ?? this.modeler.get("moddle").ids.assigned(value);
        return taken && taken !== object ? say("同じIDがもうあります。別のIDにしてください。", "Another element has this id. Choose another.") : "";
      },
    };
  }

  documentation(element, object) {
    const first = object.get("documentation")[0];
    return {
      ...area("documentation", say("説明", "Description"), first?.text ?? "", (value) => {
        const rest = object.get("documentation").slice(1);
        const documentation = value ? [this.modeler.get("bpmnFactory").create("bpmn:Documentation", { ...(first?.$attrs ?? {}), text: value }), ...rest] : rest;
        this.update(element, object, { documentation });
      }),
      help: "",
    };
  }

  lane(element, object) {
    const lanes = this.modeler.get("elementRegistry").filter((other) => is(other, "bpmn:Lane"));
    if (!lanes.length || element.host) return [];
    const current = lanes.filter((lane) => getBusinessObject(lane).get("flowNodeRef").includes(object)).at(-1);
    if (!current && element.parent && is(element.parent, "bpmn:SubProcess")) return [];
    const options = [...(current ? [] : [["", say("(帯の外)", "(no lane)")]]), ...lanes.map((lane) => [lane.id, nameOf(lane)])];
    return [select("lane", say("だれの仕事か(帯)", "Whose step (lane)"), current?.id ?? "", options, (value) => value && this.commands.moveToLane(element, value))];
  }

  role(element, object) {
    const options = this.vocabulary.lanes.map((lane) => [lane.name, lane.name]);
    return select("lane-name", say("役割", "Role"), object.name ?? "", withCurrent([["", say("(えらぶ)", "(choose)")], ...options], object.name), (value) => this.label(element, value));
  }

  // --- human tasks ---

  task(element, object) {
    const forms = this.vocabulary.forms.map((form) => [form.key, `${textOf(form, form.key)}(${form.key})`]);
    const agencies = this.vocabulary.agencies.map((agency) => [agency.code, `${textOf(agency, agency.code)}(${agency.code})`]);
    const priorities = [["", say("ふつう(書かない)", "Normal (not written)")], ["high", say("高い", "High")], ["normal", say("ふつう", "Normal")], ["low", say("低い", "Low")]];
    return [
      this.propertySelect(element, object, "form", say("様式", "Form"), [["", say("(なし)", "(none)")], ...forms]),
      this.propertySelect(element, object, "priority", say("優先度", "Priority"), priorities),
      {
        ...this.propertySelect(element, object, "visit", say("家庭を訪ねる仕事", "Goes to the family's home"), [["", say("(書かない)", "(not written)")], ["yes", say("訪ねる", "Yes")], ["no", say("訪ねない(理由を「説明」に)", "No (reason in the description)")]]),
        help: say("訪ねる仕事だけが、持って出る「訪問先の一覧」に並びます", "Only work that goes to the home is on the list of visits to take along"),
      },
      {
        ...this.propertySelect(element, object, "receipt", say("送った書類の受け取りを待つ仕事", "Waits until papers have arrived"), [["", say("(書かない)", "(not written)")], ["yes", say("待つ", "Yes")], ["no", say("待たない(理由を「説明」に)", "No (reason in the description)")]]),
        help: say("待つ仕事だけが、センター長の「引継ぎ未受領」に数えられます", "Only work that waits is among the head's hand-overs not yet received"),
      },
      {
        ...this.propertySelect(element, object, "sent_to", say("書類を送った先の機関がする", "Done by the agency that got the papers"), [["", say("(センターがする)", "(done by the centre)")], ...agencies]),
        help: say("その家族の書類をこの種類の機関へ送ったあとは、その機関の仕事になります。送るまではセンターの仕事です", "Once papers of the family went to an agency of this kind, the work is that agency's. Until then it is the centre's"),
      },
    ];
  }

  windows(element, object) {
    return WINDOWS.map(([name, ja, en]) => expression(name, say(ja, en), this.extensions.property(object, name), (value) => this.extensions.setProperty(element, object, name, value)));
  }

  exits(element, object) {
    const written = this.extensions.property(object, "exits").split(",").map((code) => code.trim()).filter(Boolean);
    const none = written.includes("none");
    const set = (codes) => this.extensions.setProperty(element, object, "exits", codes.join(","));
    const fields = [check("exits-none", say("ほかの終わり方はない", "There is no other way out"), none, (value) => set(value ? ["none"] : []))];
    if (none) {
      fields.push(note("exits-reason", object.get("documentation")[0]?.text
        ? say("理由は「説明」に書かれています。", "The reason stands in the description.")
        : say("理由を「説明」に書いてください。", "Write the reason into the description.")));
      return fields;
    }
    const known = this.vocabulary.exits.map((exit) => [exit.code, `${textOf(exit, exit.code)}(${exit.code})`]);
    const unknown = written.filter((code) => !known.some(([one]) => one === code)).map((code) => [code, code]);
    fields.push({ key: "exits", kind: "checks", label: say("あり得る終わり方", "Possible outcomes"), options: [...known, ...unknown], value: written, set: (codes) => set(codes) });
    return fields;
  }

  // --- flows and gateways ---

  flow(element, object) {
    const source = object.sourceRef;
    const fields = [];
    if (isAny(source, CONDITION_SOURCES)) {
      const isDefault = source.default === object;
      if (!isDefault) fields.push(expression("condition", say("条件", "Condition"), object.conditionExpression?.body ?? "", (value) => this.setExpression(element, object, "conditionExpression", value)));
      if (source.outgoing?.length > 1) {
        fields.push(check("default", say("どれにも当てはまらないときに通る", "Taken when nothing else applies"), isDefault, (value) =>
          this.modeler.get("modeling").updateProperties(element.source, { default: value ? object : undefined })));
      }
    }
    return fields;
  }

  defaultFlow(element, object) {
    const flows = object.outgoing.map((flow) => [flow.id, flow.name ? `${flow.name} → ${flow.targetRef?.name ?? flow.targetRef?.id}` : `→ ${flow.targetRef?.name ?? flow.targetRef?.id}`]);
    return [select("default-flow", say("通る流れ", "Flow taken"), object.default?.id ?? "", [["", say("(決めない)", "(not set)")], ...flows], (value) =>
      this.modeler.get("modeling").updateProperties(element, { default: object.outgoing.find((flow) => flow.id === value) }))];
  }

  // --- automatic steps ---

  operation(element, object) {
    const operator = this.extensions.get(object, "ServiceTaskOperator");
    const options = this.vocabulary.operations.map((operation) => [operation.id, `${textOf(operation, operation.id)}(${operation.id})`]);
    const fields = [select("operation", say("すること", "Operation"), operator?.id ?? "", withCurrent([["", say("(えらぶ)", "(choose)")], ...options], operator?.id), (value) => this.setOperation(element, object, value))];
    if (!operator) return fields;
    const known = this.vocabulary.operations.find((one) => one.id === operator.id);
    const written = operator.parameterList?.get("values") ?? [];
    const names = new Set([...(known?.parameters ?? []).map(nameOfParameter), ...written.map((parameter) => parameter.id)]);
    for (const name of names) {
      const about = (known?.parameters ?? []).find((one) => nameOfParameter(one) === name);
      const field = expression(`parameter-${name}`, about ? textOf(about, name) : name, written.find((one) => one.id === name)?.value ?? "", (value) => this.setParameter(element, object, name, about?.type, value));
      if (about?.choices) field.suggestions = about.choices.map((choice) => `"${choice}"`);
      field.help = [about?.type ? say(`種類 ${about.type}`, `type ${about.type}`) : "", about?.required === false ? say("任意", "optional") : ""].filter(Boolean).join("・");
      fields.push(field);
    }
    const results = known?.results ? Object.entries(known.results).map(([name, type]) => (type?.name ? type.name : name)) : [];
    if (results.length) fields.push(note("results", say(`結果: ${results.join("、")}`, `Results: ${results.join(", ")}`)));
    fields.push(text("result-variable", say("結果の名前", "Name of the result"), operator.resultVariable ?? "", (value) => this.update(element, operator, { resultVariable: value || undefined })));
    fields.push(text("retries", say("失敗したときのやり直し(回)", "Retries after a failure"), operator.retry?.retries ?? "", (value) => this.setRetry(element, operator, "retries", value), { numeric: true }));
    fields.push(text("backoff", say("やり直しまでの間(秒)", "Seconds before a retry"), operator.retry?.backoff_base ?? "", (value) => this.setRetry(element, operator, "backoff_base", value), { numeric: true }));
    return fields;
  }

  setOperation(element, object, id) {
    if (!id) return this.extensions.replace(element, object, "ServiceTaskOperator", null);
    const moddle = this.modeler.get("moddle");
    const before = this.extensions.get(object, "ServiceTaskOperator");
    const known = this.vocabulary.operations.find((one) => one.id === id);
    const kept = before?.parameterList?.get("values").filter((parameter) => (known?.parameters ?? []).some((one) => nameOfParameter(one) === parameter.id)) ?? [];
    const values = kept.map(({ id: name, type, value }) => moddle.create("spiffworkflow:Parameter", { id: name, type, value }));
    const parameterList = moddle.create("spiffworkflow:Parameters", { values });
    const operator = moddle.create("spiffworkflow:ServiceTaskOperator", { id, resultVariable: before?.resultVariable, parameterList, retry: before?.retry });
    for (const value of values) value.$parent = parameterList;
    parameterList.$parent = operator;
    return this.extensions.replace(element, object, "ServiceTaskOperator", operator);
  }

  setParameter(element, object, name, type, value) {
    const operator = this.extensions.get(object, "ServiceTaskOperator");
    const moddle = this.modeler.get("moddle");
    const list = operator.parameterList;
    const before = list?.get("values") ?? [];
    const at = before.findIndex((parameter) => parameter.id === name);
    const changed = value === "" ? [] : [moddle.create("spiffworkflow:Parameter", { id: name, type: before[at]?.type ?? type ?? "str", value })];
    const values = at < 0 ? [...before, ...changed] : [...before.slice(0, at), ...changed, ...before.slice(at + 1)];
    const parameterList = moddle.create("spiffworkflow:Parameters", { values });
    for (const parameter of values) parameter.$parent = parameterList;
    parameterList.$parent = operator;
    this.update(element, operator, { parameterList });
  }

  setRetry(element, operator, name, value) {
    const { retries, backoff_base } = { retries: operator.retry?.retries, backoff_base: operator.retry?.backoff_base, [name]: value || undefined };
    const retry = retries || backoff_base ? this.modeler.get("moddle").create("spiffworkflow:Retry", { retries, backoff_base }) : undefined;
    if (retry) retry.$parent = operator;
    this.update(element, operator, { retry });
  }

  decision(element, object) {
    const options = this.vocabulary.decisions.map((decision) => [decision.id, `${textOf(decision, decision.id)}(${decision.id})`]);
    const current = this.extensions.text(object, "CalledDecisionId");
    return [select("decision", say("判定表", "Decision table"), current, withCurrent([["", say("(えらぶ)", "(choose)")], ...options], current), (value) => this.extensions.setText(element, object, "CalledDecisionId", value))];
  }

  call(element, object) {
    const options = this.vocabulary.processes.map((process) => [process.id, `${textOf(process, process.id)}(${process.id})`]);
    const mine = (name) => !SETTINGS_OF_TASKS.has(name);
    const called = this.vocabulary.processes.find((process) => process.id === object.calledElement);
    return [
      select("called", say("図", "Diagram"), object.calledElement ?? "", withCurrent([["", say("(えらぶ)", "(choose)")], ...options], object.calledElement), (value) => this.modeler.get("modeling").updateProperties(element, { calledElement: value || undefined })),
      {
        key: "locals",
        kind: "pairs",
        label: say("渡すもの", "What is handed over"),
        help: say("左に呼ぶ図での名前、右に式", "Left the name in the called diagram, right an expression"),
        value: this.extensions.properties(object).filter((property) => mine(property.name)),
        suggestions: called?.locals ?? this.vocabulary.facts.map((fact) => fact.name),
        set: (pairs) => this.extensions.setProperties(element, object, mine, pairs),
      },
    ];
  }

  // --- events ---

  event(element, object, add) {
    if (is(element, "bpmn:BoundaryEvent")) {
      add(say("仕事との関わり", "Effect on the task"), [check("interrupting", say("起きたら、付いている仕事をやめる", "It ends the task it is attached to"), object.cancelActivity !== false, (value) => this.modeler.get("modeling").updateProperties(element, { cancelActivity: value }))]);
    }
    if (is(element, "bpmn:StartEvent") && is(object.$parent, "bpmn:SubProcess") && object.$parent.triggeredByEvent) {
      add(say("外の流れとの関わり", "Effect on what surrounds it"), [check("interrupting", say("起きたら、外の流れをやめる", "It ends what surrounds it"), object.isInterrupting !== false, (value) => this.modeler.get("modeling").updateProperties(element, { isInterrupting: value }))]);
    }
    for (const definition of object.get("eventDefinitions") ?? []) {
      if (is(definition, "bpmn:TimerEventDefinition")) add(say("時刻・期間", "Timer"), this.timer(element, definition));
      if (is(definition, "bpmn:MessageEventDefinition")) add(say("連絡", "Message"), this.message(element, definition, object));
      if (is(definition, "bpmn:ConditionalEventDefinition")) add(say("条件", "Condition"), [expression("event-condition", say("条件", "Condition"), definition.condition?.body ?? "", (value) => this.setExpression(element, definition, "condition", value))]);
      if (is(definition, "bpmn:SignalEventDefinition")) add(say("合図", "Signal"), [this.reference(element, definition, "signalRef", "bpmn:Signal", "name", say("合図の名前", "Name of the signal"))]);
      if (is(definition, "bpmn:ErrorEventDefinition")) add(say("失敗", "Error"), [this.reference(element, definition, "errorRef", "bpmn:Error", "errorCode", say("失敗の記号", "Error code"))]);
      if (is(definition, "bpmn:EscalationEventDefinition")) add(say("上申", "Escalation"), [this.reference(element, definition, "escalationRef", "bpmn:Escalation", "escalationCode", say("上申の記号", "Escalation code"))]);
    }
  }

  timer(element, definition) {
    const kind = TIMERS.find(([name]) => definition[name])?.[0] ?? "timeDate";
    const body = definition[kind]?.body ?? "";
    const set = (name, value) => {
      const changed = { timeDate: undefined, timeDuration: undefined, timeCycle: undefined };
      changed[name] = this.formalExpression(definition, value, definition[kind]);
      this.update(element, definition, changed);
    };
    return [
      select("timer-kind", say("いつ", "When"), kind, TIMERS.map(([name, ja, en]) => [name, say(ja, en)]), (value) => set(value, body)),
      {
        ...expression("timer", say("式", "Expression"), body, (value) => set(kind, value)),
        help: { timeDate: say("例: days_after(due_on, 21)", "e.g. days_after(due_on, 21)"), timeDuration: say('例: "P14D"(14日)、"PT48H"(48時間)', 'e.g. "P14D" (14 days), "PT48H" (48 hours)'), timeCycle: say('例: "R3/P7D"(7日ごとに3回)', 'e.g. "R3/P7D" (three times, every 7 days)') }[kind],
        tidy: quoteDuration,
      },
    ];
  }

  /** @param holder the event definition, or the send/receive task itself */
  message(element, holder, object) {
    const options = this.vocabulary.messages.map((message) => [message.name, `${textOf(message, message.name)}(${message.name})`]);
    const current = holder.messageRef?.name ?? "";
    const fields = [select("message", say("連絡の種類", "Message"), current, withCurrent([["", say("(えらぶ)", "(choose)")], ...options], current), (value) => this.update(element, holder, { messageRef: value ? this.rootElement("bpmn:Message", "name", value) : undefined }))];
    const throws = isAny(object, ["bpmn:IntermediateThrowEvent", "bpmn:EndEvent", "bpmn:SendTask"]);
    fields.push(throws
      ? expression("payload", say("載せるもの(式)", "What it carries (expression)"), this.extensions.text(holder, "MessagePayload"), (value) => this.extensions.setText(element, holder, "MessagePayload", value))
      : text("message-variable", say("受け取ったものの名前", "Name of what is received"), this.extensions.text(holder, "MessageVariable"), (value) => this.extensions.setText(element, holder, "MessageVariable", value)));
    return fields;
  }

  reference(element, definition, property, type, naming, label) {
    const current = definition[property]?.[naming] ?? definition[property]?.name ?? "";
    return text(property, label, current, (value) => this.update(element, definition, { [property]: value ? this.rootElement(type, naming, value) : undefined }));
  }

  /** The definition of that name beside the processes; made when there is none. */
  rootElement(type, naming, value) {
    const definitions = this.modeler.getDefinitions();
    const found = definitions.get("rootElements").find((one) => one.$type === type && (one[naming] ?? one.name) === value);
    if (found) return found;
    const factory = this.modeler.get("bpmnFactory");
    const wanted = `${type.replace("bpmn:", "").toLowerCase()}_${value}`;
    const id = GOOD_ID.test(wanted) && !this.modeler.get("moddle").ids.assigned(wanted) ? wanted : undefined;
    const made = factory.create(type, { id, name: value, ...(naming === "name" ? {} : { [naming]: value }) });
    made.$parent = definitions;
    this.modeler.get("modeling").updateModdleProperties(this.modeler.get("canvas").getRootElement(), definitions, { rootElements: [...definitions.get("rootElements"), made] });
    return made;
  }

  subProcess(element, object) {
    return [check("triggered", say("流れの外で、いつでも起こり得る(イベントサブプロセス)", "May happen at any time, outside the flow (event sub-process)"), Boolean(object.triggeredByEvent), (value) => this.modeler.get("modeling").updateProperties(element, { triggeredByEvent: value }))];
  }

  repetition(element, loop) {
    if (is(loop, "bpmn:StandardLoopCharacteristics")) {
      return [
        expression("loop-condition", say("続ける条件", "Goes on while"), loop.loopCondition?.body ?? "", (value) => this.setExpression(element, loop, "loopCondition", value)),
        text("loop-maximum", say("多くて(回)", "At most (times)"), loop.loopMaximum?.toString() ?? "", (value) => this.update(element, loop, { loopMaximum: value ? Number(value) : undefined }), { numeric: true }),
      ];
    }
    return [
      check("sequential", say("一つずつ順に", "One after another"), Boolean(loop.isSequential), (value) => this.update(element, loop, { isSequential: value })),
      expression("cardinality", say("回数", "How many"), loop.loopCardinality?.body ?? "", (value) => this.setExpression(element, loop, "loopCardinality", value)),
      expression("completion", say("やめる条件", "Ends when"), loop.completionCondition?.body ?? "", (value) => this.setExpression(element, loop, "completionCondition", value)),
    ];
  }

  // --- changes ---

  propertySelect(element, object, name, label, options) {
    const current = this.extensions.property(object, name);
    return select(name, label, current, withCurrent(options, current), (value) => this.extensions.setProperty(element, object, name, value));
  }

  setExpression(element, holder, property, body) {
    this.update(element, holder, { [property]: this.formalExpression(holder, body, holder[property]) });
  }

  formalExpression(holder, body, before) {
    if (body === "") return undefined;
    const made = this.modeler.get("bpmnFactory").create("bpmn:FormalExpression", { body, ...(before?.language ? { language: before.language } : {}) });
    if (before?.id) made.id = before.id;
    made.$parent = holder;
    return made;
  }

  update(element, object, properties) {
    this.modeler.get("modeling").updateModdleProperties(element, object, properties);
  }

  /** What may stand in an expression: [{text, label}] for the help under the settings. */
  words() {
    const names = [
      ["today", say("今日(仕事が始まった日)", "today (the day the task began)")],
      ["now", say("今(仕事が始まった時)", "now (when the task began)")],
      ["outcome", say("直前の仕事の終わり方", "how the last task ended")],
    ].map(([name, label]) => ({ text: name, label: `${name} ${label}` }));
    const facts = [...this.vocabulary.facts, ...this.vocabulary.parameters].map((fact) => ({ text: fact.name, label: [fact.name, textOf(fact, "") === fact.name ? "" : textOf(fact, ""), typeof fact.type === "string" ? fact.type : ""].filter(Boolean).join(" ") }));
    const functions = this.vocabulary.functions.map((one) => ({ text: `${one.name}(`, label: [signatureOf(one), textOf(one, "") === one.name ? "" : textOf(one, "")].filter(Boolean).join(" ") }));
    return { names: [...names, ...facts], functions };
  }
}

function text(key, label, value, set, more = {}) {
  return { key, kind: "text", label, value, set, ...more };
}

function area(key, label, value, set) {
  return { key, kind: "area", label, value, set };
}

function expression(key, label, value, set) {
  return { key, kind: "area", expression: true, label, value, set };
}

function select(key, label, value, options, set) {
  return { key, kind: "select", label, value, options, set };
}

function check(key, label, value, set) {
  return { key, kind: "check", label, value, set };
}

function note(key, value) {
  return { key, kind: "note", value };
}

function withCurrent(options, current) {
  return !current || options.some(([value]) => value === current) ? options : [...options, [current, say(`${current}(一覧にない)`, `${current} (not listed)`)]];
}

function nameOfParameter(parameter) {
  return parameter.id ?? parameter.name ?? parameter;
}

// A bare duration is a text for the expressions: it wants its quotes.
function quoteDuration(value) {
  const bare = value.normalize("NFKC").trim();
  return /^(R\d*\/)?P(?=\d|T\d)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(\d+H)?(\d+M)?(\d+S)?)?$/.test(bare) ? `"${bare}"` : value;
}
