/** @import {Translate} from '../types.js' */
/** @import {Code} from './order.js' */
import { el } from '../lib/html.js';
import { GROUPS, found, groupOf, keyOf } from './order.js';

/** Groups of more codes than this have a field to look for one. */
const FEW = 8;

/** Which codes: groups of boxes to tick, each with one for all of them. */
export class Chooser {
  /** @type {Map<string, {code: Code, box: HTMLInputElement, row: HTMLElement}>} */
  #rows = new Map();
  /** @type {(() => void)[]} */
  #counts = [];

  /**
   * @param {object} parts
   * @param {Translate} parts.t
   * @param {readonly Code[]} parts.codes
   * @param {() => void} parts.changed
   */
  constructor({ t, codes, changed }) {
    this.t = t;
    this.changed = changed;
    this.element = el('div', { class: 'chooser' }, ...GROUPS.flatMap((group) => {
      const members = codes.filter((code) => groupOf(code) === group);
      return members.length ? [this.#group(group, members)] : [];
    }));
  }

  /** @returns {Code[]} In the order of the page. */
  chosen() {
    return [...this.#rows.values()].filter(({ box }) => box.checked).map(({ code }) => code);
  }

  /** @param {readonly Code[]} codes Those, and no others. */
  tick(codes) {
    const keys = new Set(codes.map(keyOf));
    for (const [key, { box }] of this.#rows) box.checked = keys.has(key);
    this.#count();
  }

  first() {
    return this.#rows.values().next().value?.box;
  }

  #count() {
    for (const count of this.#counts) count();
  }

  /**
   * @param {typeof GROUPS[number]} group
   * @param {readonly Code[]} codes
   */
  #group(group, codes) {
    const { t } = this;
    const rows = codes.map((code) => this.#row(code));
    if (group === 'general') return el('div', { class: 'choose-list' }, ...rows);
    const count = el('span', { class: 'meta' });
    const all = el('button', { class: 'button', type: 'button', on: { click: () => this.#tickAll(codes, true) } }, t('codes.all'));
    const none = el('button', { class: 'button', type: 'button', on: { click: () => this.#tickAll(codes, false) } }, t('codes.nothing'));
    this.#counts.push(() => {
      count.textContent = t('codes.chosen', { n: codes.filter((code) => this.#rows.get(keyOf(code))?.box.checked).length, all: codes.length });
    });
    return el('details', { class: 'choose-group', open: codes.length <= FEW },
      el('summary', {}, el('span', { class: 'choose-name' }, t(`codes.group.${group}`)), count),
      el('div', { class: 'row choose-tools' }, all, none, codes.length > FEW ? this.#search(group, codes) : null),
      el('div', { class: 'choose-list', tabindex: codes.length > FEW ? '0' : null, role: 'group', 'aria-label': t(`codes.group.${group}`) }, ...rows));
  }

  /**
   * @param {string} group
   * @param {readonly Code[]} codes
   */
  #search(group, codes) {
    const { t } = this;
    const input = el('input', { class: 'input', type: 'search', id: `search-${group}`, autocomplete: 'off', placeholder: t('codes.search') });
    input.addEventListener('input', (event) => {
      event.stopPropagation();
      const seen = new Set(found(codes, input.value).map(keyOf));
      for (const code of codes) this.#rows.get(keyOf(code))?.row.toggleAttribute('hidden', !seen.has(keyOf(code)));
    });
    return el('div', { class: 'choose-search' }, el('label', { class: 'visually-hidden', for: input.id }, t('codes.search')), input);
  }

  /**
   * Those that are in sight: what was looked for is what is meant.
   *
   * @param {readonly Code[]} codes
   * @param {boolean} on
   */
  #tickAll(codes, on) {
    for (const code of codes) {
      const row = this.#rows.get(keyOf(code));
      if (row && !row.row.hidden) row.box.checked = on;
    }
    this.#count();
    this.changed();
  }

  /** @param {Code} code */
  #row(code) {
    const box = el('input', { type: 'checkbox', value: keyOf(code), on: { change: () => { this.#count(); this.changed(); } } });
    const about = [code.what === 'join' ? '' : code.place, code.shown].filter(Boolean).join(' · ');
    const row = el('label', { class: 'check choose' }, box, el('span', { class: 'choose-words' },
      el('span', { dir: 'auto' }, this.#name(code)), el('span', { class: 'meta', dir: 'auto' }, about)));
    this.#rows.set(keyOf(code), { code, box, row });
    return row;
  }

  /** @param {Code} code */
  #name({ what, id, name, place }) {
    if (what === 'join') return id ? place : this.t('codes.target.join');
    return name || this.t(`codes.target.${what}`);
  }
}
