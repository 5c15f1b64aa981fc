/** @import {Translate} from '../types.js' */
/** @import {Flaw} from './checks.js' */
/** @import {Draft, Room} from './model.js' */
import { ask } from '../elements/ask.js';
import { el } from '../lib/html.js';
import { icon } from '../lib/icon.js';
import { flawWords } from './flaw-words.js';
import { addRoom, moveRoom, removeRoom, renameRoom, roomId } from './model.js';

/**
 * @typedef {object} Desk What the drawers know of the editor.
 * @property {Translate} t
 * @property {string} lang
 * @property {() => Draft} draft
 * @property {() => readonly Flaw[]} flaws
 * @property {(change: (draft: Draft) => Draft, step?: string) => void} edit
 * @property {(words: string) => void} say
 */

/** The rooms, in a drawer: their names and their order, which is that of the columns. */
export class RoomsDrawer {
  #list = el('ol', { role: 'list', class: 'room-list' });

  /** @param {Desk} desk */
  constructor(desk) {
    this.desk = desk;
    const { t } = desk;
    const add = el('button', { class: 'button', type: 'button', id: 'room-add', on: { click: () => this.#add() } }, icon('plus', 'small'), t('rooms.add'));
    const done = el('button', { class: 'button primary', type: 'submit' }, t('rooms.done'));
    this.dialog = el('dialog', { class: 'drawer', 'aria-labelledby': 'rooms-title' },
      el('form', { method: 'dialog', class: 'drawer-form', novalidate: true }, el('h2', { id: 'rooms-title' }, t('rooms.title')), el('div', { class: 'drawer-body stack' }, this.#list, add), el('div', { class: 'drawer-foot row' }, done)));
    document.body.append(this.dialog);
  }

  open() {
    this.#list.replaceChildren();
    this.draw();
    this.dialog.showModal();
  }

  draw() {
    const { rooms } = this.desk.draft();
    const ids = [...this.#list.children].map((row) => /** @type {HTMLElement} */ (row).dataset['room']).join(' ');
    if (ids !== rooms.map(({ id }) => id).join(' ')) this.#rebuild(rooms);
    for (const room of rooms) this.#update(room);
  }

  /** @param {readonly Room[]} rooms */
  #rebuild(rooms) {
    const focused = document.activeElement?.id;
    this.#list.replaceChildren(...rooms.map((room, place) => this.#row(room, place, rooms.length)));
    if (focused) document.getElementById(focused)?.focus();
  }

  /**
   * @param {Room} room
   * @param {number} place
   * @param {number} count
   */
  #row({ id, name }, place, count) {
    const { t } = this.desk;
    const input = el('input', { class: 'input', id: `room-${id}`, type: 'text', autocomplete: 'off', 'aria-describedby': `room-error-${id}`, 'aria-label': t('rooms.name', { n: place + 1 }) });
    input.value = name;
    input.addEventListener('input', () => this.desk.edit((draft) => renameRoom(draft, id, input.value), `room ${id}`));
    const button = (/** @type {string} */ what, /** @type {string} */ sign, /** @type {() => void} */ act, off = false) =>
      el('button', { class: 'button plain', type: 'button', id: `room-${what}-${id}`, 'aria-disabled': String(off), data: { label: `rooms.${what}` }, on: { click: () => !off && act() } }, icon(sign, 'small'), el('span', { class: 'visually-hidden' }));
    return el('li', { data: { room: id } }, el('div', { class: 'room-row' }, input,
      button('up', 'up', () => this.#move(id, -1), place === 0), button('down', 'down', () => this.#move(id, 1), place === count - 1), button('remove', 'trash', () => void this.#remove(id))),
    el('p', { class: 'error', id: `room-error-${id}` }));
  }

  /** @param {Room} room */
  #update({ id, name }) {
    const { t } = this.desk;
    const row = [...this.#list.children].find((each) => /** @type {HTMLElement} */ (each).dataset['room'] === id);
    const input = row?.querySelector('input');
    if (!row || !input) return;
    if (input.value !== name) input.value = name;
    for (const button of row.querySelectorAll('button')) {
      const words = button.querySelector('.visually-hidden');
      if (words) words.textContent = t(button.dataset['label'] ?? '', { name: name || t('day.untitled') });
    }
    const flaws = this.desk.flaws().filter((flaw) => flaw.id === id && flaw.field === 'room');
    const error = row.querySelector('.error');
    if (error) error.textContent = flaws.map((flaw) => flawWords(t, this.desk.draft(), flaw)).join(' ');
    input.setAttribute('aria-invalid', String(flaws.length > 0));
  }

  #add() {
    const { t, draft } = this.desk;
    const name = t('rooms.name', { n: draft().rooms.length + 1 });
    const id = roomId(draft(), name);
    this.desk.edit((before) => addRoom(before, { id, name }));
    const input = document.getElementById(`room-${id}`);
    if (input instanceof HTMLInputElement) {
      input.focus();
      input.select();
    }
  }

  /**
   * @param {string} id
   * @param {-1 | 1} by
   */
  #move(id, by) {
    this.desk.edit((draft) => moveRoom(draft, id, by));
  }

  /** @param {string} id What happens to its sessions is asked first. */
  async #remove(id) {
    const { t, draft } = this.desk;
    const { rooms, sessions } = draft();
    const name = rooms.find((room) => room.id === id)?.name ?? '';
    const n = sessions.filter(({ room }) => room === id).length;
    const what = n === 0 ? 'none' : await ask({
      title: t('rooms.ask', { name }), text: t('rooms.ask-text', { n }), cancel: t('cancel'),
      choices: [
        ...rooms.filter((room) => room.id !== id).slice(0, 4).map((room) => ({ value: `to ${room.id}`, label: t('rooms.to', { name: room.name }) })),
        { value: 'none', label: t('rooms.to-none') },
        { value: 'with', label: t('rooms.with', { n }), class: 'danger-line' },
      ],
    });
    if (what === null) return;
    this.desk.edit((before) => removeRoom(before, id, what === 'with' ? 'with-sessions' : { to: what === 'none' ? null : what.slice(3) }));
    document.getElementById('room-add')?.focus();
  }
}
