/** @import {Answer, Lang, Translate} from '../types.js' */
/** @import {Timed} from '../lib/programme.js' */
/** @import {Fault, PollForm, Reveal} from './poll-form.js' */
/** @import {Known} from './polls.js' */
/** @import {Sheet} from './sheet.js' */
import { el } from '../lib/html.js';
import { icon } from '../lib/icon.js';
import { bodyOf, canBind, faults, formOf, hasOptions, isSame, KINDS, LANGS, REVEALS } from './poll-form.js';
import { PollOptions } from './poll-options.js';
import { PollPreview } from './poll-preview.js';

/** After so many seconds a poll closes by itself; 0: it does not. */
const SECONDS = [0, 30, 60, 120, 300, 600];
const QUIZ_SECONDS = [10, 15, 20, 30, 45, 60, 90];

/**
 * @typedef {object} Tools
 * @property {Translate} t
 * @property {Lang} lang
 * @property {Sheet} sheet
 * @property {ReadonlyArray<Timed>} sessions
 * @property {(id: string | null, body: object) => Promise<Answer<any>>} save
 * @property {(form: PollForm) => void} keep On this device, at every change.
 * @property {() => void} forget What was kept on this device.
 * @property {(id: string) => void} saved
 * @property {() => void} anew Open it again, with what the server has.
 */

/**
 * The editor of a draft. What is typed is kept on this device at once, and on the server when it is saved. It goes on where somebody
 * else started or dropped the draft meanwhile: then what was typed becomes a new one.
 */
export class PollEditor {
  #form;
  /** What the server has, as far as this page knew when it last agreed with it. @type {PollForm | null} */
  #base;
  /** null: the server has none. @type {string | null} */
  #id;
  #busy = false;
  #notice = el('div', { class: 'stack', role: 'status' });
  #fields;
  #options;
  #preview;
  #action = el('button', { class: 'button primary', type: 'submit', form: 'poll-form' });
  #told = '';

  /**
   * @param {Tools} tools
   * @param {PollForm} form
   * @param {Known | null} poll The draft that it changes; null: a new one.
   * @param {boolean} wasKept It was typed before, and not saved.
   */
  constructor(tools, form, poll, wasKept) {
    this.tools = tools;
    this.#form = form;
    this.#id = poll?.id ?? null;
    this.#base = poll && formOf(poll);
    this.wasKept = wasKept;
    const { t, lang } = tools;
    this.#options = new PollOptions(t, (changed) => this.#change(changed));
    this.#preview = new PollPreview(t, lang);
    this.#fields = this.#makeFields();
    this.#action.textContent = t('stage.poll.save');
  }

