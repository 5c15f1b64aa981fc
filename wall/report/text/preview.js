/** @import {Answer, Translate} from '../../types.js' */
/** @import {Block} from './types.js' */
import { el } from '../../lib/html.js';
import { retryDelay } from '../../lib/retry.js';
import { blockNodes } from './blocks.js';

/** Who types fast is not followed letter by letter. */
const REST_MS = 250;

/** The text as it will stand in the report, beside the field. */
export class Preview {
  #wanted = '';
  #shown = '';
  #place = '';
  #busy = false;
  #failures = 0;
  #timer = 0;

  /**
   * @param {HTMLElement} root
   * @param {{t: Translate, lang: string, ask: (text: string) => Promise<Answer<{blocks: readonly Block[]}>>}} parts
   */
  constructor(root, { t, lang, ask }) {
    this.root = root;
    this.t = t;
    this.lang = lang;
    this.ask = ask;
    this.words = el('div', { class: 'text-page' });
    this.note = el('p', { class: 'text-stale meta', hidden: true }, t('text.preview.stale'));
    root.append(this.note, this.words);
  }

  /**
   * Show *text*, soon.
   *
   * @param {string} place Another one is shown at once.
   * @param {string} text
   */
  show(place, text) {
    const soon = place !== this.#place;
    this.#place = place;
    this.#wanted = text;
    if (soon) {
      this.#shown = '\0';
      this.words.replaceChildren();
      this.root.scrollTop = 0;
    }
    window.clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => void this.#draw(), soon ? 0 : REST_MS);
  }

  /** What it points at may be named otherwise now, or be gone. @param {boolean} isSeen Else it is drawn when it is. */
  again(isSeen) {
    this.#shown = '\0';
    if (isSeen) void this.#draw();
  }

  async #draw() {
    if (this.#busy || this.#wanted === this.#shown) return;
    const [text, place] = [this.#wanted, this.#place];
    if (!text.trim()) return this.#put(text, [el('p', { class: 'meta' }, this.t('text.preview.empty'))]);
    this.#busy = true;
    const answer = await this.ask(text);
    this.#busy = false;
    const refused = !answer.ok && answer.problem.status >= 400 && answer.problem.status < 429;
    const away = !answer.ok && !refused;
    this.#failures = away ? this.#failures + 1 : 0;
    this.note.hidden = !away;
    if (place === this.#place && !away) this.#put(text, answer.ok ? blockNodes(answer.data.blocks, this) : [el('p', { class: 'meta' }, this.t('text.preview.refused'))]);
    if (away || this.#wanted !== text) this.#timer = window.setTimeout(() => void this.#draw(), away ? retryDelay(this.#failures, Math.random()) : 0);
  }

  /**
   * @param {string} text
   * @param {HTMLElement[]} nodes
   */
  #put(text, nodes) {
    this.#shown = text;
    this.note.hidden = true;
    this.words.replaceChildren(...nodes);
  }
}
