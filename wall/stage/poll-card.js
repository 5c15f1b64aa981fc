/** @import {Translate} from '../types.js' */
/** @import {Known} from './polls.js' */
import { el } from '../lib/html.js';
import { icon } from '../lib/icon.js';
import { dayTime } from '../lib/time.js';
import { number } from './poll-results.js';
import { inLang, inTheWay, minutes, pairOf, running } from './polls.js';
import { ResultView } from './result-view.js';
import { say } from './say.js';

/** A button is deaf so long after what it does changed: the finger was on its way to what stood there before. */
const CHANGED_MS = 900;
/** So many bars fit on a phone above everything else. */
const FEW_BARS = 6;

/**
 * @typedef {object} Tools
 * @property {Translate} t
 * @property {string} lang
 * @property {() => number} now
 * @property {(id: string, on: boolean) => void} turn Opens or closes it.
 * @property {(id: string) => void} show On the screens.
 * @property {(poll: Known) => void} again Drafts the same poll once more.
 * @property {(id: string) => void} more Everything about it.
 * @property {(session: string | null) => string} titleOf Of a session.
 */

/** A poll while it runs: its question, how many voted, since when, what came out, and one big button. */
export class PollCard {
  root = el('article', { class: 'card poll-card' });
  #meta = el('p', { class: 'meta' });
  #title = el('h3', { class: 'poll-title', dir: 'auto' });
  #n = el('strong', { class: 'poll-n' });
  #people = el('span', { class: 'poll-people' });
  #time = el('p', { class: 'poll-time' });
  #figures;
  #turn = el('button', { class: 'button big wide', type: 'button', data: { act: 'turn' } });
  #note = el('p', { class: 'meta' });
  #show;
  #again;
  #more;
  #result;
  #changedAt = -Infinity;
  #stands = '';
  /** @type {Known | null} */
  #poll = null;

  /**
   * @param {Tools} tools
   * @param {boolean} whole Everything, on a page of its own.
   */
  constructor(tools, whole) {
    const { t, lang } = tools;
    this.tools = tools;
    this.whole = whole;
    this.#figures = el('div', { class: 'poll-figures' }, el('p', {}, this.#n, ' ', this.#people), this.#time);
    this.#result = new ResultView({ t, lang, ...(whole ? {} : { most: FEW_BARS }) });
    this.#show = el('button', { class: 'button tint', type: 'button', data: { act: 'show' } }, icon('screen', 'small'), t('stage.poll.show'));
    this.#again = el('button', { class: 'button', type: 'button', data: { act: 'again' } }, icon('history', 'small'), t('stage.poll.again'));
    this.#more = el('button', { class: 'button quiet', type: 'button', data: { act: 'more' }, hidden: whole }, t('stage.poll.more'));
    this.#turn.addEventListener('click', () => this.#press());
    this.#show.addEventListener('click', () => this.#poll && tools.show(this.#poll.id));
    this.#again.addEventListener('click', () => this.#poll && this.#hears() && tools.again(this.#poll));
    this.#more.addEventListener('click', () => this.#poll && tools.more(this.#poll.id));
    this.root.append(this.#meta, this.#title, this.#figures, this.#turn, this.#note, this.#result.root, el('div', { class: 'row' }, this.#show, this.#again, this.#more));
  }

  /**
   * @param {Known} poll
   * @param {ReadonlyArray<Known>} polls
   * @param {boolean} follows The screens show it by themselves.
   */
  render(poll, polls, follows) {
    const { lang } = this.tools;
    const stands = `${poll.id} ${poll.standing}`;
    if (stands !== this.#stands) this.#changedAt = this.#stands === '' ? -Infinity : performance.now();
    this.#stands = stands;
    this.#poll = poll;
    const title = inLang(poll.title, lang);
    say(this.#title, title.text);
    this.#title.lang = title.lang;
    this.root.dataset['standing'] = poll.standing;
    this.#drawFacts(poll);
    const other = inTheWay(polls, poll);
    this.#drawTurn(poll, other);
    const pair = pairOf(polls, poll);
    this.#result.render(poll, pair.before);
    this.#show.hidden = poll.standing === 'draft';
    this.#again.hidden = poll.standing !== 'closed' || pair.after !== null;
    say(this.#note, this.#words(poll, other, follows));
    this.#note.hidden = this.#note.textContent === '';
  }

  /** @param {Known} poll */
  #drawFacts(poll) {
    const { t, lang, now, titleOf } = this.tools;
    const { s, leftS } = running(poll, now());
    const state = poll.standing === 'closed' ? t('stage.poll.closed-at', { time: dayTime(lang, poll.closed / 1_000) }) : t(`stage.poll.${poll.standing}`);
    say(this.#meta, [state, t(`stage.poll.kind.${poll.kind}`), t(poll.binding ? 'stage.poll.binding' : 'stage.poll.indicative'), poll.again ? t('stage.poll.second-time') : '', titleOf(poll.session)].filter(Boolean).join(' · '));
    this.#figures.hidden = poll.standing === 'draft';
    say(this.#n, number(poll.n, lang));
    say(this.#people, t('stage.poll.people', { n: poll.n }));
    say(this.#time, leftS === null ? t(poll.standing === 'closed' ? 'stage.poll.was-open' : 'stage.poll.open-for', { time: minutes(s) }) : t('stage.poll.left', { time: minutes(leftS) }));
  }

  /**
   * @param {Known} poll
   * @param {Known | null} other What keeps it from opening.
   */
  #drawTurn(poll, other) {
    const { t } = this.tools;
    const open = poll.standing === 'open';
    this.#turn.hidden = poll.standing === 'closed' && !this.whole;
    this.#turn.classList.toggle('primary', !open && poll.standing === 'draft');
    this.#turn.classList.toggle('stop', open);
    this.#turn.setAttribute('aria-disabled', String(!open && other !== null));
    const words = t(open ? 'stage.poll.close' : poll.standing === 'draft' ? 'stage.poll.start' : 'stage.poll.reopen');
    if (this.#turn.dataset['words'] === words) return;
    this.#turn.dataset['words'] = words;
    this.#turn.replaceChildren(icon(open ? 'stop' : 'play', 'small'), words);
  }

  /**
   * What follows from its state, in words.
   *
   * @param {Known} poll
   * @param {Known | null} other What keeps it from opening.
   * @param {boolean} follows
   */
  #words(poll, other, follows) {
    const { t, lang } = this.tools;
    if (poll.standing !== 'open' && other && !this.#turn.hidden) return t('stage.poll.in-the-way', { title: inLang(other.title, lang).text });
    if (poll.standing === 'draft' && poll.withSession && poll.session) return t('stage.poll.by-itself');
    if (poll.standing === 'open' && follows) return t('stage.poll.follows');
    return '';
  }

  #hears() {
    return performance.now() - this.#changedAt > CHANGED_MS;
  }

  #press() {
    const poll = this.#poll;
    if (!poll || !this.#hears()) return;
    this.#changedAt = performance.now();
    this.tools.turn(poll.id, poll.standing !== 'open');
  }
}
