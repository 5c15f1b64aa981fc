/** @import {Lang, Translate} from '../types.js' */
/** @import {PollForm} from './poll-form.js' */
import { el } from '../lib/html.js';
import { icon } from '../lib/icon.js';
import { mostOptions, movedOption, withOption, withoutOption } from './poll-form.js';

/**
 * The options of a poll, in each of its languages: write, move, take away. Rows are made anew only when there are others; typing keeps
 * its place.
 */
export class PollOptions {
  root = el('fieldset', { class: 'stack' });
  #legend = el('legend', { class: 'label' });
  #list = el('ol', { role: 'list', class: 'poll-options' });
  #add;
  #drawn = '';
  /** @type {PollForm | null} */
  #form = null;

  /**
   * @param {Translate} t
   * @param {(form: PollForm) => void} change
   */
  constructor(t, change) {
    this.t = t;
    this.change = change;
    this.#add = el('button', { class: 'button tint', type: 'button', data: { act: 'add-option' }, on: { click: () => this.#append() } }, icon('plus', 'small'), el('span'));
    this.root.append(this.#legend, this.#list, this.#add);
  }

  /** @param {PollForm} form */
  render(form) {
    const { t } = this;
    this.#form = form;
    const name = form.kind === 'statements' ? 'statement' : 'option';
    this.#legend.textContent = t(`stage.poll.${name}s`);
    const locked = form.again !== null;
    this.#add.hidden = locked || form.options.length >= mostOptions(form.kind);
    const add = this.#add.querySelector('span');
    if (add) add.textContent = t(`stage.poll.add-${name}`);
    const drawn = `${name} ${form.options.length} ${form.langs.join()} ${form.kind === 'quiz'} ${locked}`;
    if (drawn !== this.#drawn) {
      this.#drawn = drawn;
      this.#list.replaceChildren(...form.options.map((_, at) => this.#row(form, at, name, locked)));
    }
    this.#fill(form);
  }

  /**
   * @param {PollForm} form
   * @param {number} at
   * @param {'option' | 'statement'} name
   * @param {boolean} locked
   */
  #row(form, at, name, locked) {
    const { t } = this;
    const last = form.options.length - 1;
    const inputs = form.langs.map((lang) => el('div', { class: 'poll-word' }, form.langs.length > 1 ? el('span', { class: 'lang-mark', 'aria-hidden': 'true' }, lang) : null, this.#input(at, lang, name)));
    const right = form.kind === 'quiz' ? el('label', { class: 'check poll-right' }, el('input', { type: 'radio', name: 'poll-right', id: `poll-right-${at}`, value: at, on: { change: () => this.#choose(at) } }), el('span', {}, t('stage.poll.is-right'))) : null;
    const tool = (/** @type {string} */ act, /** @type {string} */ sign, /** @type {boolean} */ off, /** @type {() => void} */ press) => el('button', {
      class: 'button quiet plain', type: 'button', data: { act }, 'aria-label': t(`stage.poll.${act}`, { n: at + 1 }), 'aria-disabled': off ? 'true' : null, on: { click: () => !off && press() },
    }, icon(sign, 'small'));
    const tools = el('div', { class: 'poll-option-tools' }, right, el('span', { class: 'grow' }),
      tool('option-up', 'up', at === 0, () => this.#move(at, -1)), tool('option-down', 'down', at === last, () => this.#move(at, 1)),
      locked ? null : tool('option-drop', 'close', last === 0, () => this.#drop(at)));
    return el('li', {}, el('span', { class: 'order-n', 'aria-hidden': 'true' }, at + 1), el('div', { class: form.langs.length > 1 ? 'both' : 'both alone' }, inputs), tools);
  }

  /**
   * @param {number} at
   * @param {Lang} lang
   * @param {'option' | 'statement'} name
   */
  #input(at, lang, name) {
    const input = el('textarea', {
      class: 'input one-line', rows: 1, id: `poll-option-${at}-${lang}`, lang, dir: 'auto', autocomplete: 'off',
      'aria-label': this.t(`stage.poll.${name}-in`, { n: at + 1, lang: this.t(`stage.poll.lang.${lang}`) }), 'aria-describedby': 'poll-faults',
    });
    input.addEventListener('input', () => this.#typed(at, lang, input.value));
    input.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' || event.isComposing) return;
      event.preventDefault();
      this.#next(at, lang);
    });
    return input;
  }

  /** @param {PollForm} form */
  #fill(form) {
    form.options.forEach((option, at) => {
      for (const lang of form.langs) {
        const input = this.#find(`poll-option-${at}-${lang}`);
        if (input instanceof HTMLTextAreaElement && input.value !== option[lang]) input.value = option[lang];
      }
      const right = this.#find(`poll-right-${at}`);
      if (right instanceof HTMLInputElement) right.checked = form.right === at;
    });
  }

  /** @param {string} id */
  #find(id) {
    return this.#list.querySelector(`#${id}`);
  }

  // --- acting ------------------------------------------------------------------------------------------------

  /**
   * @param {number} at
   * @param {Lang} lang
   * @param {string} words
   */
  #typed(at, lang, words) {
    if (this.#form) this.change({ ...this.#form, options: this.#form.options.map((option, n) => (n === at ? { ...option, [lang]: words } : option)) });
  }

  /** @param {number} at */
  #choose(at) {
    if (this.#form) this.change({ ...this.#form, right: at });
  }

  #append() {
    if (!this.#form) return;
    const at = this.#form.options.length;
    this.change(withOption(this.#form));
    this.#focus(`poll-option-${at}-${this.#form.langs[0]}`);
  }

  /**
   * Enter goes to the same language of the next option, which it makes where there is none.
   *
   * @param {number} at
   * @param {Lang} lang
   */
  #next(at, lang) {
    const form = this.#form;
    if (!form) return;
    if (at + 1 >= form.options.length && form.again === null && form.options[at]?.[lang].trim()) this.change(withOption(form));
    this.#focus(`poll-option-${at + 1}-${lang}`);
  }

  /**
   * @param {number} at
   * @param {-1 | 1} by
   */
  #move(at, by) {
    if (!this.#form) return;
    this.change(movedOption(this.#form, at, by));
    const act = by < 0 ? 'option-up' : 'option-down';
    /** @type {HTMLElement | null | undefined} */ (this.#list.children[at + by]?.querySelector(`[data-act="${act}"]`))?.focus();
  }

  /** @param {number} at */
  #drop(at) {
    if (!this.#form) return;
    this.change(withoutOption(this.#form, at));
    this.#focus(`poll-option-${Math.min(at, (this.#form?.options.length ?? 1) - 1)}-${this.#form?.langs[0]}`);
  }

  /** @param {string} id */
  #focus(id) {
    /** @type {HTMLElement | null} */ (this.#find(id))?.focus();
  }
}
