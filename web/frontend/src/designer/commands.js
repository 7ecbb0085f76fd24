// Drawing without a mouse: add the next step, put one into a flow, connect, take away.
import { getBusinessObject, is } from "bpmn-js/lib/util/ModelUtil";
import { say } from "../app/page.js";
import { nameOf } from "../diagram/kinds.js";

export const STEPS = [
  ["bpmn:UserTask", "人の仕事(様式あり)", "Task with a form"],
  ["bpmn:ManualTask", "人の仕事(様式なし)", "Task without a form"],
  ["bpmn:ServiceTask", "自動の仕事", "Automatic step"],
  ["bpmn:BusinessRuleTask", "判定", "Decision"],
  ["bpmn:CallActivity", "別の図を呼ぶ", "Call another diagram"],
  ["bpmn:ExclusiveGateway", "分かれ道(どれか一つ)", "Choice (exactly one)"],
  ["bpmn:ParallelGateway", "同時に進む", "In parallel"],
  ["bpmn:InclusiveGateway", "分かれ道(当てはまるもの全部)", "Choice (all that apply)"],
  ["bpmn:IntermediateCatchEvent bpmn:TimerEventDefinition", "時刻・期間を待つ", "Wait for a time"],
  ["bpmn:IntermediateCatchEvent bpmn:MessageEventDefinition", "連絡を待つ", "Wait for a message"],
  ["bpmn:EndEvent", "おわり", "End"],
  ["bpmn:EndEvent bpmn:TerminateEventDefinition", "すべて終えるおわり", "End of everything"],
];
export const BOUNDARY = [
  ["bpmn:BoundaryEvent bpmn:TimerEventDefinition", "期限の出来事を付ける", "Attach a timer"],
  ["bpmn:BoundaryEvent bpmn:MessageEventDefinition", "連絡の出来事を付ける", "Attach a message"],
];

export class Commands {
  constructor(modeler) {
    this.modeler = modeler;
  }

  /** What may follow this element, as [value, ja, en]; empty when nothing may. */
  stepsAfter(element) {
    if (element.waypoints) return is(element, "bpmn:SequenceFlow") ? STEPS.filter(([value]) => !value.startsWith("bpmn:EndEvent")) : [];
    if (!is(element, "bpmn:FlowNode") || is(element, "bpmn:EndEvent") || getBusinessObject(element).triggeredByEvent) return [];
    return is(element, "bpmn:Activity") ? [...STEPS, ...BOUNDARY] : STEPS;
  }

  /** Adds the step and selects it. Behind a flow node a new branch, on a flow between its two ends. */
  add(element, value) {
    const [type, eventDefinitionType] = value.split(" ");
    const shape = this.modeler.get("elementFactory").createShape({ type, eventDefinitionType, ...(type === "bpmn:SubProcess" ? { isExpanded: true } : {}) });
    const created = this.place(element, shape, type);
    this.modeler.get("selection").select(created);
    this.modeler.get("canvas").scrollToElement(created, { top: 80, right: 80, bottom: 100, left: 120 });
    return created;
  }

  place(element, shape, type) {
    const modeling = this.modeler.get("modeling");
    if (element.waypoints) {
      const { source, target } = element;
      const room = shape.width + 60;
      const gap = target.x - (source.x + source.width);
      if (gap < room && gap > 0) this.makeRoom(target, room - gap);
      const [from, to] = middle(element.waypoints);
      return modeling.createShape(shape, { x: Math.round((from.x + to.x) / 2), y: Math.round((from.y + to.y) / 2) }, element);
    }
    if (type === "bpmn:BoundaryEvent") {
      const count = element.attachers?.length ?? 0;
      return modeling.createShape(shape, { x: element.x + 25 + count * 45, y: element.y + element.height }, element, { attach: true });
    }
    return this.modeler.get("autoPlace").append(element, shape);
  }

  // Everything from this element to the right moves on, with what it stands in growing along.
  makeRoom(target, width) {
    const spaceTool = this.modeler.get("spaceTool");
    const root = this.modeler.get("canvas").getRootElement();
    const children = this.modeler.get("elementRegistry").filter((element) => element.parent && element !== root && !element.waypoints && !element.labelTarget);
    const start = target.x - 5;
    const adjustments = spaceTool.calculateAdjustments(children, "x", width, start);
    this.modeler.get("modeling").createSpace(adjustments.movingShapes, adjustments.resizingShapes, { x: width, y: 0 }, "e", start);
  }

  targetsOf(element) {
    if (!is(element, "bpmn:FlowNode") || is(element, "bpmn:EndEvent")) return [];
    const rules = this.modeler.get("bpmnRules");
    return this.modeler.get("elementRegistry")
      .filter((other) => other !== element && !other.waypoints && !other.labelTarget && is(other, "bpmn:FlowNode"))
      .filter((other) => rules.canConnect(element, other)?.type === "bpmn:SequenceFlow")
      .filter((other) => !element.outgoing.some((flow) => flow.target === other))
      .map((other) => [other.id, nameOf(other)]);
  }

  connect(element, id) {
    const target = this.modeler.get("elementRegistry").get(id);
    const flow = this.modeler.get("modeling").connect(element, target, { type: "bpmn:SequenceFlow" });
    this.modeler.get("selection").select(flow);
    return flow;
  }

  canRemove(element) {
    return Boolean(element.parent);
  }

  remove(element) {
    const next = element.source ?? element.incoming?.[0]?.source ?? null;
    this.modeler.get("modeling").removeElements([element]);
    this.modeler.get("selection").select(next?.parent ? next : null);
  }

  /** Moves a flow node into the lane, keeping its place along the flow. */
  moveToLane(element, id) {
    const lane = this.modeler.get("elementRegistry").get(id);
    const dy = Math.round(lane.y + lane.height / 2 - (element.y + element.height / 2));
    const delta = { x: 0, y: dy };
    this.modeler.get("modeling").moveElements([element], delta, lane);
  }
}

function middle(waypoints) {
  const at = Math.floor((waypoints.length - 1) / 2);
  return [waypoints[at], waypoints[at + 1]];
}

export function addLabel(element) {
  return element.waypoints ? say("この流れの途中に加える", "Put a step into this flow") : say("この次に加える", "Add a step after this");
}
