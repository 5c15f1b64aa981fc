/** @import {Lang, Translate} from '../types.js' */
/** @import {PollForm} from './poll-form.js' */
import { el } from '../lib/html.js';
import { beginning } from './scenes.js';
import { bodyOf, hasOptions } from './poll-form.js';
import { inLang } from './polls.js';

/** No more points of a scale fit beside each other. */
const MOST_POINTS = 11;
const EXCERPT = 60;

/** How a phone and the wall will show a poll: its words, without their looks. A picture, so nothing in it can be pressed. */
export class PollPreview {
  root;
  #langs = el('div', { class: 'row preview-langs', role: 'group' });
  #phone = el('div', { class: 'preview-phone' });
  #wall = el('div', { class: 'preview-wall' });
  /** @type {Lang} */
  #lang;
  /** @type {PollForm | null} */
  #form = null;

  /**
   * @param {Translate} t
   * @param {Lang} lang Of the page.
   */
  constructor(t, lang) {
    this.t = t;
    this.#lang = lang;
    this.#langs.setAttribute('aria-label', t('stage.poll.langs'));
    this.root = el('section', { class: 'preview stack', 'aria-labelledby': 'preview-title' }, el('div', { class: 'row between' }, el('h3', { id: 'preview-title' }, t('stage.poll.preview')), this.#langs),
      el('div', { class: 'preview-both' }, el('figure', {}, this.#phone, el('figcaption', { class: 'meta' }, t('stage.poll.on-phone'))),
        el('figure', {}, this.#wall, el('figcaption', { class: 'meta' }, t('stage.poll.on-wall')))));
  }

  /** @param {PollForm} form */
  render(form) {
    this.#form = form;
    const lang = form.langs.includes(this.#lang) ? this.#lang : (form.langs[0] ?? 'nl');
    this.#drawLangs(form.langs, lang);
    const body = bodyOf(form);
    const title = el('p', { class: 'preview-title', lang, dir: 'auto' }, inLang(body.title, lang).text || this.t('stage.poll.no-title'));
    const kind = el('p', { class: 'preview-note' }, this.t(body.binding ? 'stage.poll.binding-note' : 'stage.poll.indicative-note'));
    this.#phone.replaceChildren(title, ...this.#answers(form, lang), kind);
    this.#wall.replaceChildren(title.cloneNode(true), ...this.#bars(form, lang), el('p', { class: 'preview-note' }, this.t('stage.poll.people-0')));
  }

  /**
   * @param {ReadonlyArray<Lang>} langs
   * @param {Lang} lang
   */
  #drawLangs(langs, lang) {
    this.#langs.hidden = langs.length < 2;
    const drawn = `${langs.join()} ${lang}`;
    if (this.#langs.dataset['drawn'] === drawn) return;
    this.#langs.dataset['drawn'] = drawn;
    const had = this.#langs.contains(document.activeElement);
    this.#langs.replaceChildren(...langs.map((each) => el('button', { class: 'chip', type: 'button', 'aria-pressed': String(each === lang), on: { click: () => this.#turn(each) } }, this.t(`stage.poll.lang.${each}`))));
    if (had) /** @type {HTMLElement | null} */ (this.#langs.querySelector('[aria-pressed="true"]'))?.focus();
  }

  /** @param {Lang} lang */
  #turn(lang) {
    this.#lang = lang;
    if (this.#form) this.render(this.#form);
  }

  /**
   * @param {PollForm} form
   * @param {Lang} lang
   * @returns {HTMLElement[]}
   */
  #answers(form, lang) {
    const { t } = this;
    const { kind, options, most, low, high, ends, seconds } = bodyOf(form);
    const hint = (/** @type {string} */ words) => el('p', { class: 'preview-note' }, words);
    const line = (/** @type {string} */ words) => el('p', { class: 'preview-answer', lang, dir: 'auto' }, words);
    const lines = hasOptions(kind) ? options.map((option, at) => line(kind === 'ranking' ? `${at + 1}. ${inLang(option, lang).text}` : inLang(option, lang).text)) : [];
    switch (kind) {
      case 'single':
        return lines;
      case 'quiz':
        return [hint(t('stage.poll.preview-quiz', { n: seconds })), ...lines];
      case 'several':
        return [hint(t('stage.poll.preview-several', { n: most })), ...lines];
      case 'ranking':
        return [hint(t('stage.poll.preview-ranking')), ...lines];
      case 'statements':
        return [...lines.slice(0, 1), el('div', { class: 'preview-points' }, ['agree', 'disagree', 'pass'].map((each) => line(t(`stage.poll.${each}`)))), hint(t('stage.poll.preview-statements', { n: options.length }))];
      case 'scale': {
        const points = Math.min(MOST_POINTS, Math.max(0, high - low + 1));
        return [el('div', { class: 'preview-points' }, Array.from({ length: points }, (_, at) => line(String(low + at)))),
          el('p', { class: 'preview-note preview-ends', lang }, el('span', {}, inLang(ends[0], lang).text), el('span', {}, inLang(ends[1], lang).text))];
      }
      case 'number':
        return [line(' '), hint(t('stage.poll.preview-number', { low, high }))];
      case 'words':
        return [line(' '), hint(t('stage.poll.preview-words'))];
    }
  }

  /**
   * @param {PollForm} form
   * @param {Lang} lang
   * @returns {HTMLElement[]}
   */
  #bars(form, lang) {
    const { kind, options, low, high } = bodyOf(form);
    const names = hasOptions(kind) ? options.map((option) => beginning(inLang(option, lang).text, EXCERPT)) : kind === 'scale' ? Array.from({ length: Math.min(MOST_POINTS, Math.max(0, high - low + 1)) }, (_, at) => String(low + at)) : [];
    return names.map((name) => el('p', { class: 'preview-bar', lang }, el('span', {}, name), el('i', { class: 'bar' })));
  }
}
