/** @import {Lang, Poll, Translate} from '../types.js' */
/** @import {Asking} from './asking.js' */
/** @import {Wanted} from './asked.js' */
/** @import {Watching} from './watching.js' */
/** @import {State} from './state.js' */
import { isolate } from '../elements/doer.js';
import { el } from '../lib/html.js';
import { icon } from '../lib/icon.js';
import { dayTime } from '../lib/time.js';
import { inWords } from './asked.js';
import { freshPercent } from './stuffing.js';

/** More offers help nobody. */
const OFFERS_MAX = 8;

/** The question in focus: who wants to know it, what is counted under it, what may ask the same. Or the chosen ones. */
export class QuestionView {
  #drawn = '';
  #about = '';
  #content = el('div', { class: 'question-content' });
  #side = el('div', { class: 'question-side' });

  /**
   * @param {HTMLElement} root
   * @param {object} parts
   * @param {Translate} parts.t
   * @param {Lang} parts.lang
   * @param {(id: string | null) => string} parts.session Its title.
   * @param {Asking} parts.asking
   * @param {Watching} parts.watching
   * @param {() => void} parts.toList
   * @param {(key: string) => void} parts.votes See how votes came in.
   * @param {(question: Wanted) => void} parts.answer
   * @param {(question: Wanted) => void} parts.lookAt As a post.
   * @param {() => void} parts.move To another session; nothing where there is no programme.
   * @param {() => boolean} parts.hasProgramme
   */
  constructor(root, parts) {
    this.root = root;
    this.t = parts.t;
    this.parts = parts;
    root.append(this.#content, this.#side);
  }

  /**
   * @param {State} state
   * @param {ReadonlyArray<Poll>} polls That are open.
   * @param {(key: string) => number} count How many voted on a topic.
   */
  render(state, polls, count) {
    const { asking, watching } = this.parts;
    this.root.hidden = !state.asked.open;
    if (!state.asked.open) return;
    const { focus, chosen } = asking;
    const like = focus ? asking.like(focus.post).slice(0, OFFERS_MAX) : [];
    const loud = watching.loud.map(({ key, burst }) => [key, burst.to]);
    const still = (/** @type {Wanted} */ question) => ({ ...question, votes: 0 });
    const drawn = JSON.stringify([state.asked.current, focus && still(focus), like.map(still), chosen.map(still), asking.staying?.post, polls.map(({ id }) => id), loud, this.#names]);
    if (drawn !== this.#drawn) this.#draw(chosen, focus, like, polls, state.asked.current);
    this.#drawn = drawn;
    for (const number of this.root.querySelectorAll('[data-count]')) {
      if (!(number instanceof HTMLElement)) continue;
      const text = this.#people(number.dataset['count'] ?? '', count(number.dataset['count'] ?? ''), number.dataset['short'] !== undefined);
      if (number.textContent !== text) number.textContent = text;
    }
  }

  #names = 0;

  /** Sessions have other names. */
  renamed() {
    this.#names += 1;
  }

  /**
   * @param {ReadonlyArray<Wanted>} chosen
   * @param {Wanted | null} focus
   * @param {ReadonlyArray<Wanted>} like
   * @param {ReadonlyArray<Poll>} polls
   * @param {string | null} current
   */
  #draw(chosen, focus, like, polls, current) {
    const inside = this.root.contains(document.activeElement) && document.activeElement !== this.root;
    const back = el('button', { class: 'button quiet to-list', type: 'button', on: { click: this.parts.toList } }, icon('up', 'small to-list-icon'), this.t('desk.to-list'));
    this.#content.replaceChildren(back, ...(chosen.length > 0 ? this.#chosen(chosen) : focus ? this.#one(focus, like) : this.#none(current)));
    this.#side.replaceChildren(...(chosen.length === 0 && focus ? this.#beside(focus) : []), ...this.#polls(polls));
    this.#side.hidden = this.#side.childElementCount === 0;
    const about = chosen.length > 0 ? 'chosen' : (focus?.post ?? '');
    if (about !== this.#about) this.root.scrollTop = 0;
    this.#about = about;
    if (inside && document.activeElement === document.body) this.root.focus({ preventScroll: true });
  }

  /** @param {string | null} current It was there. */
  #none(current) {
    return [el('div', { class: 'empty' }, icon('hand', 'large'),
      el('p', { class: 'empty-title' }, this.t(current === null ? 'desk.asked.choose' : 'desk.asked.gone')),
      el('p', { class: 'meta' }, this.t(current === null ? 'desk.asked.choose-text' : 'desk.asked.gone-text')))];
  }

  /**
   * @param {string} key Of a topic.
   * @param {number} n
   * @param {boolean} short
   */
  #people(key, n, short) {
    if (short) return this.t('desk.asked.votes', { n });
    return this.t(key.startsWith('poll:') ? 'desk.asked.voted' : 'desk.asked.wanted', { n });
  }

  /** @param {string} key @param {boolean} [short] */
  #count(key, short = false) {
    return el('span', { class: 'asked-people', data: { count: key, ...(short ? { short: '' } : {}) } });
  }

  /**
   * @param {Wanted} question
   * @param {ReadonlyArray<Wanted>} like
   */
  #one(question, like) {
    const { t } = this;
    const { post, text, name, to, asked, session, lang } = question;
    const facts = [to ? t('desk.asked.to', { name: isolate(to) }) : '', this.parts.session(session), t('desk.asked.at', { time: dayTime(this.parts.lang, asked / 1_000) })].filter(Boolean).join(' · ');
    return [
      el('header', { class: 'post-head question-head' }, el('span', { class: 'face', 'aria-hidden': 'true' }, icon('hand')),
        el('div', { class: 'post-names' }, el('h2', {}, this.#count(`question:${post}`)), el('p', { class: 'meta' }, el('bdi', {}, name || t('author.nameless')), ' · ', el('bdi', {}, facts)))),
      this.#stand(question),
      el('p', { class: 'post-text', dir: 'auto', lang }, text),
      ...this.#under(question),
      ...this.#offers(like),
    ];
  }

  /** @param {Wanted} question */
  #stand(question) {
    const { t } = this;
    const { stand, changed, answer } = question;
    if (stand === 'open') return el('p', { class: 'why plain' }, icon('clock', 'small'), el('span', {}, el('strong', {}, t('desk.asked.is.open'))));
    const words = answer ? [' ', answer.name ? el('bdi', { class: 'asked-by' }, t('desk.asked.by', { name: isolate(answer.name) })) : null, answer.text ? el('bdi', {}, ` ${answer.text}`) : null] : [];
    const edit = stand === 'answered'
      ? el('button', { class: 'button quiet', type: 'button', 'aria-keyshortcuts': 'W', on: { click: () => this.parts.answer(question) } }, t(answer ? 'desk.asked.other-words' : 'desk.asked.words'), el('kbd', { 'aria-hidden': 'true' }, 'W')) : null;
    return el('div', { class: 'why notice asked-why' }, icon({ 'on-stage': 'megaphone', answered: 'check', later: 'clock' }[stand], 'small'),
      el('p', {}, el('strong', {}, t(`desk.asked.is.${stand}`, { time: dayTime(this.parts.lang, changed / 1_000) })), words.filter((part) => part !== null)), edit);
  }

  /** @param {Wanted} question */
  #under({ under = [], merged }) {
    if (merged === 0) return [];
    const { t } = this;
    const items = under.map(({ post, text, name }) => el('li', {}, this.#words(text, name || t('author.nameless')),
      el('button', { class: 'button quiet', type: 'button', 'aria-label': t('desk.asked.split-one', { text: isolate(text) }), data: { split: post }, on: { click: () => void this.parts.asking.split([post]) } }, t('desk.asked.split'))));
    const hidden = merged - under.length;
    const all = under.length > 1 ? el('button', { class: 'button quiet', type: 'button', 'aria-keyshortcuts': 'D', on: { click: () => void this.parts.asking.split() } }, t('desk.asked.split-all'), el('kbd', { 'aria-hidden': 'true' }, 'D')) : null;
    return [
      el('div', { class: 'asked-title' }, el('h3', {}, t('desk.asked.under', { n: merged })), all),
      el('ul', { role: 'list', class: 'chosen card' }, items, hidden > 0 ? el('li', { class: 'meta' }, t('desk.asked.under-hidden', { n: hidden })) : null),
      el('p', { class: 'meta asked-note' }, t('desk.asked.under-text')),
    ];
  }

  /** @param {ReadonlyArray<Wanted>} like */
  #offers(like) {
    if (like.length === 0) return [];
    const { t } = this;
    const items = like.map(({ post, text, name }) => el('li', {}, this.#words(text, name || t('author.nameless'), this.#count(`question:${post}`, true)),
      el('button', { class: 'button quiet', type: 'button', 'aria-label': t('desk.asked.look-one', { text: isolate(text) }), on: { click: () => this.parts.asking.open(post) } }, t('desk.look'))));
    return [
      el('div', { class: 'asked-title' }, el('h3', {}, t('desk.asked.offers', { n: like.length })),
        el('button', { class: 'button quiet', type: 'button', 'aria-keyshortcuts': 'C', data: { act: 'offer' }, on: { click: () => this.parts.asking.selectAlike() } }, t('desk.asked.offer'), el('kbd', { 'aria-hidden': 'true' }, 'C'))),
      el('ul', { role: 'list', class: 'chosen card' }, items),
    ];
  }

