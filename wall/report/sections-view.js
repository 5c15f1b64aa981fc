/** @import {Translate} from '../types.js' */
/** @import {Draft, Naming, Section, Text} from './model.js' */
/** @import {Writer} from './presence.js' */
/** @import {Times} from './times.js' */
import { isolate } from '../elements/doer.js';
import { el } from '../lib/html.js';
import { icon } from '../lib/icon.js';
import { keyed } from '../lib/keyed.js';
import { PLACES, hasText, placeOf } from './model.js';
import { countWords } from './text/markdown.js';

/** @type {readonly Naming[]} */
const NAMINGS = ['full', 'initials', 'anonymous'];

/**
 * @typedef {object} Part A line of the list: a text of the whole report, or a section with its posts.
 * @property {string} key `text:summary`, `section:loose`.
 * @property {string} place Where its text belongs; empty: it has none.
 * @property {Section | null} section
 * @property {string} title
 */

/**
 * The parts of the report in the order of the report.
 *
 * @param {Draft} draft
 * @param {Translate} t
 * @returns {Part[]}
 */
export function partsOf(draft, t) {
  const texts = PLACES.map((place) => ({ key: `text:${place}`, place, section: null, title: t(`studio.place.${place}`) }));
  const sections = draft.sections.map((section) => ({
    key: `section:${section.id}`, place: hasText(section) ? placeOf(section.id) : '', section, title: titleOf(section, t),
  }));
  return [...texts.slice(0, 3), ...sections, ...texts.slice(3)];
}

/**
 * @param {Section} section
 * @param {Translate} t
 */
export function titleOf(section, t) {
  return hasText(section) ? section.title || t('studio.untitled') : t(`studio.section.${section.id}`);
}

/** On the left: how people are named, and the parts of the report with how far each of them is. */
export class SectionsView {
  #radios;
  #list = el('ul', { role: 'list', class: 'parts' });
  #settings;

  /**
   * @param {HTMLElement} root
   * @param {object} parts
   * @param {Translate} parts.t
   * @param {string} parts.lang The language of this page, that of the report where nobody said.
   * @param {(key: string) => void} parts.open
   * @param {(names: Naming) => void} parts.name
   * @param {(change: {lang?: string, cover?: string}) => void} parts.set
   */
  constructor(root, { t, lang, open, name, set }) {
    this.t = t;
    this.lang = lang;
    this.open = open;
    this.#radios = NAMINGS.map((value) => el('input', { type: 'radio', name: 'studio-names', value, class: 'visually-hidden', on: { change: () => name(value) } }));
    const labels = this.#radios.map((radio, n) => el('label', {}, radio, el('span', {}, t(`studio.names.${NAMINGS[n]}`))));
    const language = select(t('report.lang'), [['nl', 'Nederlands'], ['en', 'English']], (value) => set({ lang: value }));
    const cover = select(t('studio.cover'), [['water', t('studio.cover.water')], ['paper', t('studio.cover.paper')]], (value) => set({ cover: value }));
    this.#settings = { lang: language.field, cover: cover.field };
    root.append(
      el('fieldset', { class: 'names' }, el('legend', {}, t('studio.names')), el('div', { class: 'segments' }, labels),
        el('details', { class: 'names-more' }, el('summary', {}, t('studio.settings')), language.row, cover.row)),
      el('nav', { 'aria-label': t('studio.parts') }, this.#list));
  }

  /**
   * @param {object} now
   * @param {Draft} now.draft
   * @param {string} now.open Key of the open part.
   * @param {readonly Writer[]} now.writers
   * @param {Times} now.times
   */
  render({ draft, open, writers, times }) {
    for (const radio of this.#radios) radio.checked = radio.value === draft.names;
    this.#settings.lang.value = draft.lang || this.lang;
    this.#settings.cover.value = draft.cover;
    keyed(this.#list, partsOf(draft, this.t), {
      key: (part) => part.key,
      signature: (part) => JSON.stringify([part.title, this.#what(part, draft), this.#who(part, writers), part.section?.start, part.key === open]),
      make: (part) => this.#row(part, { draft, open, writers, times }),
    });
  }

  /**
   * @param {Part} part
   * @param {{draft: Draft, open: string, writers: readonly Writer[], times: Times}} now
   */
  #row(part, { draft, open, writers, times }) {
    const who = this.#who(part, writers);
    const isOpen = part.key === open;
    return el('li', {}, el('button', { type: 'button', class: 'part', 'aria-current': isOpen ? 'true' : null, data: { part: part.key }, on: { click: () => this.open(part.key) } },
      el('span', { class: 'part-head' }, el('bdi', { class: 'part-title' }, part.title),
        part.section && hasText(part.section) ? el('span', { class: 'part-time' }, times.time(part.section.start)) : null),
      el('span', { class: 'part-meta' }, this.#what(part, draft)),
      who.length > 0 ? el('span', { class: 'part-who' }, icon('pencil', 'tiny'), this.t('studio.there', { n: who.length, names: who.map(isolate).join(', ') })) : null));
  }

  /**
   * How far it is.
   *
   * @param {Part} part
   * @param {Draft} draft
   */
  #what({ place, section }, draft) {
    const { t } = this;
    const n = place ? this.#count(draft.texts[place]?.text ?? null) : 0;
    const beside = place && (draft.texts[place]?.beside.length ?? 0) > 0 ? ` · ${t('studio.beside')}` : '';
    const words = n > 0 ? t('studio.words', { n }) : t('studio.no-words');
    if (!section) return `${words}${beside}`;
    const posts = section.posts === 0 ? t('studio.no-posts') : section.chosen.length === 0 ? t('studio.none-of', { n: section.posts }) : t('studio.some-of', { k: section.chosen.length, n: section.posts });
    return `${posts}${n > 0 ? ` · ${words}` : ''}${beside}`;
  }

  /** Words of texts, by entry: to count them takes long. @type {Map<number, number>} */
  #counted = new Map();

  /** @param {Text | null} text */
  #count(text) {
    if (!text) return 0;
    const known = this.#counted.get(text.seq);
    if (known !== undefined) return known;
    const n = countWords(text.text, this.lang);
    this.#counted.set(text.seq, n);
    return n;
  }

  /**
   * @param {Part} part
   * @param {readonly Writer[]} writers
   */
  #who(part, writers) {
    return writers.filter((writer) => writer.place === (part.place || part.key)).map((writer) => writer.name || writer.initials);
  }
}

/**
 * @param {string} label
 * @param {readonly (readonly [string, string])[]} options
 * @param {(value: string) => void} change
 */
function select(label, options, change) {
  const field = el('select', { class: 'input' }, options.map(([value, words]) => el('option', { value }, words)));
  field.addEventListener('change', () => change(field.value));
  return { field, row: el('label', { class: 'names-field' }, el('span', {}, label), field) };
}
