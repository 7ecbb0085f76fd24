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

/** The sentence of a problem+json answer, or null. */
export async function problemDetail(response) {
  if (!response.headers.get("Content-Type")?.includes("json")) return null;
  try {
    const problem = await response.json();
    return problem.detail ?? problem.title ?? null;
  } catch {
    return null;
  }
}