  /**
   * @param {string} text
   * @param {string} name
   * @param {HTMLElement} [count]
   */
  #words(text, name, count) {
    return el('div', { class: 'chosen-words' }, el('p', { class: 'chosen-text', dir: 'auto' }, text), el('p', { class: 'meta' }, el('bdi', {}, name), count ? [' · ', count] : null));
  }

  /** @param {ReadonlyArray<Wanted>} chosen */
  #chosen(chosen) {
    const { t } = this;
    const { asking } = this.parts;
    const stays = asking.staying?.post;
    const items = chosen.map(({ post, text, name }) => el('li', {},
      el('label', { class: 'asked-stay' }, el('input', { type: 'radio', name: 'staying', value: post, checked: post === stays, on: { change: () => asking.stay(post) } }),
        this.#words(text, name || t('author.nameless'), this.#count(`question:${post}`, true))),
      el('button', { class: 'button quiet plain', type: 'button', 'aria-label': t('desk.unselect', { name: isolate(text) }), on: { click: () => asking.select(post) } }, icon('close', 'small'))));
    return [
      el('h2', { class: 'chosen-title' }, t('desk.asked.merge-title', { n: chosen.length })),
      el('fieldset', { class: 'asked-choose' }, el('legend', { class: 'meta' }, t('desk.asked.stays')), el('ul', { role: 'list', class: 'chosen card' }, items)),
      el('p', { class: 'meta asked-note' }, t('desk.asked.merge-text')),
    ];
  }

  /** @param {Wanted} question */
  #beside(question) {
    const { t } = this;
    const { post, session } = question;
    const title = this.parts.session(session);
    const move = this.parts.hasProgramme() ? el('button', { class: 'button quiet', type: 'button', 'aria-keyshortcuts': 'M', on: { click: this.parts.move } }, t('desk.move'), el('kbd', { 'aria-hidden': 'true' }, 'M')) : null;
    return [
      this.#votes(`question:${post}`, t('desk.votes.of-question'), 'I'),
      move || title ? part(t('desk.session'), el('p', { class: 'side-fact' }, el('bdi', {}, title || t('desk.session-none'))), move) : null,
      part(t('desk.asked.this-post'),
        el('button', { class: 'button quiet', type: 'button', on: { click: () => this.parts.lookAt(question) } }, t('desk.asked.as-post')),
        el('button', { class: 'button quiet', type: 'button', 'aria-keyshortcuts': 'Q', data: { act: 'no-question' }, on: { click: () => void this.parts.asking.turnOff() } }, t('desk.question.off'), el('kbd', { 'aria-hidden': 'true' }, 'Q'))),
    ].filter((one) => one !== null);
  }

  /** @param {ReadonlyArray<Poll>} polls */
  #polls(polls) {
    return polls.map(({ id, title }) => this.#votes(`poll:${id}`, this.t('desk.votes.of-poll', { title: isolate(inWords(title, this.parts.lang)) })));
  }

  /**
   * One quiet line about how votes come in, or a loud one.
   *
   * @param {string} key
   * @param {string} title
   * @param {string} [shortcut]
   */
  #votes(key, title, shortcut) {
    const { t } = this;
    const poll = key.startsWith('poll:');
    const burst = this.parts.watching.loud.find((each) => each.key === key)?.burst;
    const line = burst ? t('desk.votes.burst', { n: burst.perSecond, percent: freshPercent(burst) }) : t('desk.votes.quiet');
    return part(title,
      poll ? el('p', { class: 'side-fact' }, this.#count(key)) : null, // How many want to know a question stands above it.
      el('p', { class: burst ? 'asked-loud' : 'meta' }, burst ? icon('warning', 'small') : null, line),
      el('button', { class: 'button quiet', type: 'button', 'aria-keyshortcuts': shortcut, data: { votes: key }, on: { click: () => this.parts.votes(key) } }, t('desk.votes.look'), shortcut ? el('kbd', { 'aria-hidden': 'true' }, shortcut) : null));
  }
}

/**
 * @param {string} title
 * @param {...(Node | null)} body
 */
function part(title, ...body) {
  return el('section', { class: 'side-part' }, el('h3', {}, title), body);
}
