/** @import {Switch, Translate} from '../types.js' */
/** @import {Live} from '../live.js' */
/** @import {Asked as Question, Hall, Polled} from '../lib/hall.js' */
import { el } from '../lib/html.js';
import { hallOf, isOpen, pollNow } from '../lib/hall.js';
import { pollLines } from './lines.js';

/** What the hall is asked now, in words: the questions on stage, in each room one, and the open polls or what came out of the last. */
export class Asked {
  #told = '';
  #said = '';

  /**
   * @param {HTMLElement} root Empty; this fills it.
   * @param {Live} live Audience `wall`.
   * @param {{t: Translate, lang: string}} words
   */
  constructor(root, live, words) {
    this.live = live;
    this.words = words;
    this.parts = el('div', { class: 'asked' });
    this.said = el('p', { class: 'visually-hidden', role: 'status' });
    root.append(this.parts, this.said);
    for (const event of ['view', 'cover', 'state']) live.addEventListener(event, () => this.#update());
  }

  #update() {
    const { t } = this.words;
    const stop = /** @type {Switch | undefined} */ (this.live.view.entries.get('stop'));
    const hall = hallOf(this.live.view);
    const questions = stop?.on ? [] : hall.questions.filter(({ stand }) => stand === 'on-stage').sort((a, b) => b.changed - a.changed);
    const polls = stop?.on ? [] : pollsNow(hall);
    const told = polls.map((poll) => pollLines(poll, this.words));
    const drawn = JSON.stringify([questions, told]);
    if (drawn === this.#told) return;
    this.#told = drawn;
    const parts = [...questions.map((question) => this.#question(question)), ...told.map((poll) => this.#poll(poll))];
    // The posts come after: who goes from heading to heading finds them.
    this.parts.replaceChildren(...parts, ...(parts.length > 0 ? [el('h2', { class: 'visually-hidden' }, t('text.posts'))] : []));
    this.#say(JSON.stringify([questions.map(({ post }) => post), polls.map(({ id, closed }) => [id, closed])]),
      [...questions.map(({ text, lang }) => el('span', {}, `${t('text.question')}: `, el('span', { lang }, text), ' ')), ...told.map(({ title, lang, state }) => el('span', {}, `${t('text.poll')}: `, el('span', { lang }, title), ` ${state} `))]);
  }

  /** @param {Question} question */
  #question({ text, lang, name, to, votes }) {
    const { t } = this.words;
    const about = [name || t('text.question.nameless'), to ? t('text.question.to', { name: to }) : '', votes > 1 ? t('text.question.votes', { n: votes }) : ''];
    return el('section', {}, el('h2', {}, t('text.question')), el('p', { class: 'post-text', dir: 'auto', lang }, text), el('p', { class: 'meta', dir: 'auto' }, about.filter(Boolean).join(' · ')));
  }

  /** @param {ReturnType<typeof pollLines>} poll */
  #poll({ title, lang, state, lines }) {
    return el('section', {}, el('h2', {}, this.words.t('text.poll')), el('p', { class: 'post-text', dir: 'auto', lang }, title), el('p', { class: 'meta' }, state),
      lines.length > 0 ? el('ul', { class: 'asked-lines' }, lines.map(({ before, label, lang: own, after }) => el('li', { dir: 'auto' }, before, label ? el('span', { lang: own }, label) : null, after))) : null);
  }

  /**
   * Only what is new is said: not each vote.
   *
   * @param {string} about
   * @param {readonly Node[]} words
   */
  #say(about, words) {
    if (about === this.#said) return;
    this.#said = about;
    this.said.replaceChildren(...words);
  }
}

/**
 * Each that is open, the newest first; where none is, the one that was closed last.
 *
 * @param {Hall} hall Of the whole house.
 * @returns {Polled[]}
 */
function pollsNow(hall) {
  const open = hall.polls.filter(isOpen).sort((a, b) => b.opened - a.opened);
  const last = open.length > 0 ? null : pollNow(hall, { sessions: [], room: null });
  return last ? [last] : open;
}
