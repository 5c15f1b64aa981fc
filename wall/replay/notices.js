/** @import {Translate} from '../types.js' */
import { el, one } from '../lib/html.js';
import { icon } from '../lib/icon.js';

/** What the page says of itself, above the player; one thing at a time. */
export class Notices {
  #root = one(document, '#notices', HTMLElement);
  #said = one(document, '#said', HTMLElement);

  /** @param {Translate} t */
  constructor(t) {
    this.t = t;
  }

  wait() {
    this.#root.replaceChildren(el('p', { class: 'meta', role: 'status' }, this.t('replay.loading')));
  }

  /**
   * @param {string} words
   * @param {{again?: () => void}} [more]
   */
  warn(words, { again } = {}) {
    const button = again && el('button', { class: 'button', type: 'button', on: { click: again } }, this.t('try-again'));
    this.#root.replaceChildren(el('div', { class: 'banner card danger', role: 'alert' }, icon('warning', 'small'), el('p', {}, words), button));
  }

  /** @param {string} words */
  note(words) {
    this.#root.replaceChildren(el('div', { class: 'banner card', role: 'status' }, icon('info', 'small'), el('p', {}, words)));
  }

  clear() {
    this.#root.replaceChildren();
  }

  /** To who cannot see it. @param {string} words */
  say(words) {
    this.#said.textContent = words;
  }
}
