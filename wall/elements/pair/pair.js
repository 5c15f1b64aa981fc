/** @import {Answer, PairedScreen, ProgrammeRoom, Translate} from '../../types.js' */
import { el } from '../../lib/html.js';
import { fault } from '../fault.js';
import { codeIn, LENGTH } from './code.js';

/**
 * @typedef {object} Wanted
 * @property {string} [code] Of a screen that shows one.
 * @property {string} name
 * @property {string | null} room
 * @property {boolean} stage
 */

/**
 * Four boxes for the four signs that a screen shows. They are drawn; underneath lies one field, so that pasting, a screen reader and
 * a password manager meet what they know.
 */
export class CodeField {
  #boxes = Array.from({ length: LENGTH }, () => el('span', { class: 'code-box' }));

  /**
   * @param {object} parts
   * @param {string} parts.id
   * @param {string} parts.label
   * @param {string} [parts.error] Id of what says what is wrong.
   * @param {(code: string) => void} parts.changed
   */
  constructor({ id, label, error, changed }) {
    this.input = el('input', { class: 'code-input', id, type: 'text', autocomplete: 'off', autocapitalize: 'characters', autocorrect: 'off', spellcheck: 'false', inputmode: 'text', 'aria-describedby': error ?? null });
    this.root = el('div', { class: 'code-field' }, el('label', { for: id }, label), el('div', { class: 'code-boxes' }, this.#boxes.map((box) => box), this.input));
    for (const box of this.#boxes) box.setAttribute('aria-hidden', 'true');
    this.input.addEventListener('input', () => {
      const code = codeIn(this.input.value);
      if (this.input.value !== code) this.input.value = code;
      this.#draw();
      changed(code);
    });
    for (const name of ['focus', 'blur']) this.input.addEventListener(name, () => this.#draw());
    this.#draw();
  }

  get value() {
    return codeIn(this.input.value);
  }

  clear() {
    this.input.value = '';
    this.#draw();
  }

  #draw() {
    const signs = [...this.value];
    const at = Math.min(signs.length, LENGTH - 1);
    this.#boxes.forEach((box, n) => {
      box.textContent = signs[n] ?? '';
      box.classList.toggle('at', n === at && document.activeElement === this.input);
    });
  }
}

/**
 * What staff say of a screen: its code, its name, its room, and whether it hangs behind the speaker.
 */
export class PairForm {
  #error;
  #name;
  #room;
  #stage;
  #rest;
  #button;
  /** The name that the room gave; empty: somebody typed one. */
  #suggested = '';
  #busy = false;
  /** @type {CodeField | null} */
  code = null;

  /**
   * @param {object} parts
   * @param {string} parts.id Of the form; what is in it begins with it.
   * @param {Translate} parts.t
   * @param {ReadonlyArray<ProgrammeRoom>} parts.rooms
   * @param {PairedScreen | null} [parts.known] A screen that is known; null: by its code, unless `named`.
   * @param {boolean} [parts.named] It is known which screen is meant.
   * @param {boolean} [parts.unfolds] Only the code is asked, until it is there.
   * @param {string} parts.submit Words on the button.
   * @param {(wanted: Wanted) => Promise<Answer<any>>} parts.send
   * @param {(name: string) => void} parts.done
   */
  constructor({ id, t, rooms, known = null, named = false, unfolds = false, submit, send, done }) {
    this.t = t;
    this.rooms = rooms;
    this.send = send;
    this.done = done;
    this.#error = el('p', { class: 'error', id: `${id}-error`, role: 'alert' });
    if (!known && !named) this.code = new CodeField({ id: `${id}-code`, label: t('pair.code'), error: `${id}-error`, changed: (code) => this.#typed(code, unfolds) });
    this.#name = el('input', { class: 'input', id: `${id}-name`, autocomplete: 'off', dir: 'auto', maxlength: 60, value: known?.name ?? '' });
    this.#room = el('select', { class: 'input', id: `${id}-room` }, el('option', { value: '' }, t('pair.no-room')),
      rooms.map(({ id: room, name }) => el('option', { value: room, selected: known?.room === room }, name)));
    this.#stage = el('input', { type: 'checkbox', id: `${id}-stage`, checked: known?.stage === true });
    this.#button = el('button', { class: 'button primary', type: 'submit' }, submit);
    const room = el('div', { class: 'field', hidden: rooms.length === 0 }, el('label', { for: `${id}-room` }, t('pair.room')), this.#room);
    this.#rest = el('div', { class: 'stack pair-rest', hidden: unfolds },
      room, el('div', { class: 'field' }, el('label', { for: `${id}-name` }, t('pair.name')), this.#name),
      el('label', { class: 'check' }, this.#stage, el('span', {}, t('pair.stage'), el('span', { class: 'hint pair-hint' }, t('pair.stage-what')))), this.#button);
    this.root = el('form', { class: 'stack pair-form', id, novalidate: true }, this.code?.root ?? null, this.#rest, this.#error);
    this.#room.addEventListener('change', () => this.#suggest());
    this.root.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#submit();
    });
  }

  /** Where one begins. */
  get first() {
    return this.code?.input ?? this.#name;
  }

  /**
   * @param {string} code
   * @param {boolean} unfolds
   */
  #typed(code, unfolds) {
    this.#error.textContent = '';
    if (!unfolds || code.length < LENGTH || !this.#rest.hidden) return;
    this.#rest.hidden = false;
    this.#suggest();
    (this.rooms.length > 0 ? this.#room : this.#name).focus();
  }

  /** The first screen of a room is called like it. */
  #suggest() {
    const room = this.rooms.find(({ id }) => id === this.#room.value)?.name ?? '';
    if (this.#name.value !== this.#suggested && this.#name.value !== '') return;
    this.#suggested = room;
    this.#name.value = room;
  }

  async #submit() {
    const wrong = this.#missing();
    this.#error.textContent = wrong?.words ?? '';
    if (wrong) return wrong.at.focus();
    if (this.#busy) return;
    this.#busy = true;
    const name = this.#name.value.trim();
    const wanted = { name, room: this.#room.value || null, stage: this.#stage.checked };
    const answer = await this.send(this.code ? { ...wanted, code: this.code.value } : wanted);
    this.#busy = false;
    if (answer.ok) return this.done(name);
    this.#error.textContent = answer.problem.code === 'no-pairing' ? this.t('pair.unknown') : fault(this.t, answer.problem);
    if (answer.problem.code === 'no-pairing') this.first.focus();
  }

  /** @returns {{words: string, at: HTMLElement} | null} */
  #missing() {
    if (this.code && this.code.value.length < LENGTH) return { words: this.t('pair.code-missing'), at: this.code.input };
    return this.#name.value.trim() ? null : { words: this.t('pair.name-missing'), at: this.#name };
  }
}
