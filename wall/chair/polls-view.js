/** @import {Translate} from '../types.js' */
/** @import {Known} from '../stage/polls.js' */
import { el } from '../lib/html.js';
import { icon } from '../lib/icon.js';
import { middle, number, rows, statements } from '../stage/poll-results.js';
import { inLang, inTheWay, minutes, running } from '../stage/polls.js';

/** So many bars; the rest is on the stage's page. */
const MOST = 8;

/** One poll, with its button and what came out of it. */
class PollCard {
  root = el('article', { class: 'poll' });
  #title = el('h3', { class: 'poll-title', dir: 'auto' });
  #state = el('p', { class: 'poll-state' });
  #button = el('button', { class: 'button', type: 'button' });
  #why = el('p', { class: 'question-meta' });
  #told = el('p', { class: 'question-meta' });
  #bars = el('ul', { role: 'list', class: 'bars' });
  #drawn = '';

  /**
   * @param {string} id
   * @param {Tools} tools
   */
  constructor(id, { t, lang, now, turn, may }) {
    this.t = t;
    this.lang = lang;
    this.now = now;
    this.may = may;
    this.root.dataset['poll'] = id;
    this.#button.addEventListener('click', () => {
      if (this.#button.getAttribute('aria-disabled') !== 'true') turn(id, this.#button.dataset['act'] === 'open');
    });
    this.root.append(el('div', { class: 'poll-top' }, el('div', { class: 'poll-words' }, this.#title, this.#state), may ? this.#button : null), this.#why, this.#told, this.#bars);
  }

  /**
   * @param {Known} poll
   * @param {ReadonlyArray<Known>} all
   */
  render(poll, all) {
    const { t, lang } = this;
    const { text, lang: of } = inLang(poll.title, lang);
    say(this.#title, text);
    this.#title.lang = of;
    say(this.#state, this.#words(poll));
    const opens = poll.standing !== 'open';
    const other = opens ? inTheWay(all, poll) : null;
    this.#button.dataset['act'] = opens ? 'open' : 'close';
    this.#button.className = `button ${opens ? '' : 'primary'}`;
    this.#button.setAttribute('aria-disabled', String(other !== null));
    const label = t(poll.standing === 'open' ? 'chair.poll.stop' : poll.standing === 'draft' ? 'chair.poll.start' : 'chair.poll.again');
    if (this.#button.textContent !== label) this.#button.replaceChildren(icon(opens ? 'play' : 'stop'), label);
    say(this.#why, other && this.may ? t('chair.poll.first-stop', { title: `\u2068${inLang(other.title, lang).text}\u2069` }) : '');
    this.#result(poll);
  }

  /** @param {Known} poll */
  #words(poll) {
    const { t } = this;
    if (poll.standing === 'draft') return t(poll.withSession ? 'chair.poll.by-itself' : 'chair.poll.draft');
    const { s, leftS } = running(poll, this.now());
    const state = poll.standing === 'closed' ? t('chair.poll.closed') : leftS === null ? t('chair.poll.open-for', { time: minutes(s) }) : t('chair.poll.left', { time: minutes(leftS) });
    return [t('chair.poll.people', { n: poll.n }), state, poll.binding ? '' : t('chair.poll.indicative')].filter(Boolean).join(' · ');
  }

  /** @param {Known} poll */
  #result(poll) {
    const { t, lang } = this;
    const { result } = poll;
    const told = result !== null && !result.few;
    const few = poll.standing !== 'draft' && !told ? t('chair.poll.few') : '';
    const mean = told && poll.kind === 'scale' ? t('chair.poll.mean', { mean: number(middle(poll, result), lang) }) : '';
    const central = told && poll.kind === 'number' ? t('chair.poll.middle', { middle: number(result.middle ?? 0, lang) }) : '';
    say(this.#told, few || mean || central);
    const drawn = told ? JSON.stringify([result, poll.standing, poll.right]) : '';
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    this.#bars.replaceChildren(...(told ? this.#lines(poll, result) : []));
  }

  /**
   * @param {Known} poll
   * @param {import('../types.js').PollResult} result
   */
  #lines(poll, result) {
    const { t, lang } = this;
    if (poll.kind === 'statements') {
      return statements(poll, result, lang).slice(0, MOST).map(({ label, lang: of, percents }) => el('li', { class: 'bar-line' }, el('span', { class: 'bar-name', dir: 'auto', lang: of || null }, label),
        el('span', { class: 'bar-value' }, percents ? t('chair.poll.said', { agree: percents[0] ?? 0, disagree: percents[1] ?? 0 }) : t('chair.poll.few'))));
    }
    return rows(poll, result, lang).slice(0, MOST).map(({ label, lang: of, n, percent, place, part, most, right }) => {
      const bar = el('span', { class: 'bar', 'aria-hidden': 'true' }, el('span', { class: 'bar-fill' }));
      bar.style.setProperty('--part', String(part));
      const value = place !== null ? t('chair.poll.place', { place: number(place, lang) }) : percent !== null ? `${percent} % (${n})` : String(n);
      return el('li', { class: most ? 'bar-line most' : 'bar-line' }, el('span', { class: 'bar-name', dir: 'auto', lang: of || null }, label, right ? [' ', icon('check', 'small'), el('span', { class: 'visually-hidden' }, t('chair.poll.right'))] : null), el('span', { class: 'bar-value' }, value), bar);
    });
  }
}

/**
 * @typedef {object} Tools
 * @property {Translate} t
 * @property {string} lang
 * @property {() => number} now
 * @property {(id: string, open: boolean) => void} turn
 * @property {boolean} may This badge may open and close polls.
 */

/** Polls of this session: what is open stands above the questions, the others below. */
export class PollsView {
  /** @type {Map<string, PollCard>} */
  #cards = new Map();

  /**
   * @param {HTMLElement} open
   * @param {HTMLElement} rest
   * @param {Tools} tools
   */
  constructor(open, rest, tools) {
    this.open = open;
    this.rest = rest;
    this.tools = tools;
  }

  /**
   * @param {ReadonlyArray<Known>} polls Of this session and of none.
   * @param {ReadonlyArray<Known>} all
   */
  render(polls, all) {
    for (const [id, card] of this.#cards) {
      if (polls.some((poll) => poll.id === id)) continue;
      card.root.remove();
      this.#cards.delete(id);
    }
    const isOpen = (/** @type {Known} */ { standing }) => standing === 'open';
    this.#place(this.open, polls.filter(isOpen), all);
    this.#place(this.rest, polls.filter((poll) => !isOpen(poll)), all);
    this.open.hidden = !polls.some(isOpen);
  }

  /**
   * @param {HTMLElement} parent
   * @param {ReadonlyArray<Known>} polls
   * @param {ReadonlyArray<Known>} all
   */
  #place(parent, polls, all) {
    polls.forEach((poll, at) => {
      const card = this.#cards.get(poll.id) ?? new PollCard(poll.id, this.tools);
      this.#cards.set(poll.id, card);
      if (parent.children[at] !== card.root) parent.insertBefore(card.root, parent.children[at] ?? null);
      card.render(poll, all);
    });
  }
}

/**
 * @param {HTMLElement} element
 * @param {string} text
 */
function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
  element.hidden = text === '';
}
