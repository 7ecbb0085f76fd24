// The session has gone while somebody typed. The page stays as it is, says so, and goes on once they are signed in again.
import { say } from "./page.js";

let asked = null;

/** Show above the form that one has to sign in, in a window beside this one. `goOn` is called once that has happened. */
export function askToSignIn(form, words, goOn) {
  if (asked) return;
  const notice = document.createElement("div");
  notice.className = "notice warn sign-in-again";
  notice.setAttribute("role", "alert");
  const text = document.createElement("strong");
  text.textContent = words ?? say("サインインが切れました。", "You were signed out.");
  const line = document.createElement("p");
  const link = document.createElement("a");
  link.className = "button";
  link.href = "/sign-in?next=/signed-in";
  link.target = "_blank";
  link.rel = "noopener";
  link.textContent = say("別の画面でサインインする", "Sign in in another window");
  line.append(link);
  notice.append(text, line);
  const bar = form.querySelector(".bottom-bar"); // in sight wherever one is writing
  if (bar) bar.prepend(notice);
  else (form.querySelector(".buttons") ?? form.lastElementChild).before(notice);
  asked = { form, notice, goOn };
  look();
}

// Coming back to this window, or working on in it, is when it may have happened.
window.addEventListener("focus", look);
document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") look(); });
document.addEventListener("input", look);

async function look() {
  if (!asked || asked.looking) return;
  const current = asked;
  current.looking = true;
  try {
    const answer = await fetch("/session", { headers: { Accept: "application/json" }, credentials: "same-origin" });
    const session = answer.ok ? await answer.json() : {};
    if (session.signed_in) {
      asked = null;
      useToken(session.csrf_token);
      current.notice.remove();
      current.goOn();
    }
  } catch {
    // No connection: the next look will tell.
  } finally {
    current.looking = false;
  }
}

function useToken(token) {
  document.querySelector('meta[name="csrf-token"]')?.setAttribute("content", token);
  for (const field of document.querySelectorAll('input[name="csrf_token"]')) field.value = token;
}
