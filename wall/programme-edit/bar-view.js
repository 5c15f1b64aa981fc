/** @import {Translate} from '../types.js' */
import { el } from '../lib/html.js';
import { icon } from '../lib/icon.js';

/**
 * @typedef {object} BarState
 * @property {string} words What is saved and what is not.
 * @property {boolean} unsaved
 * @property {boolean} canUndo
 * @property {boolean} canRedo
 * @property {boolean} busy
 * @property {string} sign The icon before the words.
 */

/** What is saved, and the buttons that save, undo and redo: always in sight. */
export class BarView {
  #words = el('p', { class: 'bar-words', role: 'status' });

  /**
   * @param {HTMLElement} root
   * @param {{t: Translate, save: () => void, undo: () => void, redo: () => void}} parts
   */
  constructor(root, { t, save, undo, redo }) {
    this.t = t;
    this.undo = el('button', { class: 'button', type: 'button', id: 'undo', 'aria-keyshortcuts': 'Control+Z', on: { click: undo } }, icon('undo', 'small'), el('span', {}, t('bar.undo')));
    this.redo = el('button', { class: 'button', type: 'button', id: 'redo', 'aria-keyshortcuts': 'Control+Shift+Z', on: { click: redo } }, t('bar.redo'));
    this.save = el('button', { class: 'button primary', type: 'button', id: 'save', 'aria-keyshortcuts': 'Control+S', on: { click: save } }, t('bar.save'));
    root.append(this.#words, el('div', { class: 'row bar-buttons' }, this.undo, this.redo, this.save));
  }

  /** @param {BarState} state */
  draw({ words, sign, unsaved, canUndo, canRedo, busy }) {
    if (this.#words.textContent !== words) this.#words.replaceChildren(icon(sign, 'small'), el('span', {}, words));
    this.#words.classList.toggle('unsaved', unsaved);
    // Not `disabled`: that would throw the focus away under a finger.
    this.undo.setAttribute('aria-disabled', String(!canUndo));
    this.redo.setAttribute('aria-disabled', String(!canRedo));
    this.save.setAttribute('aria-disabled', String(!unsaved || busy));
  }
}
