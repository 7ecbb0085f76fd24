// The words a diagram may use, as the server lists them; a mapping or a list, both are understood.
import { language } from "../app/page.js";

const EMPTY = { facts: [], functions: [], operations: [], exits: [], lanes: [], forms: [], decisions: [], processes: [], messages: [], parameters: [], agencies: [] };
const KEYS = { facts: "name", functions: "name", operations: "id", exits: "code", lanes: "name", forms: "key", decisions: "id", processes: "id", messages: "name", parameters: "name", agencies: "code" };
const PLAIN = { lanes: "role", facts: "type", parameters: "value" };

export async function loadVocabulary(url) {
  if (!url) return { ...EMPTY };
  const response = await fetch(url, { credentials: "same-origin", headers: { Accept: "application/json" } });
  if (!response.ok) throw new Error(`expected the vocabulary, but the answer was ${response.status}`);
  return normalise(await response.json());
}

export function normalise(document) {
  const vocabulary = { ...EMPTY };
  for (const [kind, key] of Object.entries(KEYS)) vocabulary[kind] = items(document[kind], kind, key);
  return vocabulary;
}

function items(given, kind, key) {
  if (!given) return [];
  if (Array.isArray(given)) return given.map((one) => (one !== null && typeof one === "object" ? one : { [key]: one }));
  return Object.entries(given).map(([name, about]) =>
    about !== null && typeof about === "object" ? { [key]: name, ...about } : { [key]: name, [PLAIN[kind] ?? "value"]: about });
}

/** Its text in the page's language; the bare word when there is none. */
export function textOf(item, bare) {
  const tongue = language();
  return item[`label_${tongue}`] ?? item[`title_${tongue}`] ?? item[`description_${tongue}`] ?? item[tongue] ?? item.name ?? bare;
}

/** days_after(day: date, n: int) → date */
export function signatureOf(item) {
  if (item.signature) return item.signature;
  const parameters = (item.parameters ?? []).map((one) => (one.type ? `${one.name}: ${one.type}` : one.name ?? one));
  return `${item.name}(${parameters.join(", ")})${item.result ? ` → ${item.result}` : ""}`;
}
