// What SpiffWorkflow and SpiffArena write into a diagram, and a check that saving loses none of it.
import listed from "./spiffworkflow.json";

const XSI = "http://www.w3.org/2001/XMLSchema-instance";
const BPMN_FAMILY = /^http:\/\/www\.omg\.org\/spec\//;

/**
 * The moddle descriptor for this file. bpmn-moddle drops what a known namespace has no type for, so elements and
 * attributes that are not listed (a later SpiffArena, a hand-written file) get a plain type here.
 */
export function descriptorFor(xml) {
  const types = new Map(structuredClone(listed.types).map((type) => [type.name, type]));
  const simple = new Set(listed.types.flatMap((type) => type.properties.filter((one) => !one.isAttr && !one.isBody && one.type === "String").map((one) => one.name)));
  for (const element of parse(xml)?.getElementsByTagNameNS(listed.uri, "*") ?? []) {
    if (simple.has(element.localName)) continue;
    const name = capital(element.localName);
    if (!types.has(name)) types.set(name, { name, superClass: ["Element"], properties: [] });
    const { properties } = types.get(name);
    const add = (property) => properties.some((one) => one.name === property.name) || properties.push(property);
    for (const attribute of element.attributes) {
      if (!attribute.prefix && attribute.name !== "xmlns") add({ name: attribute.name, type: "String", isAttr: true });
    }
    if (listed.types.some((type) => type.name === name)) continue;
    if (element.children.length) add({ name: "insideOfElement", type: "Element", isMany: true });
    else if (element.textContent.trim()) add({ name: "textOfElement", type: "String", isBody: true });
  }
  return { ...listed, types: [...types.values()] };
}

/**
 * What is in `before` and not in `after`: [{what, times}]. Every element and text counts; attributes count where they
 * are not BPMN's own (those may be left out when they say what BPMN takes for granted). Comments are not kept.
 */
export function losses(before, after) {
  const left = inventory(after);
  const lost = new Map();
  for (const [what, times] of inventory(before)) {
    const missing = times - (left.get(what) ?? 0);
    if (missing > 0) lost.set(what, missing);
  }
  return [...lost].map(([what, times]) => ({ what, times }));
}

export function inventory(xml) {
  const counts = new Map();
  const count = (what) => counts.set(what, (counts.get(what) ?? 0) + 1);
  const document = parse(xml);
  if (!document) return counts;
  for (const element of document.getElementsByTagName("*")) {
    const own = BPMN_FAMILY.test(element.namespaceURI ?? "");
    const name = `${own ? "" : `{${element.namespaceURI}}`}${element.localName}`;
    count(`<${name}>`);
    for (const attribute of element.attributes) {
      if (attribute.prefix === "xmlns" || attribute.name === "xmlns" || attribute.namespaceURI === XSI) continue;
      if (!own || attribute.namespaceURI) count(`<${name} ${attribute.namespaceURI ? `{${attribute.namespaceURI}}` : ""}${attribute.localName}="${attribute.value}">`);
    }
    if (!element.children.length && element.textContent.trim()) count(`<${name}>${element.textContent.trim()}`);
  }
  return counts;
}

function parse(xml) {
  const document = new DOMParser().parseFromString(xml, "application/xml");
  return document.querySelector("parsererror") ? null : document;
}

function capital(name) {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
