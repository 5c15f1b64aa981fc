/** @import {Reaction} from '../../types.js' */
/** @import {Talk} from './choices.js' */
import { el } from '../../lib/html.js';
import { send } from '../../lib/http.js';
import { SIGNS } from '../../lib/reactions.js';

const KINDS = /** @type {Reaction[]} */ (Object.keys(SIGNS));
/** The server takes no more in one request. */
const MAX_AT_ONCE = 20;
const EVERY_MS = 1_000;

/**
 * Five signs to react with: pressed as often as one likes, sent once a second. One that gets lost is no promise broken, so nothing of
 * it waits anywhere.
 */
export class Reactions {
  /** Pressed, and not sent yet. @type {Map<Reaction, number>} */
  #pressed = new Map();
  #timer = 0;
  /** @type {Map<Reaction, HTMLElement>} */
  #counts = new Map();

  /**
   * @param {string} api
   * @param {Talk} talk
   */
  constructor(api, { t }) {
    this.api = api;
    const buttons = KINDS.map((kind) => {
      const count = el('span', { class: 'reaction-n', 'aria-hidden': 'true' });
      this.#counts.set(kind, count);
      return el('button', { type: 'button', class: 'reaction', data: { kind }, 'aria-label': t(`reaction.${kind}`), on: { click: () => this.#press(kind) } }, el('span', { 'aria-hidden': 'true' }, SIGNS[kind]), count);
    });
    this.root = el('div', { class: 'reactions', role: 'group', 'aria-label': t('reactions') }, buttons);
  }

  /** @param {Reaction} kind */
  #press(kind) {
    this.#pressed.set(kind, Math.min(MAX_AT_ONCE, (this.#pressed.get(kind) ?? 0) + 1));
    this.#draw(kind);
    this.#timer ||= window.setTimeout(() => void this.#sendOne(), EVERY_MS);
  }

  /** One kind a second: that which was pressed most. */
  async #sendOne() {
    const most = [...this.#pressed].sort(([, a], [, b]) => b - a)[0];
    if (!most) return;
    const [kind, n] = most;
    this.#pressed.delete(kind);
    this.#timer = this.#pressed.size > 0 ? window.setTimeout(() => void this.#sendOne(), EVERY_MS) : 0;
    this.#draw(kind);
    await send('POST', `${this.api}/reactions`, { kind, n });
  }

  /** @param {Reaction} kind */
  #draw(kind) {
    const n = this.#pressed.get(kind) ?? 0;
    const count = this.#counts.get(kind);
    if (!count) return;
    count.textContent = n > 0 ? `×${n}` : '';
    count.classList.toggle('on', n > 0);
  }
}
