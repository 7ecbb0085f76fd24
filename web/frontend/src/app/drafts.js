// What is typed is on the server within three seconds, and never in the browser's storage.
//
// The form carries the stamp of the draft it began with. Where another page has written on the draft since, the server
// keeps neither over the other, and saving waits until the writer has chosen.
import { csrfToken, language, problemOf, say } from "./page.js";
import { isSending } from "./submitting.js";
import { askToSignIn } from "./signing-in.js";

const QUIET_MS = 1000; // after the last key
const LONGEST_MS = 2500; // of steady typing
const AGAIN_MS = [2000, 5000, 10000, 30000];

const drafts = new Set();

export function watchDrafts(root) {
  for (const form of root.querySelectorAll("form[data-draft-url]")) {
    if (!form.dataset.draftWatched) {
      form.dataset.draftWatched = "yes";
      drafts.add(new Draft(form));
    }
  }
}

window.addEventListener("beforeunload", (event) => {
  for (const draft of drafts) {
    if (draft.form.isConnected && draft.unsaved && !isSending(draft.form)) event.preventDefault();
  }
});

// A phone that is put away, or a window that is closed, sends what it has.
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") for (const draft of drafts) draft.saveNow({ keepalive: true });
});

class Draft {
  constructor(form) {
    this.form = form;
    this.status = form.querySelector("[data-draft-status]");
    this.saved = this.content();
    this.typedSince = null;
    this.failures = 0;
    this.underWay = false;
    this.blocked = false;
    this.unanswered = null;
    this.stamp = form.querySelector('input[name="draft_stamp"]');
    this.choice = form.querySelector("[data-draft-elsewhere]");
    this.theirs = this.stamp?.value;
    this.choice?.querySelector("[data-draft-here]").addEventListener("click", () => this.keepHere());
    this.choice?.querySelector("[data-draft-there]").addEventListener("click", () => { this.blocked = true; });
    for (const kind of ["input", "change", "list-changed"]) form.addEventListener(kind, () => this.touched(), true);
    form.addEventListener("submit", () => window.clearTimeout(this.timer));
  }

  /** Whether the writer still has to choose between this page and another. */
  get waits() {
    return this.choice ? !this.choice.hidden : false;
  }

  get unsaved() {
    return !this.blocked && this.content() !== this.saved;
  }

  /** The pairs the form would post, as JSON text. */
  content() {
    const hidden = new Set(["csrf_token", "draft_stamp"]);
    for (const field of this.form.querySelectorAll('input[type="password"], input[type="file"]')) hidden.add(field.name);
    const fields = [...new FormData(this.form)].filter(([name, value]) => !hidden.has(name) && typeof value === "string");
    return JSON.stringify({ fields });
  }

  touched() {
    this.blocked = false;
    this.failures = 0;
    this.typedSince ??= Date.now();
    const left = LONGEST_MS - (Date.now() - this.typedSince);
    this.later(Math.max(0, Math.min(QUIET_MS, left)));
  }

  later(milliseconds) {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.saveNow(), milliseconds);
  }

  async saveNow({ keepalive = false } = {}) {
    if (this.underWay || this.waits || isSending(this.form) || !this.unsaved) return;
    // What was sent without an answer may have arrived: it goes first once more, so that it is not taken for another's.
    const again = !keepalive && this.unanswered !== null;
    const content = again ? this.unanswered : this.content();
    this.unanswered = content;
    this.typedSince = null;
    this.underWay = true;
    this.show("saving", say("下書きを保存しています…", "Saving draft…"));
    try {
      const response = await fetch(this.form.dataset.draftUrl, {
        method: this.form.dataset.draftMethod ?? "PUT",
        headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": csrfToken() },
        body: this.stamped(content),
        credentials: "same-origin",
        keepalive: keepalive && content.length < 60000,
      });
      if (response.ok && !response.redirected) await this.kept(content, response);
      else if (response.status >= 500 || response.status === 429 || response.status === 408) this.failed();
      else await this.refused(response);
    } catch {
      this.failed();
    } finally {
      this.underWay = false;
    }
    if (this.unsaved && this.failures === 0) this.later(again ? 0 : QUIET_MS);
  }

  async kept(content, response) {
    this.saved = content;
    this.unanswered = null;
    this.failures = 0;
    const answer = await response.json().catch(() => ({}));
    if (this.stamp && answer.stamp !== undefined) this.stamp.value = answer.stamp;
    const time = savedTime(answer);
    this.show("saved", say(`下書き ${time} に保存`, `Draft saved at ${time}`));
  }

  failed() {
    const wait = AGAIN_MS[Math.min(this.failures, AGAIN_MS.length - 1)];
    this.failures += 1;
    this.show("failed", say("下書きを保存できていません。つながり次第、もう一度保存します。", "The draft is not saved yet. Trying again as soon as there is a connection."));
    this.later(wait);
  }

  // Trying again would not help: signed out, another's page, task finished by another.
  async refused(response) {
    const problem = await problemOf(response);
    this.failures += 1;
    this.unanswered = null;
    if (problem.code === "draft_elsewhere" && this.choice) {
      this.theirs = problem.stamp;
      this.choice.hidden = false;
      this.choice.scrollIntoView({ block: "nearest" });
      this.show("failed", problem.detail);
      return;
    }
    if (response.status === 401 || problem.code === "csrf_rejected") {
      this.show("failed", say("サインインが切れたため、保存を待っています。", "You were signed out: saving waits."));
      askToSignIn(this.form, problem.detail, () => { this.failures = 0; this.saveNow(); });
      return;
    }
    this.show("failed", problem.detail
      ?? say("下書きを保存できませんでした。入力したものを控えてから開き直してください。", "The draft could not be saved. Please note down what you typed and open the page again."));
  }

  /** The writer chose this page: it goes on from the draft of the other. */
  keepHere() {
    if (this.theirs !== undefined) this.stamp.value = this.theirs;
    this.choice.hidden = true;
    this.saved = null;
    this.failures = 0;
    this.saveNow();
    this.form.querySelector("input:not([type=hidden]), select, textarea")?.focus();
  }

  /** The content with the stamp of the draft it goes on from. */
  stamped(content) {
    if (!this.stamp) return content;
    const { fields } = JSON.parse(content);
    return JSON.stringify({ fields: [...fields, ["draft_stamp", this.stamp.value]] });
  }

  show(state, text) {
    if (!this.status) return;
    this.status.dataset.state = state;
    this.status.textContent = text;
  }
}

function savedTime(answer) {
  if (answer.saved_at_text) return answer.saved_at_text;
  const at = answer.saved_at ? new Date(answer.saved_at) : new Date();
  return at.toLocaleTimeString(language(), { hour: "2-digit", minute: "2-digit", hour12: false, timeZone: "Asia/Tokyo" });
}
