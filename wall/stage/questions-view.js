/** @import {Asked} from '../lib/hall.js' */
/** @import {Stand, Translate} from '../types.js' */
/** @import {Standing} from './questions.js' */
/** @import {Sheet} from './sheet.js' */
import { el } from '../lib/html.js';
import { icon } from '../lib/icon.js';
import { keyed } from '../lib/keyed.js';
import { say } from './say.js';

/** What the page with all of them lists. */
const STANDS = /** @type {const} */ (['open', 'later', 'answered']);
/** So many of those that come next are in sight. */
const NEXT = 3;

/**
 * @typedef {object} Tools
 * @property {Translate} t
 * @property {Sheet} sheet
 * @property {(post: string, stand: Stand) => void} stand
 * @property {(session: string | null) => string} titleOf
 */

/** The questions of the hall, small: what is on stage, and what comes next. The chair has a page of their own. */
export class QuestionsView {
  #on = el('ul', { role: 'list', class: 'questions' });
  #next = el('ul', { role: 'list', class: 'questions' });
  #nextName;
  #none = el('p', { class: 'meta' });
  #all;
  /** The lists on the page with all of them; null while that is closed. @type {Record<(typeof STANDS)[number], HTMLElement> | null} */
  #lists = null;
  /** @type {Standing} */
  #questions = { onStage: [], open: [], later: [], answered: [] };

  /**
   * @param {HTMLElement} root
   * @param {HTMLElement} count
   * @param {Tools} tools
   */
  constructor(root, count, tools) {
    this.root = root;
    this.count = count;
    this.tools = tools;
    const { t } = tools;
    this.#nextName = el('h3', {}, t('stage.question.next'));
    this.#all = el('button', { class: 'button quiet', type: 'button', data: { act: 'all-questions' }, on: { click: () => this.#openAll() } }, t('stage.question.all'));
    root.append(this.#none, this.#on, this.#nextName, this.#next, this.#all);
  }

  /**
   * @param {Standing} questions
   * @param {ReadonlyArray<Asked>} next Those that may come now, most wanted first.
   * @param {boolean} may The hall may ask.
   */
  render(questions, next, may) {
    const { t } = this.tools;
    this.#questions = questions;
    const { onStage, open, later, answered } = questions;
    const n = onStage.length + open.length + later.length + answered.length;
    say(this.count, n > 0 ? t('stage.question.count', { n: open.length }) : '');
    this.#none.hidden = onStage.length + next.length > 0;
    say(this.#none, t(!may ? 'stage.question.off' : n > 0 ? 'stage.question.none-left' : 'stage.question.none'));
    this.#nextName.hidden = next.length === 0;
    this.#all.hidden = n <= onStage.length + Math.min(NEXT, next.length);
    this.#list(this.#on, onStage);
    this.#list(this.#next, next.slice(0, NEXT));
    this.#drawAll();
  }

  #drawAll() {
    if (!this.#lists) return;
    for (const stand of STANDS) {
      const list = this.#lists[stand];
      this.#list(list, this.#questions[stand]);
      if (list.parentElement) list.parentElement.hidden = list.hidden;
    }
  }

  /**
   * @param {HTMLElement} list
   * @param {ReadonlyArray<Asked>} questions
   */
  #list(list, questions) {
    list.hidden = questions.length === 0;
    keyed(list, questions, { key: ({ post }) => post, signature: (question) => JSON.stringify([question.text, question.stand, question.votes, question.name, question.to, question.session]), make: (question) => this.#row(question) });
  }

  /** @param {Asked} question */
  #row({ post, text, lang, name, to, votes, session, stand }) {
    const { t, titleOf } = this.tools;
    const meta = [t('stage.question.votes', { n: votes }), name || t('stage.question.anonymous'), to ? t('stage.question.to', { name: to }) : '', titleOf(session)].filter(Boolean).join(' · ');
    const button = (/** @type {Stand} */ to, /** @type {string} */ kind = '') => el('button', { class: `button ${kind}`, type: 'button', data: { stand: to }, on: { click: () => this.tools.stand(post, to) } }, t(stand === 'on-stage' && to === 'open' ? 'stage.question.back' : `stage.question.to-${to}`));
    const buttons = stand === 'on-stage' ? [button('answered', 'tint'), button('later'), button('open')] : stand === 'open' ? [button('on-stage', 'tint'), button('later')] : [button('on-stage'), button('open')];
    return el('li', { class: stand === 'on-stage' ? 'question now' : 'question', data: { post } },
      stand === 'on-stage' ? el('p', { class: 'question-now' }, icon('play', 'tiny'), t('stage.question.now')) : null,
      el('p', { class: 'question-text', dir: 'auto', lang }, text), el('p', { class: 'meta', dir: 'auto' }, meta), el('div', { class: 'row question-buttons' }, buttons));
  }

  #openAll() {
    const { t, sheet } = this.tools;
    const list = () => el('ul', { role: 'list', class: 'questions' });
    const lists = { open: list(), later: list(), answered: list() };
    const parts = STANDS.map((stand) => el('section', { class: 'stack' }, el('h3', {}, t(`stage.question.${stand}`)), lists[stand]));
    sheet.open({ title: t('stage.question.all'), parts, closed: () => { this.#lists = null; } });
    this.#lists = lists;
    this.#drawAll();
  }
}
