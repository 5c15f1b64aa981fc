/** @import {Own} from '../../types.js' */
/** @import {Asked} from '../../lib/hall.js' */
/** @import {Timed} from '../../lib/programme.js' */
/** @import {Talk} from './choices.js' */
import { byNewest, byWanted, nextUp } from '../../lib/asked.js';
import { el, one } from '../../lib/html.js';
import { icon } from '../../lib/icon.js';
import { keyed } from '../../lib/keyed.js';
import { age } from '../../lib/time.js';

/** Under a finger nothing moves: questions change places this often at most. */
const SETTLE_MS = 5_000;

/** @typedef {'wanted' | 'new' | 'unasked'} Order */
const ORDERS = /** @type {const} */ (['wanted', 'new', 'unasked']);

/**
 * @typedef {object} Hearing What the tab may ask of the phone.
 * @property {Talk} talk
 * @property {() => number} nowMs
 * @property {() => readonly Timed[]} sessions
 * @property {() => readonly Own[]} own
 * @property {(post: string) => {on: boolean, waits: boolean}} wants
 * @property {(post: string, on: boolean) => void} want
 * @property {() => void} ask
 */

/** The tab with the questions of the hall. */
export class Questions {
  #list = el('ul', { class: 'questions', role: 'list' });
  #empty = el('p', { class: 'empty' });
  #ask;
  #sorts;
  #session = el('select', { id: 'questions-session' });
  #sessionField;
  /** @type {Order} */
  #order = 'wanted';
  /** Ids, as they stand now. @type {string[]} */
  #placed = [];
  #placedAt = 0;
  #held = false;
  #late = 0;
  /** @type {readonly Asked[]} */
  #questions = [];
  #offered = '';

