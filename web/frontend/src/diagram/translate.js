// bpmn-js speaks the language of the page; texts without a Japanese form are remembered for the test.
import community from "bpmn-js-i18n/translations/ja.js";
import { language } from "../app/page.js";
import own from "./japanese.js";

const JAPANESE = { ...community, ...own };
const KEEP = /^[\s\d.,:;()×✓+\-–%/?!]*$/;

/** @param {(template: string) => void} onMissing */
export function translating(onMissing) {
  const japanese = language() === "ja";
  function translate(template, replacements = {}) {
    let text = template;
    if (japanese && !KEEP.test(template)) {
      if (template in JAPANESE) text = JAPANESE[template];
      else if (!/[\u3040-\u30ff\u4e00-\u9fff]/.test(template)) onMissing(template);
    }
    return text.replace(/{([^}]+)}/g, (_, name) => replacements[name] ?? `{${name}}`);
  }
  return { translate: ["value", translate] };
}
