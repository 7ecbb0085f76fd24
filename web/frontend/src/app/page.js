// What the page says about itself.

/** @returns {"ja"|"en"} */
export function language() {
  return document.documentElement.lang.startsWith("en") ? "en" : "ja";
}

/** The text of this page's language. */
export function say(ja, en) {
  return language() === "en" ? en : ja;
}

export function csrfToken() {
  return document.querySelector('meta[name="csrf-token"]')?.content ?? "";
}

/** code, detail and stamp of a problem+json answer; empty where it is none. */
export async function problemOf(response) {
  if (!response.headers.get("Content-Type")?.includes("json")) return {};
  try {
    const problem = await response.json();
    return { code: problem.code, detail: problem.detail ?? problem.title, stamp: problem.stamp };
  } catch {
    return {};
  }
}

/** The sentence of a problem+json answer, or null. */
export async function problemDetail(response) {
  return (await problemOf(response)).detail ?? null;
}
