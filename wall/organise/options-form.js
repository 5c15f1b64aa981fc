/** @import {Translate} from '../types.js' */
import { el } from '../lib/html.js';
import { asLocal, asTags, asWords, same, standsWith } from './options.js';

/**
 * @typedef {{nl: string, en: string}} Text
 *
 * @typedef {object} Option As the manifest of a network has it.
 * @property {string} name
 * @property {'words' | 'text' | 'secret' | 'secrets' | 'seconds' | 'moment' | 'choice' | 'switch' | 'agreement'} type
 * @property {Text} label
 * @property {Text} help
 * @property {boolean} required
 * @property {boolean | number | string | string[] | null} default
 * @property {number | null} least
 * @property {number | null} most
 * @property {boolean} place Of text: it may say to which server a secret goes.
 * @property {string} of Of secrets: the option whose words may have one each.
 * @property {Readonly<Record<string, ReadonlyArray<string>>>} only It stands on the form only while each of these choices has one of these values.
 * @property {{value: string, label: Text, facts: Partial<Facts>}[]} choices Of choice; `facts`: what is otherwise once it is taken.
 *
 * @typedef {object} Facts
 * @property {boolean} live
 * @property {'live' | 'recheck' | 'none'} deletes
 * @property {string} thirdCountry
 * @property {Text} cost
 * @property {Text} needs
 * @property {boolean} push
 *
 * @typedef {{id: string, name: string, summary: Text, facts: Facts, options: Option[]}} Network
 *
 * @typedef {object} Field
 * @property {Option} option
 * @property {string} label
 * @property {HTMLElement} root
 * @property {HTMLElement} control That gets the focus.
 * @property {() => unknown} value What to send; undefined: nothing was filled in.
 * @property {boolean} missing Whether nothing may not be.
 */

/** The secret that the server makes, of a network that comes to us. */
export const MADE = 'secret';

/** More than this and a list that opens is easier to look through. */
const MOST_RADIOS = 4;

/** What a network wants to know, as a form. What may well stay as it is, is folded away. */
export class OptionsForm {
  /** @type {Map<string, Field>} */
  #fields = new Map();
  /** That is wrong, and says so first of all. @type {Element | null} */
  #marked = null;

