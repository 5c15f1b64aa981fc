/** @import {Translate} from '../types.js' */
import { el } from '../lib/html.js';
import { icon } from '../lib/icon.js';

/**
 * A page within the page, for what needs choosing or writing first. No dialog: the emergency stop must stay under the thumb.
 * Escape, its own button and the phone's back key close it; the focus goes back to what opened it.
 */
export class Sheet {
  /** @type {(() => void) | null} */
  #closed = null;
  /** @type {HTMLElement | null} */
  #opener = null;
  #scrolled = 0;

  /**
   * @param {HTMLElement} root
   * @param {HTMLElement} page What it takes the place of; gets the class `in-sheet`.
   * @param {Translate} t
   */
  constructor(root, page, t) {
    this.root = root;
    this.page = page;
    this.t = t;
    root.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') this.close();
    });
    window.addEventListener('popstate', () => this.#away());
  }

  get isOpen() {
    return this.#closed !== null;
  }

  /**
   * @param {object} what
   * @param {string} what.title
   * @param {HTMLElement | null} [what.action] Beside the title, always in sight.
   * @param {ReadonlyArray<HTMLElement>} what.parts
   * @param {HTMLElement} [what.first] Gets the focus instead of the title.
   * @param {() => void} what.closed
   */
  open({ title, action = null, parts, first, closed }) {
    if (this.isOpen) this.#away();
    else history.pushState({ sheet: true }, '');
    this.#closed = closed;
    this.#opener = document.activeElement instanceof HTMLElement ? document.activeElement : null;
    this.#scrolled = window.scrollY;
    const heading = el('h2', { id: 'sheet-title', tabindex: '-1' }, title);
    const back = el('button', { class: 'button quiet plain sheet-back', type: 'button', 'aria-label': this.t('stage.back'), on: { click: () => this.close() } }, icon('back'));
    this.root.replaceChildren(el('div', { class: 'sheet-head' }, back, heading, action), ...parts);
    this.root.hidden = false;
    this.page.classList.add('in-sheet');
    window.scrollTo(0, 0);
    (first ?? heading).focus({ preventScroll: true });
  }

  close() {
    if (this.isOpen) history.back();
  }

  /** Close it at once, for who goes elsewhere on the page. */
  leave() {
    const closed = this.#closed;
    this.#closed = null;
    this.root.hidden = true;
    this.root.replaceChildren();
    this.page.classList.remove('in-sheet');
    closed?.();
  }

  #away() {
    if (!this.isOpen) return;
    this.leave();
    window.scrollTo(0, this.#scrolled);
    // What opened it may be gone by what was done here.
    const opener = this.#opener?.isConnected ? this.#opener : document.querySelector('main');
    opener?.focus({ preventScroll: true });
  }
}
