// Reads and changes the spiffworkflow elements of one element. Every change is one step of undo; what is not
// touched stays the same object and is written back as it came.

export class ExtensionElements {
  constructor(modeler) {
    this.modeling = modeler.get("modeling");
    this.moddle = modeler.get("moddle");
    this.factory = modeler.get("bpmnFactory");
  }

  get(owner, type) {
    return owner.get("extensionElements")?.get("values").find((value) => value.$type === `spiffworkflow:${type}`);
  }

  text(owner, type) {
    return this.get(owner, type)?.value ?? "";
  }

  setText(element, owner, type, text) {
    this.replace(element, owner, type, text ? this.moddle.create(`spiffworkflow:${type}`, { value: text }) : null);
  }

  /** name -> value of the spiffworkflow:properties, in their order. */
  properties(owner) {
    return (this.get(owner, "Properties")?.get("values") ?? []).map(({ name, value }) => ({ name: name ?? "", value: value ?? "" }));
  }

  property(owner, name) {
    return this.properties(owner).find((property) => property.name === name)?.value ?? "";
  }

  setProperty(element, owner, name, value) {
    const before = this.get(owner, "Properties")?.get("values") ?? [];
    const at = before.findIndex((property) => property.name === name);
    const changed = value === "" ? [] : [this.moddle.create("spiffworkflow:Property", { name, value })];
    const after = at < 0 ? [...before, ...changed] : [...before.slice(0, at), ...changed, ...before.slice(at + 1)];
    this.setPropertyElements(element, owner, after);
  }

  /** Replaces those properties for which `mine(name)` holds. */
  setProperties(element, owner, mine, pairs) {
    const kept = (this.get(owner, "Properties")?.get("values") ?? []).filter((property) => !mine(property.name));
    const added = pairs.map(({ name, value }) => this.moddle.create("spiffworkflow:Property", { name, value }));
    this.setPropertyElements(element, owner, [...kept, ...added]);
  }

  setPropertyElements(element, owner, values) {
    const properties = this.moddle.create("spiffworkflow:Properties", { values });
    for (const value of values) value.$parent = properties;
    this.replace(element, owner, "Properties", values.length ? properties : null);
  }

  /** Puts `replacement` where the element of this type stood, or takes it away. */
  replace(element, owner, type, replacement) {
    const container = owner.get("extensionElements");
    const before = container?.get("values") ?? [];
    const at = before.findIndex((value) => value.$type === `spiffworkflow:${type}`);
    const values = at < 0 ? [...before] : [...before.slice(0, at), ...before.slice(at + 1)];
    if (replacement) values.splice(at < 0 ? values.length : at, 0, replacement);
    if (!values.length) {
      if (container) this.modeling.updateModdleProperties(element, owner, { extensionElements: undefined });
      return;
    }
    const next = this.factory.create("bpmn:ExtensionElements", { values });
    next.$parent = owner;
    for (const value of values) value.$parent = next;
    this.modeling.updateModdleProperties(element, owner, { extensionElements: next });
  }
}
