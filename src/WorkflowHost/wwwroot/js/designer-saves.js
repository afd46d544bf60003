// Studio sends each autosave with the revision it was told last, and does not wait for the answer to the one before; when an answer comes it takes
// the answer's definition for the whole truth. Two saves at once would therefore refuse each other, and an answer would undo what was changed
// (a variable, a name) while it was on its way. So: one save at a time, each on top of this window's own last one, and no answer is handed over
// while somebody is still at work; older saves are answered with what the newest one became.
const Quiet = 3000; // well over the half second for which Studio itself waits, also where the machine is busy
let lastInput = 0;
for (const kind of ['pointerdown', 'pointerup', 'keydown', 'input', 'change', 'drop'])
  document.addEventListener(kind, () => { lastInput = performance.now(); }, { capture: true, passive: true });

const wait = milliseconds => new Promise(go => setTimeout(go, milliseconds));
const parse = text => { try { return JSON.parse(text); } catch { return null; } };

/** The body of a request that saves an existing definition, with that definition's id; null for any other request. */
export function saveOf(url, options) {
  if (options.method !== 'POST' || !url.pathname.endsWith('/elsa/api/workflow-definitions') || !options.body) return null;
  const body = typeof options.body === 'string' ? options.body : new TextDecoder().decode(options.body);
  const id = parse(body)?.model?.definitionId;
  return typeof id === 'string' && id ? { id, body } : null;
}

/** Saves of one definition by this window, in order. */
export class Saves {
  #last = Promise.resolve(); // the newest save, as it became
  #newest = 0;
  #own = new Set(); // revisions this window has been on, each replaced by the next one
  #revision = null;
  #open = 0;

  /** Whether something of this window is not stored yet. */
  get underWay() { return this.#open > 0; }

  /** Sends a save when those before it are done; answers a copy of what the newest save became. */
  async send(body, post) {
    this.#newest++;
    const before = this.#last;
    const sent = performance.now();
    this.#open++;
    this.#last = (async () => {
      await before.catch(() => {});
      const answer = await post(this.#onTop(body));
      if (answer.ok) await this.#remember(answer.clone());
      return answer;
    })().finally(() => this.#open--);
    let answer = await this.#last;
    // A refusal is handed over at once: it is told to the person.
    while (answer.ok) {
      const seen = this.#newest;
      const rest = lastInput > sent ? lastInput + Quiet - performance.now() : 0;
      if (rest > 0) await wait(rest);
      answer = await this.#last;
      if (seen === this.#newest && !(lastInput > sent && performance.now() - lastInput < Quiet)) break;
    }
    return answer.clone();
  }

  #onTop(body) {
    const save = parse(body);
    const properties = save.model.customProperties ?? {};
    if (!this.#own.has(String(properties.revision)) || this.#revision === null) {
      this.#own.add(String(properties.revision));
      return body;
    }
    save.model.customProperties = { ...properties, revision: this.#revision };
    return JSON.stringify(save);
  }

  async #remember(answer) {
    const revision = parse(await answer.text())?.workflowDefinition?.customProperties?.revision;
    if (revision === undefined) return;
    this.#revision = revision;
    this.#own.add(String(revision));
  }
}