  /** @param {() => void} closed */
  open(closed) {
    const { t, sheet } = this.tools;
    const f = this.#fields;
    const form = el('form', { id: 'poll-form', class: 'poll-form', novalidate: true, autocomplete: 'off' },
      f.langs, f.kinds, f.title, this.#options.root, f.most, f.range, f.seconds, f.reveal, f.session, f.binding);
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#save();
    });
    sheet.open({ title: t(this.#id ? 'stage.poll.change' : 'stage.poll.new'), action: this.#action, parts: [this.#notice, form, this.#preview.root], closed });
    if (this.wasKept) this.#tellKept();
    this.#draw();
  }

  // --- fields ------------------------------------------------------------------------------------------------

  #makeFields() {
    const { t, sessions } = this.tools;
    const form = this.#form;
    const radio = (/** @type {string} */ name, /** @type {string} */ value, /** @type {boolean} */ on, /** @type {() => void} */ choose, /** @type {string} */ words, /** @type {string} */ what) => el('label', { class: 'option poll-choice' },
      el('input', { type: 'radio', name, value, checked: on, on: { change: choose } }), el('span', { class: 'option-name' }, words), el('span', { class: 'option-what' }, what));
    const langs = el('fieldset', { class: 'poll-langs' }, el('legend', { class: 'label' }, t('stage.poll.langs')),
      LANGS.map((lang) => el('label', { class: 'check' }, el('input', { type: 'checkbox', id: `poll-lang-${lang}`, checked: form.langs.includes(lang), on: { change: () => this.#turnLang(lang) } }), el('span', {}, t(`stage.poll.lang.${lang}`)))));
    const kinds = el('fieldset', {}, el('legend', { class: 'label' }, t('stage.poll.kind')), form.again ? el('p', { class: 'meta' }, t('stage.poll.locked'))
      : el('div', { class: 'kinds' }, KINDS.map((kind) => radio('poll-kind', kind, kind === form.kind, () => this.#change({ ...this.#form, kind }), t(`stage.poll.kind.${kind}`), t(`stage.poll.kind.${kind}-what`)))));
    const reveal = el('fieldset', {}, el('legend', { class: 'label' }, t('stage.poll.reveal')),
      el('div', { class: 'options' }, REVEALS.map((value) => radio('poll-reveal', value, value === form.reveal, () => this.#change({ ...this.#form, reveal: /** @type {Reveal} */ (value) }), t(`stage.poll.reveal.${value}`), t(`stage.poll.reveal.${value}-what`)))));
    const session = el('select', { class: 'input', id: 'poll-session', on: { change: (/** @type {Event} */ event) => this.#change({ ...this.#form, session: valueOf(event) || null }) } },
      el('option', { value: '' }, t('stage.poll.no-session')), sessions.map(({ id, title }) => el('option', { value: id, selected: id === form.session }, title)));
    const withSession = el('input', { type: 'checkbox', id: 'poll-with-session', checked: form.withSession, on: { change: () => this.#change({ ...this.#form, withSession: !this.#form.withSession }) } });
    const binding = el('input', { type: 'checkbox', id: 'poll-binding', checked: form.binding, on: { change: () => this.#change({ ...this.#form, binding: !this.#form.binding }) } });
    return {
      langs, kinds, reveal, title: el('fieldset', {}, el('legend', { class: 'label' }, t('stage.poll.title')), el('div', { class: 'both wide-both' })),
      most: this.#typed('poll-most', t('stage.poll.most'), form.most, (most) => ({ most })), range: el('div', { class: 'stack' }), seconds: el('div', { class: 'field' }),
      session: el('div', { class: 'stack', hidden: sessions.length === 0 }, el('div', { class: 'field' }, el('label', { for: 'poll-session' }, t('stage.poll.session')), session),
        el('label', { class: 'check' }, withSession, el('span', {}, t('stage.poll.with-session')))),
      binding: el('div', { class: 'stack poll-binding' }, el('label', { class: 'check' }, binding, el('span', {}, t('stage.poll.bind'))), el('p', { class: 'hint' }, t('stage.poll.bind-what'))),
    };
  }

  /**
   * A whole number, kept as it is typed.
   *
   * @param {string} id
   * @param {string} label
   * @param {string} value
   * @param {(typed: string) => Partial<PollForm>} put
   */
  #typed(id, label, value, put) {
    return el('div', { class: 'field poll-number' }, el('label', { for: id }, label),
      el('input', { class: 'input', id, inputmode: 'text', autocomplete: 'off', value, disabled: this.#form.again !== null, on: { input: (/** @type {Event} */ event) => this.#change({ ...this.#form, ...put(valueOf(event)) }) } }));
  }

  #drawTitle() {
    const { t } = this.tools;
    const { langs, title } = this.#form;
    const place = this.#fields.title.querySelector('.both');
    if (!(place instanceof HTMLElement) || place.dataset['langs'] === langs.join()) return;
    place.dataset['langs'] = langs.join();
    place.classList.toggle('alone', langs.length < 2);
    place.replaceChildren(...langs.map((lang) => this.#words(`poll-title-${lang}`, t('stage.poll.title-in', { lang: t(`stage.poll.lang.${lang}`) }), lang, title[lang], 2,
      (words) => ({ title: { ...this.#form.title, [lang]: words } }))));
  }

  /**
   * @param {string} id
   * @param {string} label
   * @param {Lang} lang
   * @param {string} value
   * @param {number} rows
   * @param {(words: string) => Partial<PollForm>} put
   */
  #words(id, label, lang, value, rows, put) {
    const mark = this.#form.langs.length > 1 ? el('span', { class: 'lang-mark', 'aria-hidden': 'true' }, lang) : null;
    const input = el('textarea', { class: 'input one-line', id, rows, lang, dir: 'auto', autocomplete: 'off', 'aria-label': label, on: { input: () => this.#change({ ...this.#form, ...put(input.value) }) } });
    input.value = value;
    return el('div', { class: 'poll-word' }, mark, input);
  }

  /** Between which numbers, and the words at the ends of a scale. */
  #drawRange() {
    const { t } = this.tools;
    const { kind, langs } = this.#form;
    const place = this.#fields.range;
    const drawn = kind === 'scale' || kind === 'number' ? `${kind} ${langs.join()}` : '';
    if (place.dataset['drawn'] === drawn) return;
    place.dataset['drawn'] = drawn;
    place.hidden = drawn === '';
    if (kind !== 'scale' && kind !== 'number') return place.replaceChildren();
    const range = this.#form[kind];
    const numbers = el('div', { class: 'both' }, this.#typed('poll-low', t('stage.poll.low'), range.low, (low) => ({ [kind]: { ...this.#form[kind], low } })),
      this.#typed('poll-high', t('stage.poll.high'), range.high, (high) => ({ [kind]: { ...this.#form[kind], high } })));
    place.replaceChildren(numbers, ...(kind === 'scale' ? [0, 1].map((at) => this.#end(at)) : []));
  }

  /** @param {number} at 0: the low end. */
  #end(at) {
    const { t } = this.tools;
    const { langs, ends } = this.#form;
    const name = t(at === 0 ? 'stage.poll.end-low' : 'stage.poll.end-high');
    return el('fieldset', {}, el('legend', { class: 'label' }, name), el('div', { class: langs.length > 1 ? 'both' : 'both alone' }, langs.map((lang) => this.#words(`poll-end-${at}-${lang}`, `${name}, ${t(`stage.poll.lang.${lang}`)}`, lang, ends[at]?.[lang] ?? '', 1, (words) => {
      const changed = this.#form.ends.map((end, n) => (n === at ? { ...end, [lang]: words } : end));
      return { ends: /** @type {PollForm['ends']} */ (/** @type {unknown} */ (changed)) };
    }))));
  }

  #drawSeconds() {
    const { t } = this.tools;
    const quiz = this.#form.kind === 'quiz';
    const place = this.#fields.seconds;
    if (place.dataset['quiz'] === String(quiz)) return;
    place.dataset['quiz'] = String(quiz);
    const now = quiz ? this.#form.quizSeconds : this.#form.seconds;
    const choices = [...new Set([...(quiz ? QUIZ_SECONDS : SECONDS), now])].sort((a, b) => a - b);
    const choose = (/** @type {Event} */ event) => this.#change({ ...this.#form, [quiz ? 'quizSeconds' : 'seconds']: Number(valueOf(event)) });
    place.replaceChildren(el('label', { for: 'poll-seconds' }, t(quiz ? 'stage.poll.quiz-time' : 'stage.poll.time')),
      el('select', { class: 'input', id: 'poll-seconds', on: { change: choose } }, choices.map((n) => el('option', { value: n, selected: n === now }, this.#time(n)))));
  }

  /** @param {number} seconds */
  #time(seconds) {
    const { t } = this.tools;
    if (seconds === 0) return t('stage.poll.no-time');
    return seconds % 60 === 0 ? t('stage.direction.minutes', { n: seconds / 60 }) : t('stage.direction.seconds', { n: seconds });
  }

  #draw() {
    const { kind, langs, session } = this.#form;
    const f = this.#fields;
    this.#drawTitle();
    this.#options.root.hidden = !hasOptions(kind);
    this.#options.render(this.#form);
    f.most.hidden = kind !== 'several';
    this.#drawRange();
    this.#drawSeconds();
    f.binding.hidden = !canBind(kind);
    for (const lang of LANGS) {
      const box = f.langs.querySelector(`#poll-lang-${lang}`);
      if (box instanceof HTMLInputElement) [box.checked, box.disabled] = [langs.includes(lang), langs.length === 1 && langs.includes(lang)];
    }
    const withSession = f.session.querySelector('#poll-with-session');
    if (withSession instanceof HTMLInputElement) withSession.disabled = session === null;
    this.#preview.render(this.#form);
  }

  // --- changing ----------------------------------------------------------------------------------------------

  /** @param {PollForm} form */
  #change(form) {
    this.#form = form;
    this.tools.keep(form);
    this.#draw();
  }

  /** @param {Lang} lang */
  #turnLang(lang) {
    const { langs } = this.#form;
    const next = LANGS.filter((each) => (each === lang ? !langs.includes(lang) : langs.includes(each)));
    if (next.length > 0) this.#change({ ...this.#form, langs: next });
  }

  async #save() {
    if (this.#busy) return;
    const wrong = faults(this.#form);
    this.#showFaults(wrong);
    if (wrong.length > 0) return;
    this.#busy = true;
    this.#action.setAttribute('aria-disabled', 'true');
    const sent = this.#form;
    const answer = await this.tools.save(this.#id, bodyOf(sent));
    this.#busy = false;
    this.#action.removeAttribute('aria-disabled');
    if (!answer.ok) return;
    this.tools.forget();
    this.tools.saved(this.#id ?? String(answer.data?.id ?? ''));
  }

  /** @param {Fault[]} wrong */
  #showFaults(wrong) {
    const { t } = this.tools;
    const root = this.#fields.title.form;
    for (const old of root?.querySelectorAll('.poll-error') ?? []) old.remove();
    for (const old of root?.querySelectorAll('[aria-invalid]') ?? []) old.removeAttribute('aria-invalid');
    wrong.forEach(({ field, code, n = 0 }, at) => {
      const input = root?.querySelector(`#${field}`);
      if (!(input instanceof HTMLElement)) return;
      const id = `poll-error-${at}`;
      input.setAttribute('aria-invalid', 'true');
      input.setAttribute('aria-describedby', id);
      input.closest('.poll-word, .field, fieldset')?.append(el('p', { class: 'error poll-error', id, role: at === 0 ? 'alert' : null }, t(`stage.poll.fault.${code}`, { n })));
      if (at === 0) input.focus();
    });
  }

  // --- what happens elsewhere --------------------------------------------------------------------------------

  #tellKept() {
    const { t } = this.tools;
    this.#tell('kept', t(this.#base ? 'stage.poll.was-typed' : 'stage.poll.was-typed-new'), this.#takeButton(t(this.#base ? 'stage.poll.take-kept' : 'stage.poll.anew')));
  }

  /** @param {string} words */
  #takeButton(words) {
    const take = () => {
      this.tools.forget();
      this.tools.anew();
    };
    return el('button', { class: 'button', type: 'button', data: { act: 'anew' }, on: { click: take } }, words);
  }

  /**
   * What became of the draft meanwhile.
   *
   * @param {ReadonlyArray<Known>} polls
   */
  render(polls) {
    if (this.#id === null || this.#base === null || this.#busy) return;
    const now = polls.find(({ id }) => id === this.#id);
    if (!now || now.standing !== 'draft') {
      this.#tell(now ? 'opened' : 'dropped', this.tools.t(now ? 'stage.poll.was-started' : 'stage.poll.was-dropped'));
      this.#id = null;
      return;
    }
    const there = formOf(now);
    if (isSame(there, this.#base)) return;
    this.#base = there;
    this.#tell('changed', this.tools.t('stage.poll.was-changed'), this.#takeButton(this.tools.t('stage.poll.take-theirs')));
  }

  /**
   * @param {string} what
   * @param {string} words
   * @param {HTMLElement} [button]
   */
  #tell(what, words, button) {
    if (this.#told === what && what !== 'changed') return;
    this.#told = what;
    this.#notice.replaceChildren(el('div', { class: 'banner card warn' }, icon('info'), el('div', { class: 'notice' }, el('p', {}, words), button ?? null)));
  }
}

/** @param {Event} event */
function valueOf(event) {
  const { target } = event;
  return target instanceof HTMLInputElement || target instanceof HTMLSelectElement ? target.value : '';
}
