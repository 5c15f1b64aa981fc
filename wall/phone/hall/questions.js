/** @import {Own} from '../../types.js' */
/** @import {Asked} from '../../lib/hall.js' */
/** @import {Timed} from '../../lib/programme.js' */
/** @import {Talk} from './choices.js' */
import { byNewest, byWanted, nextUp } from '../../lib/asked.js';
import { el, one } from '../../lib/html.js';
import { icon } from '../../lib/icon.js';
import { keyed } from '../../lib/keyed.js';
import { age } from '../../lib/time.js';
import { mayBeMore, More } from './more.js';

/** Under a finger nothing moves: questions change places this often at most. */
const SETTLE_MS = 5_000;

/** @typedef {'wanted' | 'new' | 'unasked'} Order */
const ORDERS = /** @type {const} */ (['wanted', 'new', 'unasked']);

/**
 * @typedef {object} Hearing What the tab may ask of the phone.
 * @property {Talk} talk
 * @property {string} api
 * @property {(words: string) => void} say For whoever does not see it.
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
  #more;
  #moreBox;
  #moreSaid = el('p', { class: 'error', role: 'alert' });

  /** @param {Hearing} hearing */
  constructor(hearing) {
    this.hearing = hearing;
    const { t } = hearing.talk;
    this.rest = new More(hearing.api);
    this.#more = el('button', { type: 'button', class: 'button wide', on: { click: () => void this.#showMore() } });
    this.#moreBox = el('div', { class: 'questions-more', hidden: true }, this.#more, this.#moreSaid);
    this.#ask = el('button', { type: 'button', class: 'button primary', on: { click: () => hearing.ask() } }, icon('pencil'), t('questions.ask'));
    const radios = ORDERS.map((order) =>
      el('label', { class: 'chip' }, el('input', { type: 'radio', name: 'questions-order', class: 'visually-hidden', value: order, checked: order === this.#order, on: { change: () => this.#sort(order) } }), t(`questions.${order}`)),
    );
    this.#sorts = el('fieldset', { class: 'sorts' }, el('legend', { class: 'visually-hidden' }, t('questions.sort')), radios);
    this.#sessionField = el('p', { class: 'field', hidden: true }, el('label', { for: 'questions-session' }, t('questions.session')), this.#session);
    this.#session.className = 'input';
    this.#session.addEventListener('change', () => this.#anew());
    this.root = one(document, '#questions-list', HTMLElement);
    this.root.replaceChildren(el('p', { class: 'questions-ask' }, this.#ask), this.#sorts, this.#sessionField, this.#list, this.#moreBox, this.#empty);
    this.#list.addEventListener('pointerdown', () => (this.#held = true));
    for (const event of ['pointerup', 'pointercancel']) window.addEventListener(event, () => (this.#held = false));
  }

  /**
   * @param {readonly Asked[]} questions
   * @param {boolean} mayAsk
   */
  draw(questions, mayAsk) {
    this.#questions = questions;
    if (questions.length === 0) this.rest.clear(); // The line has the newest: where it has none there are none, or none may be seen.
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
    void this.tick();
  }

  /** @param {Order} order */
  #sort(order) {
    this.#order = order;
    this.#anew();
  }

  #anew() {
    this.rest.clear();
    this.#moreSaid.textContent = '';
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
    const here = [...this.#onLine(), ...this.rest.questions(this.#questions)];
    const on = here.filter(({ stand }) => stand === 'on-stage');
    const rest = here.filter(({ stand }) => stand !== 'on-stage');
    if (this.#order === 'unasked') return nextUp(rest.filter(({ stand }) => stand === 'open'));
    return [...on, ...rest.sort(this.#order === 'new' ? byNewest : byWanted)];
  }

  /** Those of the chosen session that this phone's line carries. */
  #onLine() {
    const session = this.#session.value;
    return this.#questions.filter((each) => !session || each.session === session);
  }

  #show() {
    const wished = this.#wished();
    const known = new Map(wished.map((each) => [each.post, each]));
    const placed = this.#placed.flatMap((post) => known.get(post) ?? []);
    const seen = new Set(this.#placed);
    const items = [...placed, ...wished.filter(({ post }) => !seen.has(post))];
    keyed(this.#list, items, { key: ({ post }) => post, signature: (each) => this.#signature(each), make: (each) => this.#item(each) });
    this.#drawMore(items.length);
    const { t } = this.hearing.talk;
    this.#empty.hidden = items.length > 0;
    this.#empty.textContent = this.#questions.length > 0 && this.#order === 'unasked' ? t('questions.none-unasked') : this.#ask.hidden ? t('questions.off') : t('questions.empty');
  }

  // --- beyond what the line carries ----------------------------------------------------------------------------

  /** @param {number} shown */
  #drawMore(shown) {
    const { t } = this.hearing.talk;
    const { total } = this.rest;
    const left = Math.max(0, (total ?? 0) - shown);
    this.#moreBox.hidden = total === null ? shown === 0 || !mayBeMore(this.#questions) : left === 0;
    const words = total === null ? t('questions.more') : t('questions.more-left', { n: left });
    if (this.#more.textContent !== words) this.#more.textContent = words;
  }

  get #which() {
    return { order: this.#order, session: this.#session.value };
  }

  /** Those that came stand below what stood there: the reader goes on with the first of them. */
  async #showMore() {
    if (this.#more.getAttribute('aria-disabled')) return;
    const { t } = this.hearing.talk;
    const before = new Set([...this.#list.children]);
    this.#more.setAttribute('aria-disabled', 'true');
    const came = await this.rest.grow(this.#which, this.#onLine().length);
    this.#more.removeAttribute('aria-disabled');
    this.#moreSaid.textContent = came === false ? t('questions.more-failed') : '';
    if (!came) return;
    this.#placed = [...this.#list.children].map((item) => /** @type {HTMLElement} */ (item).dataset['key'] ?? '');
    this.#show();
    const added = [...this.#list.children].filter((item) => !before.has(item));
    this.hearing.say(t('questions.more-came', { n: added.length }));
    const first = added[0];
    if (first instanceof HTMLElement) first.focus({ preventScroll: true });
    else if (this.#moreBox.hidden) one(this.#list, 'li:last-child', HTMLElement).focus({ preventScroll: true });
  }

  /** Call now and then while somebody looks. */
  async tick() {
    if (!this.rest.isDue || this.root.offsetParent === null) return;
    if (await this.rest.again(this.#which, this.#onLine().length)) this.draw(this.#questions, !this.#ask.hidden);
  }

  // --- one of them ---------------------------------------------------------------------------------------------

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
      { class: `question card ${stand}`, tabindex: -1, data: { question: post } },
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
