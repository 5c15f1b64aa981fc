/** @import {Flaw} from './checks.js' */
/** @import {Draft, DraftSession} from './model.js' */
/** @import {Desk} from './rooms-drawer.js' */
import { el } from '../lib/html.js';
import { icon } from '../lib/icon.js';
import { dayName } from '../lib/programme.js';
import { flawWords } from './flaw-words.js';
import { grid } from './grid.js';
import { days, ofDay, shift } from './model.js';
import { clockOf } from './moments.js';

const STEP_MINUTES = 5;

/**
 * @typedef {object} Ways What can be done from here.
 * @property {(id: string) => void} open
 * @property {() => void} addSession
 * @property {() => void} addBreak
 * @property {() => void} rooms
 * @property {() => void} addDay
 * @property {(day: string) => void} removeDay
 */

/** One day: a grid of rooms and times on a wide screen, a list on a narrow one. Both are the same list, in the order of time. */
export class DayView {
  #day = '';
  #days = el('nav', { class: 'day-tabs' });
  #rooms = el('span');
  #list = el('ol', { role: 'list', class: 'day-list' });
  #empty = el('p', { class: 'card' });
  #remove;
  #zone = el('select', { class: 'input', id: 'zone' });

  /**
   * @param {HTMLElement} root
   * @param {Desk & Ways} desk
   */
  constructor(root, desk) {
    this.desk = desk;
    const { t } = desk;
    const tool = (/** @type {string} */ id, /** @type {string} */ sign, /** @type {string | HTMLElement} */ words, /** @type {() => void} */ act, kind = '') =>
      el('button', { class: `button ${kind}`, type: 'button', id, on: { click: act } }, icon(sign, 'small'), words);
    this.#days.setAttribute('aria-label', t('days.label'));
    this.#empty.textContent = t('day.empty');
    this.#remove = el('button', { class: 'button quiet', type: 'button', id: 'day-remove', on: { click: () => desk.removeDay(this.#day) } }, icon('trash', 'small'), t('days.remove'));
    root.append(
      el('div', { class: 'day-bar' }, this.#days, tool('day-add', 'plus', t('days.add'), desk.addDay, 'quiet')),
      el('div', { class: 'row day-tools' }, tool('session-add', 'plus', t('tool.session'), desk.addSession, 'tint'), tool('break-add', 'plus', t('tool.break'), desk.addBreak), tool('rooms', 'settings', this.#rooms, desk.rooms)),
      this.#empty, el('div', { class: 'day-scroll' }, this.#list),
      el('div', { class: 'row between' }, el('div', { class: 'stack day-foot' }, el('div', { class: 'field zone' }, el('label', { for: 'zone' }, t('tool.zone')), this.#zone), el('p', { class: 'meta keys' }, t('tool.keys'))), this.#remove));
    // What was typed stays: nine o'clock is nine o'clock, elsewhere.
    this.#zone.addEventListener('change', () => desk.edit((draft) => ({ ...draft, zone: this.#zone.value })));
    this.#list.addEventListener('keydown', (event) => this.#key(event));
  }

  /** The day that is shown. */
  get day() {
    return this.#day;
  }

  /** @param {string} day */
  show(day) {
    this.#day = day;
    this.draw();
  }

  draw() {
    const { t, draft } = this.desk;
    const all = days(draft());
    if (!all.includes(this.#day)) this.#day = all[0] ?? '';
    this.#rooms.textContent = t('tool.rooms', { n: draft().rooms.length });
    this.#drawZone(draft().zone);
    this.#drawTabs(all);
    this.#drawDay(draft());
    this.#remove.hidden = all.length < 2;
  }

  /**
   * The session's button gets the focus.
   *
   * @param {string} id
   */
  focus(id) {
    const button = this.#list.querySelector(`[data-session="${CSS.escape(id)}"] button`) ?? document.getElementById('session-add');
    if (button instanceof HTMLElement) button.focus();
  }

  /** @param {string} zone */
  #drawZone(zone) {
    if (this.#zone.value === zone) return;
    const known = [...this.#zone.options].some(({ value }) => value === zone);
    if (!known) this.#zone.replaceChildren(...[...new Set([zone, ...Intl.supportedValuesOf('timeZone')])].sort().map((value) => el('option', { value }, value.replaceAll('_', ' '))));
    this.#zone.value = zone;
  }

  /** @param {string[]} all */
  #drawTabs(all) {
    const key = [...all, this.#day].join(' ');
    if (this.#days.dataset['key'] === key) return;
    this.#days.dataset['key'] = key;
    const focused = this.#days.contains(document.activeElement);
    this.#days.replaceChildren(...all.map((day) =>
      el('button', { class: 'chip', type: 'button', 'aria-current': day === this.#day ? 'true' : false, data: { day }, on: { click: () => this.show(day) } }, dayName(this.desk.lang, day))));
    if (focused) /** @type {HTMLElement | null} */ (this.#days.querySelector('[aria-current]'))?.focus();
  }

  /** @param {Draft} draft */
  #drawDay(draft) {
    const sessions = ofDay(draft, this.#day);
    const { times, rooms, cells } = grid(draft, this.#day);
    const focused = document.activeElement?.closest('[data-session]');
    const id = focused && this.#list.contains(focused) ? /** @type {HTMLElement} */ (focused).dataset['session'] : null;
    const places = new Map(cells.map((cell) => [cell.id, cell]));
    const flaws = new Map(sessions.map((session) => [session.id, /** @type {Flaw[]} */ ([])]));
    for (const flaw of this.desk.flaws()) flaws.get(flaw.id)?.push(flaw);
    const { heads, width } = this.#heads(draft, rooms);
    const clocks = times.map((time, n) => {
      const label = el('li', { class: 'grid-time', 'aria-hidden': 'true' }, time);
      label.style.gridRow = String(n + 2);
      return label;
    });
    const items = sessions.map((session) => {
      const item = this.#item(draft, session, flaws.get(session.id) ?? []);
      const place = places.get(session.id);
      if (place) {
        // Named here, and used by the style sheet on a wide screen only.
        item.style.setProperty('--row', `${place.row + 1} / span ${place.rows}`);
        item.style.setProperty('--column', `${place.column + 1} / span ${place.columns}`);
      }
      return item;
    });
    this.#list.style.setProperty('--columns', String(width));
    this.#list.replaceChildren(...heads, ...clocks, ...items);
    this.#list.hidden = sessions.length === 0;
    this.#empty.hidden = sessions.length > 0;
    if (id) this.focus(id);
  }

  /**
   * The names of the rooms above their columns: each session says its room itself.
   *
   * @param {Draft} draft
   * @param {import('./grid.js').Grid['rooms']} rooms
   */
  #heads(draft, rooms) {
    let width = 0;
    const heads = rooms.map(({ room, columns }) => {
      const name = room === null ? this.desk.t('day.everywhere') : draft.rooms.find((each) => each.id === room)?.name ?? '';
      const head = el('li', { class: 'room-head', 'aria-hidden': 'true', dir: 'auto' }, name);
      head.style.gridColumn = `${width + 2} / span ${columns}`;
      width += columns;
      return head;
    });
    return { heads, width };
  }

  /**
   * @param {Draft} draft
   * @param {DraftSession} session
   * @param {readonly Flaw[]} flaws
   */
  #item(draft, session, flaws) {
    const { t, open } = this.desk;
    const room = draft.rooms.find(({ id }) => id === session.room)?.name ?? t('day.everywhere');
    const said = flaws.map((flaw) => flawWords(t, draft, flaw));
    const wrong = flaws.some(({ blocks }) => blocks);
    return el('li', { class: `day-session ${session.kind}${wrong ? ' wrong' : said.length > 0 ? ' odd' : ''}`, data: { session: session.id } },
      el('button', { type: 'button', 'aria-keyshortcuts': 'Alt+ArrowUp Alt+ArrowDown Alt+ArrowLeft Alt+ArrowRight', on: { click: () => open(session.id) } },
        el('span', { class: 'item-time' }, `${clockOf(session.start) ?? session.start}–${clockOf(session.end) ?? session.end}`, el('span', { class: 'item-room', dir: 'auto' }, room)),
        el('span', { class: 'item-title', dir: 'auto' }, session.title.trim() || t('day.untitled')),
        session.speakers.length > 0 && el('span', { class: 'item-speakers', dir: 'auto' }, session.speakers.map(({ name }) => name).filter(Boolean).join(', ')),
        session.noPhotos && el('span', { class: 'item-speakers' }, t('session.no-photos')),
        said.map((words) => el('span', { class: 'item-flaw' }, icon('warning', 'tiny'), el('span', {}, words)))));
  }

  /** @param {KeyboardEvent} event Alt and an arrow move the session that has the focus. */
  #key(event) {
    const item = event.target instanceof Element ? event.target.closest('[data-session]') : null;
    const id = item instanceof HTMLElement ? item.dataset['session'] : undefined;
    if (!event.altKey || !id || !['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight'].includes(event.key)) return;
    event.preventDefault();
    if (event.key === 'ArrowUp' || event.key === 'ArrowDown') this.desk.edit((draft) => shift(draft, id, event.key === 'ArrowUp' ? -STEP_MINUTES : STEP_MINUTES), `move ${id}`);
    else this.desk.edit((draft) => toRoom(draft, id, event.key === 'ArrowLeft' ? -1 : 1), `room of ${id}`);
    this.#sayMoved(id);
  }

  /** @param {string} id */
  #sayMoved(id) {
    const { t, draft, say, lang } = this.desk;
    const session = draft().sessions.find((each) => each.id === id);
    if (!session) return;
    if (session.day !== this.#day) this.show(session.day);
    this.focus(id);
    const room = draft().rooms.find((each) => each.id === session.room)?.name ?? t('day.everywhere');
    const day = session.day === this.#day ? '' : `${dayName(lang, session.day)} `;
    say(t('day.moved', { title: session.title.trim() || t('day.untitled'), start: day + session.start, end: session.end, room }));
  }
}

/**
 * A session goes to the room beside its own; before the first one is: all rooms.
 *
 * @param {Draft} draft
 * @param {string} id
 * @param {-1 | 1} by
 * @returns {Draft}
 */
function toRoom(draft, id, by) {
  const places = [null, ...draft.rooms.map((room) => room.id)];
  return {
    ...draft,
    sessions: draft.sessions.map((session) => {
      const room = session.id === id ? places[places.indexOf(session.room) + by] : undefined;
      return room === undefined ? session : { ...session, room };
    }),
  };
}
