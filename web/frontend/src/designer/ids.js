// Ids of what is drawn here: user_task_0k2x9ab, as the conventions of the diagrams want them.
import BpmnFactory from "bpmn-js/lib/features/modeling/BpmnFactory";

class SnakeCaseFactory extends BpmnFactory {
  _ensureId(element) {
    if (element.id || !this._needsId(element)) return super._ensureId(element);
    const kind = element.$type.replace(/^[^:]*:/, "").replace(/(?<=[a-z])([A-Z])/g, "_$1").toLowerCase();
    element.id = this._model.ids.nextPrefixed(`${kind}_`, element);
  }
}
SnakeCaseFactory.$inject = ["moddle"];

export const snakeCaseIds = { bpmnFactory: ["type", SnakeCaseFactory] };
export const GOOD_ID = /^[a-z][a-z0-9_]*$/;
