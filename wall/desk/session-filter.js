/** @import {Translate} from '../types.js' */
/** @import {Day} from './sessions.js' */
/** @import {State} from './state.js' */
import { el } from '../lib/html.js';

const ALL = 'all';
const NONE = 'none';

/** Which session's posts are in the list. Hidden while there is no programme. */
export class SessionFilter {
  #select;
  #offered = '';

  /**
   * @param {HTMLElement} root
   * @param {object} parts
   * @param {Translate} parts.t
   * @param {(session: string | null) => void} parts.choose null: all; empty: those of none.
   */
  constructor(root, { t, choose }) {
    this.root = root;
    this.t = t;
    this.#select = el('select', { class: 'input', id: 'session-select' });
    this.#select.addEventListener('change', () => choose(meant(this.#select.value)));
    root.append(el('label', { class: 'visually-hidden', for: 'session-select' }, t('desk.session-filter')), this.#select);
    this.offer([]);
  }

  /** @param {ReadonlyArray<Day>} days */
  offer(days) {
    const offered = JSON.stringify(days);
    this.root.hidden = days.length === 0;
    if (offered === this.#offered) return;
    this.#offered = offered;
    const { value } = this.#select;
    this.#select.replaceChildren(el('option', { value: ALL }, this.t('desk.session-all')), el('option', { value: NONE }, this.t('desk.session-none')), ...options(days));
    this.#select.value = value || ALL;
    if (this.#select.value === '') this.#select.value = ALL;
  }

  /** @param {State} state */
  render({ session }) {
    const value = session === null ? ALL : session === '' ? NONE : `s ${session}`;
    if (this.#select.value !== value && document.activeElement !== this.#select) this.#select.value = value;
    this.root.classList.toggle('on', session !== null);
  }
}

/** @param {string} value @returns {string | null} */
export function meant(value) {
  if (value === ALL) return null;
  return value === NONE ? '' : value.slice(2);
}

/**
 * The sessions as options, by day where there is more than one.
 *
 * @param {ReadonlyArray<Day>} days
 * @param {string | null} [chosen]
 */
export function options(days, chosen = null) {
  const made = days.map(({ name, sessions }) => ({ name, all: sessions.map(({ id, words }) => el('option', { value: `s ${id}`, selected: id === chosen }, words)) }));
  return made.length > 1 ? made.map(({ name, all }) => el('optgroup', { label: name }, all)) : made.flatMap(({ all }) => all);
}
