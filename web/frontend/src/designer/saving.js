// Opening and saving: nothing in the file may be lost, and nobody's work is overwritten unseen.
import { csrfToken, problemDetail, say } from "../app/page.js";
import { losses } from "../diagram/extensions.js";

export class Saving {
  constructor(modeler, { saveUrl, status }) {
    this.modeler = modeler;
    this.saveUrl = saveUrl;
    this.status = status;
    this.version = null;
    this.reasons = [];
    this.dirty = false;
    this.underWay = false;
  }

  /** Opens what was loaded. `reasons` then says why it must not be saved, one sentence each. */
  async open({ xml, version }) {
    this.version = version;
    const { warnings } = await this.modeler.importXML(xml);
    const { xml: back } = await this.modeler.saveXML({ format: true });
    this.reasons = [
      ...warnings.map((warning) => firstLine(warning.message)),
      ...losses(xml, back).map(({ what, times }) => say(`${what} が${times}か所なくなります`, `${what} would be lost ${times} time(s)`)),
    ];
    this.dirty = false;
    this.modeler.on("commandStack.changed", () => { this.dirty = true; });
    window.addEventListener("beforeunload", (event) => { if (this.dirty && this.saveUrl) event.preventDefault(); });
    if (this.reasons.length) this.refuse();
  }

  refuse() {
    this.status.show("error", say("この図は保存できません。このエディターで保存すると、次のものが失われるか変わります:", "This diagram cannot be saved here. Saving it in this editor would lose or change:"), this.reasons);
  }

  /** @returns {Promise<boolean>} whether it is on the server now */
  async save() {
    if (this.underWay) return false;
    if (this.reasons.length) {
      this.refuse();
      return false;
    }
    this.underWay = true;
    this.status.show("", say("保存しています…", "Saving…"));
    const stack = this.modeler.get("commandStack")._stackIdx;
    try {
      const { xml } = await this.modeler.saveXML({ format: true });
      const response = await fetch(this.saveUrl, {
        method: "PUT",
        headers: {
          "Content-Type": "application/xml",
          Accept: "application/json",
          "X-CSRFToken": csrfToken(),
          ...(this.version ? { "If-Match": this.version } : {}),
        },
        body: xml,
        credentials: "same-origin",
      });
      if (!response.ok || response.redirected) {
        await this.failed(response);
        return false;
      }
      this.version = response.headers.get("ETag") ?? this.version;
      this.dirty = this.modeler.get("commandStack")._stackIdx !== stack;
      const time = new Date().toLocaleTimeString("ja", { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Tokyo" });
      this.status.show("success", say(`${time} に保存しました`, `Saved at ${time}`));
      return true;
    } catch (error) {
      console.error("saving failed", error);
      this.status.show("error", say("保存できませんでした。つながりを確かめて、もう一度「保存する」を押してください。図はこの画面に残っています。", "Not saved. Check the connection and press Save again. The diagram is still on this page."), [], true);
      return false;
    } finally {
      this.underWay = false;
    }
  }

  async failed(response) {
    const detail = response.redirected ? null : await problemDetail(response);
    if (response.status === 412 || response.status === 409) {
      this.status.show("error", detail ?? say("開いたあとに別の人がこの図を保存しました。上書きはしていません。自分の図をファイルに取り出してから、開き直してください。", "Somebody saved this diagram after you opened it. Nothing was overwritten. Take your diagram out as a file, then open the page again."), [], true);
    } else if (response.status === 401 || response.redirected) {
      this.status.show("error", say("サインインが切れました。別の画面でサインインしてから、もう一度保存してください。", "You were signed out. Sign in in another window, then save again."), [], true);
    } else {
      this.status.show("error", detail ?? say("保存できませんでした。図はこの画面に残っています。", "Not saved. The diagram is still on this page."), [], true);
    }
  }

  /** The diagram as a file on the person's own desk, when the server cannot take it. */
  async takeOut(name) {
    const { xml } = await this.modeler.saveXML({ format: true });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([xml], { type: "application/xml" }));
    link.download = name;
    link.click();
    window.setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }
}

function firstLine(message) {
  return String(message).split("\n").map((line) => line.trim()).filter(Boolean).slice(0, 2).join(" ");
}