  /**
   * @param {Network} network
   * @param {object} parts
   * @param {Translate} parts.t
   * @param {string} parts.lang
   * @param {ReadonlyArray<string>} parts.hashtags Of the symposium, to begin with.
   * @param {Readonly<Record<string, unknown>> | null} [parts.before] What it is set to; of secrets which there are.
   */
  constructor(network, { t, lang, hashtags, before = null }) {
    this.network = network;
    this.t = t;
    /** @type {'nl' | 'en'} */
    this.lang = lang === 'nl' ? 'nl' : 'en';
    this.hashtags = hashtags;
    this.before = before;
    const folded = network.options.find((option) => !needed(option) && option.type !== 'choice' && option.type !== 'secret');
    const until = folded ? network.options.indexOf(folded) : network.options.length;
    const comesFirst = (/** @type {Option} */ option, /** @type {number} */ at) => needed(option) || at < until;
    const first = network.options.filter(comesFirst).map((option) => this.#draw(option));
    const others = network.options.filter((option, at) => !comesFirst(option, at)).map((option) => this.#draw(option));
    this.root = el('div', { class: 'stack-wide' }, first,
      others.length > 0 ? el('details', {}, el('summary', {}, t('organise.sources.more')), el('div', { class: 'stack-wide' }, others)) : null);
    this.root.addEventListener('change', () => this.#hideOthers());
    this.#hideOthers();
  }

  /** What means nothing with what is chosen now, is not there. */
  #hideOthers() {
    const chosen = this.chosen();
    for (const { option, root } of this.#fields.values()) root.hidden = !standsWith(option.only, chosen);
  }

  /** The title above stays in sight: who chose scrolls there. */
  focus() {
    [...this.#fields.values()][0]?.control.focus({ preventScroll: true });
  }

  /** The first that must be filled in and is not. @returns {Field | undefined} */
  missing() {
    return [...this.#fields.values()].find((field) => field.missing && !field.root.hidden && field.value() === undefined);
  }

  /**
   * The field that a refusal speaks of.
   *
   * @param {string} path For example `$.options.servers`.
   * @returns {Field | undefined}
   */
  named(path) {
    return this.#fields.get(path.replace(/^\$\.(options\.)?/, ''));
  }

  /**
   * What is wrong stands at its field, in sight, and the focus goes there.
   *
   * @param {Field} field
   * @param {HTMLElement} error
   */
  mark(field, error) {
    this.unmark();
    field.root.closest('details')?.setAttribute('open', '');
    field.root.append(error);
    const control = field.control.matches('input, select, textarea') ? field.control : field.control.querySelector('input');
    control?.setAttribute('aria-invalid', 'true');
    control?.setAttribute('aria-describedby', `${error.id} ${control.getAttribute('aria-describedby') ?? ''}`.trim());
    this.#marked = control;
    control?.focus();
  }

  unmark() {
    const described = this.#marked?.getAttribute('aria-describedby') ?? '';
    this.#marked?.setAttribute('aria-describedby', described.replace(/^\S+ ?/, ''));
    this.#marked?.removeAttribute('aria-invalid');
    this.#marked = null;
  }

  /** A server wants a secret, and the fields for those may be folded away. */
  showSecrets() {
    this.root.querySelector('details:has([type="password"])')?.setAttribute('open', '');
  }

  /** What is chosen now, by name. @returns {Record<string, unknown>} */
  chosen() {
    const choices = this.network.options.filter(({ type }) => type === 'choice');
    return Object.fromEntries(choices.map(({ name }) => [name, this.#fields.get(name)?.value()]));
  }

  /** What to send; without what is empty. */
  read() {
    const all = [...this.#fields].map(([name, field]) => [name, field.root.hidden ? undefined : field.value()]);
    return Object.fromEntries(all.filter(([, value]) => value !== undefined));
  }

  /** @param {Option} option */
  #draw(option) {
    const field = this.#field(option);
    this.#fields.set(option.name, field);
    return field.root;
  }

  /** @param {Option} option @returns {Field} */
  #field(option) {
    switch (option.type) {
      case 'words':
        return option.name === 'tags' ? this.#tags(option) : this.#words(option);
      case 'secret':
        return this.#secret(option);
      case 'secrets':
        return this.#secrets(option);
      case 'choice':
        return option.choices.length > MOST_RADIOS ? this.#list(option) : this.#radios(option);
      case 'switch':
      case 'agreement':
        return this.#tick(option);
      case 'text':
      case 'seconds':
      case 'moment':
        return this.#line(option);
    }
  }

  /** What it is set to, or begins with. @param {Option} option */
  #begin({ name, default: usual }) {
    return this.before?.[name] ?? usual;
  }

  // --- one control -------------------------------------------------------------------------------------------

  /** @param {Option} option */
  #tags(option) {
    const begin = this.before ? this.before[option.name] : this.hashtags;
    const control = el('input', { ...this.#common(option), type: 'text', value: list(begin).map((tag) => `#${tag}`).join(' ') });
    return this.#labelled(option, control, () => some(asTags(control.value)));
  }

  /** @param {Option} option */
  #words(option) {
    const words = list(this.#begin(option));
    const control = el('textarea', { ...this.#common(option), class: 'input words', rows: Math.max(2, words.length) }, words.join('\n'));
    return this.#labelled(option, control, () => some(asWords(control.value)));
  }

  /** @param {Option} option */
  #line(option) {
    const kind = { text: 'text', seconds: 'number', moment: 'datetime-local' }[/** @type {'text' | 'seconds' | 'moment'} */ (option.type)];
    const begin = this.#begin(option);
    const value = option.type === 'moment' ? asLocal(begin) : String(begin ?? '');
    const bounds = option.type === 'seconds' ? { min: option.least, max: option.most } : {};
    const control = el('input', { ...this.#common(option), type: kind, value, ...bounds });
    return this.#labelled(option, control, () => {
      if (!control.value.trim()) return undefined;
      if (option.type === 'moment') return new Date(control.value).toISOString();
      return option.type === 'seconds' ? Number(control.value) : control.value.trim();
    });
  }

  /** @param {Option} option */
  #list(option) {
    const begin = String(this.#begin(option) ?? '');
    const empty = begin ? null : el('option', { value: '' }, this.t('organise.sources.choose-one'));
    const control = el('select', this.#common(option), empty,
      option.choices.map(({ value, label }) => el('option', { value, selected: value === begin }, label[this.lang])));
    return this.#labelled(option, control, () => control.value || undefined);
  }

  /** @param {Option} option @returns {Field} */
  #radios(option) {
    const id = `source-${option.name}`;
    const begin = this.#begin(option);
    const radios = option.choices.map(({ value }) => el('input', { type: 'radio', name: id, value, checked: value === begin }));
    const rows = option.choices.map(({ label }, at) => el('label', { class: 'check' }, radios[at], el('span', {}, label[this.lang])));
    const root = el('fieldset', { class: 'field', 'aria-describedby': `${id}-hint` }, el('legend', { class: 'label' }, option.label[this.lang]), rows, this.#hint(option));
    return { option, label: option.label[this.lang], root, control: radios.find((radio) => radio.checked) ?? radios[0] ?? root, missing: option.required, value: () => radios.find((radio) => radio.checked)?.value };
  }

  /** @param {Option} option @returns {Field} */
  #tick(option) {
    const { class: _, ...common } = this.#common(option);
    const control = el('input', { ...common, type: 'checkbox', checked: this.#begin(option) === true });
    const agrees = option.type === 'agreement';
    const root = el('div', { class: 'field' }, el('label', { class: 'check' }, control, el('span', {}, option.label[this.lang])), this.#hint(option));
    return { option, label: option.label[this.lang], root, control, missing: agrees, value: () => (agrees ? control.checked || undefined : control.checked) };
  }

  // --- secrets -----------------------------------------------------------------------------------------------

  /** @param {Option} option */
  #secret(option) {
    const kept = this.before?.[option.name] === true;
    const made = this.network.facts.push && option.name === MADE;
    const control = this.#password(`source-${option.name}`);
    const label = option.label[this.lang];
    const away = made ? this.t('organise.sources.secret-anew') : this.t('organise.sources.secret-forget', { what: label });
    const forget = kept && (made || !option.required) ? this.#forget(`source-${option.name}`, away) : null;
    const hint = kept && made ? this.#kept(`source-${option.name}-hint`) : undefined; // else it says what happens without one
    const field = this.#labelled(option, control, () => control.value.trim() || (forget?.control.checked ? '' : undefined), hint);
    if (kept && !made) this.#sayKept(field.root, control);
    if (forget) field.root.append(forget.root);
    return { ...field, missing: option.required && !kept };
  }

  /**
   * A field for each word of another option, as they are typed.
   *
   * @param {Option} option
   * @returns {Field}
   */
  #secrets(option) {
    const root = el('div', { class: 'stack-wide' });
    const kept = list(this.before?.[option.name]);
    /** @type {Map<string, {control: HTMLInputElement, forget: HTMLInputElement | null}>} */
    let rows = new Map();
    const of = this.#fields.get(option.of)?.control;
    const words = () => (of instanceof HTMLTextAreaElement || of instanceof HTMLInputElement ? asWords(of.value) : []);
    const draw = () => {
      if (same([...rows.keys()], words())) return;
      const before = rows;
      const made = words().map((word, at) => this.#secretOf(option, word, at, { kept: kept.includes(word), typed: before.get(word)?.control.value ?? '' }));
      rows = new Map(made.map(({ word, ...row }) => [word, row]));
      root.replaceChildren(...made.map((row) => row.root));
    };
    of?.addEventListener('change', draw);
    draw();
    const value = () => {
      const given = [...rows].map(([word, { control, forget }]) => [word, control.value.trim() || (forget?.checked ? '' : undefined)]);
      const told = given.filter(([, secret]) => secret !== undefined);
      return told.length > 0 ? Object.fromEntries(told) : undefined;
    };
    return { option, label: option.label[this.lang], root, control: root, missing: false, value };
  }

  /**
   * @param {Option} option
   * @param {string} word
   * @param {number} at
   * @param {{kept: boolean, typed: string}} before
   */
  #secretOf(option, word, at, { kept, typed }) {
    const id = `source-${option.name}-${at}`;
    const label = this.t('organise.sources.secret', { what: option.label[this.lang], word });
    const control = this.#password(id, typed);
    const forget = kept ? this.#forget(id, this.t('organise.sources.secret-forget', { what: label })) : null;
    const root = el('div', { class: 'field' }, el('label', { for: id }, label), control, el('p', { class: 'hint', id: `${id}-hint` }, option.help[this.lang]));
    if (kept) this.#sayKept(root, control);
    if (forget) root.append(forget.root);
    return { word, root, control, forget: forget?.control ?? null };
  }

  /**
   * @param {string} id
   * @param {string} [typed]
   */
  #password(id, typed = '') {
    return el('input', { class: 'input', id, type: 'password', autocomplete: 'new-password', spellcheck: 'false', 'aria-describedby': `${id}-hint`, value: typed });
  }

  /**
   * @param {HTMLElement} root
   * @param {HTMLElement} control
   */
  #sayKept(root, control) {
    const said = this.#kept(`${control.id}-kept`);
    control.setAttribute('aria-describedby', `${said.id} ${control.getAttribute('aria-describedby')}`);
    root.querySelector('label')?.after(said);
  }

  /** @param {string} id */
  #kept(id) {
    return el('p', { class: 'hint kept', id }, this.t('organise.sources.secret-kept'));
  }

  /**
   * @param {string} id
   * @param {string} words
   */
  #forget(id, words) {
    const control = el('input', { type: 'checkbox', id: `${id}-forget` });
    return { control, root: el('label', { class: 'check' }, control, el('span', {}, words)) };
  }

  // --- parts -------------------------------------------------------------------------------------------------

  /** @param {Option} option */
  #common(option) {
    const id = `source-${option.name}`;
    return { class: 'input', id, autocomplete: 'off', autocapitalize: 'none', spellcheck: 'false', 'aria-required': option.required || option.type === 'agreement' ? 'true' : null, 'aria-describedby': `${id}-hint` };
  }

  /** @param {Option} option */
  #hint(option) {
    const between = option.name === 'tags' ? 'spaces' : 'lines';
    const more = option.type === 'words' && option.most !== 1 ? ` ${this.t(`organise.sources.more-than-one.${between}`)}` : '';
    return el('p', { class: 'hint', id: `source-${option.name}-hint` }, option.help[this.lang], more);
  }

  /**
   * @param {Option} option
   * @param {HTMLElement} control
   * @param {() => unknown} value
   * @param {HTMLElement} [hint]
   * @returns {Field}
   */
  #labelled(option, control, value, hint = this.#hint(option)) {
    const label = option.label[this.lang];
    return { option, label, root: el('div', { class: 'field' }, el('label', { for: control.id }, label), control, hint), control, value, missing: option.required };
  }
}

/** @param {Option} option */
function needed({ name, type, required }) {
  return required || type === 'agreement' || name === 'tags';
}

/** @param {unknown} value @returns {string[]} */
function list(value) {
  return Array.isArray(value) ? value.map(String) : [];
}

/** @param {string[]} words */
function some(words) {
  return words.length > 0 ? words : undefined;
}
