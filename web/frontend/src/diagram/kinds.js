// What an element is called on screen.
import { is, getBusinessObject } from "bpmn-js/lib/util/ModelUtil";
import { say } from "../app/page.js";

const NAMES = {
  "bpmn:UserTask": ["人の仕事(様式あり)", "Task with a form"],
  "bpmn:ManualTask": ["人の仕事(様式なし)", "Task without a form"],
  "bpmn:ServiceTask": ["自動の仕事", "Automatic step"],
  "bpmn:BusinessRuleTask": ["判定", "Decision"],
  "bpmn:SendTask": ["連絡を送る", "Send a message"],
  "bpmn:ReceiveTask": ["連絡を待つ", "Wait for a message"],
  "bpmn:ScriptTask": ["スクリプト(使えません)", "Script (not allowed)"],
  "bpmn:Task": ["種類の決まっていない仕事", "Task of no kind"],
  "bpmn:CallActivity": ["別の図を呼ぶ", "Call another diagram"],
  "bpmn:SubProcess": ["まとまり", "Sub-process"],
  "bpmn:AdHocSubProcess": ["順不同のまとまり", "Ad-hoc sub-process"],
  "bpmn:Transaction": ["トランザクション", "Transaction"],
  "bpmn:ExclusiveGateway": ["分かれ道(どれか一つ)", "Choice (exactly one)"],
  "bpmn:ParallelGateway": ["同時に進む", "In parallel"],
  "bpmn:InclusiveGateway": ["分かれ道(当てはまるもの全部)", "Choice (all that apply)"],
  "bpmn:EventBasedGateway": ["先に起きたほうへ", "Whatever happens first"],
  "bpmn:ComplexGateway": ["複合ゲートウェイ", "Complex gateway"],
  "bpmn:StartEvent": ["はじまり", "Start"],
  "bpmn:EndEvent": ["おわり", "End"],
  "bpmn:IntermediateCatchEvent": ["待つ", "Wait"],
  "bpmn:IntermediateThrowEvent": ["知らせる", "Signal on the way"],
  "bpmn:BoundaryEvent": ["仕事に付く出来事", "Event at a task"],
  "bpmn:SequenceFlow": ["流れ", "Flow"],
  "bpmn:MessageFlow": ["連絡の線", "Message flow"],
  "bpmn:Association": ["注釈の線", "Association"],
  "bpmn:Participant": ["枠(プール)", "Pool"],
  "bpmn:Lane": ["役割の帯(レーン)", "Lane"],
  "bpmn:TextAnnotation": ["注釈", "Note"],
  "bpmn:Group": ["囲み", "Group"],
  "bpmn:DataObjectReference": ["データ", "Data object"],
  "bpmn:DataStoreReference": ["データの置き場", "Data store"],
  "bpmn:Process": ["この図", "This diagram"],
  "bpmn:Collaboration": ["図の全体", "Whole diagram"],
};

const EVENTS = {
  "bpmn:TimerEventDefinition": ["時刻・期間", "timer"],
  "bpmn:MessageEventDefinition": ["連絡", "message"],
  "bpmn:SignalEventDefinition": ["合図", "signal"],
  "bpmn:ErrorEventDefinition": ["失敗", "error"],
  "bpmn:EscalationEventDefinition": ["上申", "escalation"],
  "bpmn:ConditionalEventDefinition": ["条件", "condition"],
  "bpmn:TerminateEventDefinition": ["すべて終える", "ends everything"],
  "bpmn:LinkEventDefinition": ["リンク", "link"],
  "bpmn:CompensateEventDefinition": ["補償", "compensation"],
  "bpmn:CancelEventDefinition": ["取消し", "cancel"],
};

export function kindOf(element) {
  const object = getBusinessObject(element);
  if (is(element, "bpmn:SubProcess") && object.triggeredByEvent) return say("いつでも起こること", "Event sub-process");
  const [ja, en] = NAMES[object.$type] ?? [object.$type.replace("bpmn:", ""), object.$type.replace("bpmn:", "")];
  const event = object.eventDefinitions?.[0]?.$type;
  if (!event || !EVENTS[event]) return say(ja, en);
  return say(`${ja}・${EVENTS[event][0]}`, `${en}, ${EVENTS[event][1]}`);
}

/** Its name, else its kind; never empty. */
export function nameOf(element) {
  const object = getBusinessObject(element);
  return (object.name ?? object.text ?? "").trim() || kindOf(element);
}