  /** @param {Hearing} hearing */
  constructor(hearing) {
    this.hearing = hearing;
    const { t } = hearing.talk;
    this.#ask = el('button', { type: 'button', class: 'button primary', on: { click: () => hearing.ask() } }, icon('pencil'), t('questions.ask'));
    const radios = ORDERS.map((order) =>
      el('label', { class: 'chip' }, el('input', { type: 'radio', name: 'questions-order', class: 'visually-hidden', value: order, checked: order === this.#order, on: { change: () => this.#sort(order) } }), t(`questions.${order}`)),
    );
    this.#sorts = el('fieldset', { class: 'sorts' }, el('legend', { class: 'visually-hidden' }, t('questions.sort')), radios);
    this.#sessionField = el('p', { class: 'field', hidden: true }, el('label', { for: 'questions-session' }, t('questions.session')), this.#session);
    this.#session.className = 'input';
    this.#session.addEventListener('change', () => this.#place());
    this.root = one(document, '#questions-list', HTMLElement);
    this.root.replaceChildren(el('p', { class: 'questions-ask' }, this.#ask), this.#sorts, this.#sessionField, this.#list, this.#empty);
    this.#list.addEventListener('pointerdown', () => (this.#held = true));
    for (const event of ['pointerup', 'pointercancel']) window.addEventListener(event, () => (this.#held = false));
  }

  /**
   * @param {readonly Asked[]} questions
   * @param {boolean} mayAsk
   */
  draw(questions, mayAsk) {
    this.#questions = questions;
    this.#ask.hidden = !mayAsk;
    this.#sorts.hidden = questions.length === 0;
    this.#offerSessions();
    const waitMs = SETTLE_MS - (performance.now() - this.#placedAt);
    if (this.#mayMove() && waitMs <= 0) return this.#place();
    window.clearTimeout(this.#late);
    this.#late = window.setTimeout(() => this.draw(this.#questions, !this.#ask.hidden), Math.max(waitMs, 1_000));
    this.#show();
  }

  /** Somebody looks: now it may stand as it should. */
  settle() {
    this.#place();
  }

  /** @param {Order} order */
  #sort(order) {
    this.#order = order;
    this.#place();
  }

  /** Not under a finger, and not where somebody reads with the keyboard. */
  #mayMove() {
    return !this.#held && !this.#list.contains(document.activeElement);
  }

  #place() {
    this.#placedAt = performance.now();
    this.#placed = this.#wished().map(({ post }) => post);
    this.#show();
  }

  /** As they should stand. On stage comes first, whatever the order. */
  #wished() {
    const session = this.#session.value;
    const here = this.#questions.filter((each) => !session || each.session === session);
    const on = here.filter(({ stand }) => stand === 'on-stage');
    const rest = here.filter(({ stand }) => stand !== 'on-stage');
    if (this.#order === 'unasked') return nextUp(rest.filter(({ stand }) => stand === 'open'));
    return [...on, ...rest.sort(this.#order === 'new' ? byNewest : byWanted)];
  }

  #show() {
    const wished = this.#wished();
    const known = new Map(wished.map((each) => [each.post, each]));
    const placed = this.#placed.flatMap((post) => known.get(post) ?? []);
    const seen = new Set(this.#placed);
    const items = [...placed, ...wished.filter(({ post }) => !seen.has(post))];
    keyed(this.#list, items, { key: ({ post }) => post, signature: (each) => this.#signature(each), make: (each) => this.#item(each) });
    const { t } = this.hearing.talk;
    this.#empty.hidden = items.length > 0;
    this.#empty.textContent = this.#questions.length > 0 && this.#order === 'unasked' ? t('questions.none-unasked') : this.#ask.hidden ? t('questions.off') : t('questions.empty');
  }

  /** @param {Asked} asked */
  #signature(asked) {
    const { on, waits } = this.hearing.wants(asked.post);
    return JSON.stringify([asked, on, waits, this.#isOwn(asked), this.#meta(asked)]);
  }

  /** @param {Asked} asked */
  #item(asked) {
    const { t } = this.hearing.talk;
    const { post, text, lang, stand, votes } = asked;
    return el(
      'li',
      { class: `question card ${stand}`, data: { question: post } },
      stand === 'open' ? null : el('p', { class: 'question-stand' }, icon(stand === 'answered' ? 'check' : stand === 'later' ? 'clock' : 'spotlight', 'small'), this.#standWords(asked)),
      el('p', { class: 'question-text', dir: 'auto', lang: lang || null }, text),
      asked.answer?.text ? el('p', { class: 'question-answer', dir: 'auto' }, asked.answer.text) : null,
      el('p', { class: 'meta' }, this.#meta(asked)),
      el('div', { class: 'question-foot' }, el('p', { class: 'question-votes' }, t('question.votes', { n: votes })), this.#button(asked)),
    );
  }

  /** @param {Asked} asked */
  #standWords({ stand, answer }) {
    const { t } = this.hearing.talk;
    return stand === 'answered' && answer?.name ? t('question.answered-by', { name: answer.name }) : t(`question.${stand}`);
  }

  /** @param {Asked} asked */
  #button({ post, stand, text, ...asked }) {
    const { t } = this.hearing.talk;
    if (this.#isOwn({ post, stand, text, ...asked })) return el('span', { class: 'chip on' }, t('question.yours'));
    if (stand === 'answered') return null;
    const { on, waits } = this.hearing.wants(post);
    const press = el(
      'button',
      { type: 'button', class: `button want ${on ? 'tint' : ''}`, 'aria-pressed': String(on), on: { click: () => this.hearing.want(post, !on) } },
      icon(on ? 'check' : 'up', 'small'),
      el('span', {}, t('question.want'), el('span', { class: 'visually-hidden' }, `: ${text.slice(0, 60)}`)),
    );
    return el('div', { class: 'want-box' }, press, waits ? el('span', { class: 'meta' }, t('question.want-waits')) : null);
  }

  /** @param {Asked} asked */
  #meta({ name, to, session, merged, asked }) {
    const { t, lang } = this.hearing.talk;
    const where = session ? this.hearing.sessions().find(({ id }) => id === session)?.title : '';
    const parts = [name || t('author.nameless'), to ? t('question.to', { name: to }) : '', where ?? '', age(t, lang, asked / 1_000, this.hearing.nowMs()), merged > 0 ? t('question.merged', { n: merged }) : ''];
    return parts.filter(Boolean).join(' · ');
  }

  /** @param {Asked} asked */
  #isOwn({ post }) {
    return this.hearing.own().some(({ id }) => id === post);
  }

  /** Where questions are of several sessions, one can be chosen. */
  #offerSessions() {
    const { t } = this.hearing.talk;
    const ids = new Set(this.#questions.flatMap(({ session }) => session ?? []));
    const sessions = this.hearing.sessions().filter(({ id }) => ids.has(id));
    const offered = sessions.map(({ id, title }) => `${id} ${title}`).join('\n');
    this.#sessionField.hidden = sessions.length < 2;
    if (offered === this.#offered || document.activeElement === this.#session) return;
    this.#offered = offered;
    const chosen = this.#session.value;
    this.#session.replaceChildren(el('option', { value: '' }, t('questions.every')), ...sessions.map(({ id, title, lang }) => el('option', { value: id, lang: lang || null, selected: id === chosen }, title)));
  }
}
