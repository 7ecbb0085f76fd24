// The small condition tree of show-if. It mirrors forms/expressions.py: unknown is null, an order comparison
// with null does not hold, `and`/`or`/`not` take null for false.

const OPERATIONS = {
  eq: ([left, right]) => same(left, right),
  ne: ([left, right]) => !same(left, right),
  lt: ([left, right]) => ordered(left, right, (order) => order < 0),
  le: ([left, right]) => ordered(left, right, (order) => order <= 0),
  gt: ([left, right]) => ordered(left, right, (order) => order > 0),
  ge: ([left, right]) => ordered(left, right, (order) => order >= 0),
  in: ([item, list]) => Array.isArray(list) && list.some((one) => same(one, item)),
  contains: ([list, item]) => (Array.isArray(list) ? list.some((one) => same(one, item)) : typeof list === "string" && list.includes(String(item))),
  and: (values) => values.every(Boolean),
  or: (values) => values.some(Boolean),
  not: ([value]) => !value,
};

/**
 * @param tree {"op", "args"} | {"field"} | literal
 * @param {(field: string) => unknown} valueOf
 */
export function evaluate(tree, valueOf) {
  if (Array.isArray(tree)) return tree.map((one) => evaluate(one, valueOf));
  if (tree === null || typeof tree !== "object") return tree;
  if ("field" in tree) return valueOf(tree.field);
  const operation = OPERATIONS[tree.op];
  if (!operation || !Array.isArray(tree.args)) throw new TypeError(`expected a condition, but got ${JSON.stringify(tree)}`);
  return operation(tree.args.map((one) => evaluate(one, valueOf)));
}

function same(left, right) {
  const [a, b] = alike(left, right);
  return a === b;
}

function ordered(left, right, holds) {
  const [a, b] = alike(left, right);
  if (a === null || b === null || typeof a !== typeof b) return false;
  return holds(a < b ? -1 : a > b ? 1 : 0);
}

// A field holds text; beside a number it is read as one, beside yes/no likewise.
function alike(left, right) {
  const a = left === "" || left === undefined ? null : left;
  const b = right === "" || right === undefined ? null : right;
  if (typeof a === "number" && typeof b === "string") return [a, number(b)];
  if (typeof b === "number" && typeof a === "string") return [number(a), b];
  if (typeof a === "boolean" && typeof b === "string") return [a, b === "true" || b === "on"];
  if (typeof b === "boolean" && typeof a === "string") return [a === "true" || a === "on", b];
  return [a, b];
}

function number(text) {
  const value = Number(text.normalize("NFKC").replaceAll(",", "").trim());
  return Number.isNaN(value) ? text : value;
}
