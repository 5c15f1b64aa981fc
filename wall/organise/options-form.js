/** @import {Translate} from '../types.js' */
import { el } from '../lib/html.js';
import { asWords, filled, same } from './options.js';

/**
 * @typedef {{nl: string, en: string}} Text
 *
 * @typedef {object} Option As the manifest of a network has it.
 * @property {string} name
 * @property {'words' | 'secrets' | 'seconds' | 'moment'} type
 * @property {Text} label
 * @property {Text} help
 * @property {boolean} required
 * @property {number | string | string[] | null} default
 * @property {number | null} least
 * @property {number | null} most
 * @property {string} of Of secrets: the option whose words may have one each.
 *
 * @typedef {{id: string, name: string, summary: Text, options: Option[]}} Network
 * @typedef {{option: Option, control: HTMLInputElement, label: string}} Field
 */

const KINDS = { words: 'text', seconds: 'number', moment: 'datetime-local', secrets: 'password' };

/** What a network wants to know, as a form. What may stay empty is folded away. */
export class OptionsForm {
  /** @type {Map<string, Field>} */
  #fields = new Map();
  /** By option, and then by word. @type {Map<string, Map<string, HTMLInputElement>>} */
  #secrets = new Map();

  /**
   * @param {Network} network
   * @param {{t: Translate, lang: string, hashtags: ReadonlyArray<string>}} parts `hashtags`: of the symposium, to begin with.
   */
  constructor(network, { t, lang, hashtags }) {
    this.t = t;
    /** @type {'nl' | 'en'} */
    this.lang = lang === 'nl' ? 'nl' : 'en';
    const draw = (/** @type {Option} */ option) => (option.type === 'secrets' ? this.#secretsOf(option) : this.#field(option, hashtags));
    const needed = network.options.filter((option) => option.required).map(draw);
    const others = network.options.filter((option) => !option.required).map(draw);
    this.root = el('div', { class: 'stack' }, el('p', { class: 'hint' }, network.summary[this.lang]), needed,
      others.length > 0 ? el('details', {}, el('summary', {}, t('organise.sources.more')), el('div', { class: 'stack' }, others)) : null);
  }

  focus() {
    [...this.#fields.values()][0]?.control.focus();
  }

  /** The first that must be filled in and is not. @returns {Field | undefined} */
  missing() {
    return [...this.#fields.values()].find(({ option, control }) => option.required && !filled(option.type, control.value));
  }

  /**
   * The field that a refusal speaks of, in sight.
   *
   * @param {string} path For example `$.options.servers`.
   * @returns {Field | undefined}
   */
  named(path) {
    const field = this.#fields.get(path.replace('$.options.', ''));
    const details = field?.control.closest('details');
    if (details) details.open = true;
    return field;
  }

  /** What to send; without what is empty. */
  read() {
    /** @type {Record<string, unknown>} */
    const options = {};
    for (const [name, { option, control }] of this.#fields) {
      if (!filled(option.type, control.value)) continue;
      if (option.type === 'words') options[name] = asWords(control.value);
      else options[name] = option.type === 'seconds' ? Number(control.value) : new Date(control.value).toISOString();
    }
    for (const [name, secrets] of this.#secrets) {
      const given = [...secrets].map(([word, control]) => [word, control.value.trim()]).filter(([, secret]) => secret);
      if (given.length > 0) options[name] = Object.fromEntries(given);
    }
    return options;
  }

  /**
   * @param {Option} option
   * @param {ReadonlyArray<string>} hashtags
   */
  #field(option, hashtags) {
    const label = option.label[this.lang];
    const begin = option.name === 'tags' ? hashtags.map((tag) => `#${tag}`).join(' ') : String(option.default ?? '');
    const control = input(`source-${option.name}`, { type: KINDS[option.type], value: begin });
    if (option.type === 'seconds' && option.least !== null) control.min = String(option.least);
    if (option.type === 'seconds' && option.most !== null) control.max = String(option.most);
    this.#fields.set(option.name, { option, control, label });
    return field(control, label, option.help[this.lang]);
  }

  /**
   * A field for each word of another option, as they are typed.
   *
   * @param {Option} option
   */
  #secretsOf(option) {
    const place = el('div', { class: 'stack' });
    const of = this.#fields.get(option.of)?.control;
    const draw = () => this.#drawSecrets(option, place, asWords(of?.value ?? ''));
    of?.addEventListener('change', draw);
    draw();
    return place;
  }

  /**
   * @param {Option} option
   * @param {HTMLElement} place
   * @param {string[]} words
   */
  #drawSecrets(option, place, words) {
    const before = this.#secrets.get(option.name) ?? new Map();
    if (same([...before.keys()], words)) return;
    const label = option.label[this.lang];
    /** @type {Map<string, HTMLInputElement>} */
    const now = new Map();
    const rows = words.map((word, at) => {
      const control = input(`source-${option.name}-${at}`, { type: 'password', value: before.get(word)?.value ?? '' });
      now.set(word, control);
      return field(control, this.t('organise.sources.secret', { what: label, word }), option.help[this.lang]);
    });
    this.#secrets.set(option.name, now);
    place.replaceChildren(...rows);
  }
}

/**
 * @param {string} id
 * @param {Record<string, string>} attributes
 */
function input(id, attributes) {
  return el('input', { class: 'input', id, autocomplete: 'off', autocapitalize: 'none', spellcheck: 'false', 'aria-describedby': `${id}-hint source-error`, ...attributes });
}

/**
 * @param {HTMLInputElement} control
 * @param {string} label
 * @param {string} help
 */
function field(control, label, help) {
  return el('div', { class: 'field' }, el('label', { for: control.id }, label), control, el('p', { class: 'hint', id: `${control.id}-hint` }, help));
}
