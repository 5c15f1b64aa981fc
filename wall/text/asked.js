/** @import {Switch, Translate} from '../types.js' */
/** @import {Live} from '../live.js' */
import { el } from '../lib/html.js';
import { hallOf, pollNow, questionOnStage } from '../lib/hall.js';
import { pollLines } from './lines.js';

/** What the hall is asked now, in words: the question on stage, and the open poll or what came out of the last. */
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
    const house = { sessions: [], room: null };
    const question = stop?.on ? null : questionOnStage(hall, house);
    const poll = stop?.on ? null : pollNow(hall, house);
    const lines = poll && pollLines(poll, this.words);
    const told = JSON.stringify([question, lines]);
    if (told === this.#told) return;
    this.#told = told;
    this.parts.replaceChildren(...[
      question && el('section', {}, el('h2', {}, t('text.question')), el('p', { class: 'post-text', dir: 'auto', lang: question.lang }, question.text),
        el('p', { class: 'meta', dir: 'auto' }, [question.name || t('text.question.nameless'), question.to ? t('text.question.to', { name: question.to }) : '', question.votes > 1 ? t('text.question.votes', { n: question.votes }) : ''].filter(Boolean).join(' · '))),
      lines && el('section', {}, el('h2', {}, t('text.poll')), el('p', { class: 'post-text', dir: 'auto' }, lines.title), el('p', { class: 'meta' }, lines.state), lines.lines.length > 0 ? el('ul', { class: 'asked-lines' }, ...lines.lines.map((line) => el('li', { dir: 'auto' }, line))) : null),
    ].filter((part) => part !== null));
    this.#say(`${question?.post} ${poll?.id} ${poll?.closed}`, [question ? `${t('text.question')}: ${question.text}` : '', lines ? `${t('text.poll')}: ${lines.title} ${lines.state}` : ''].filter(Boolean).join(' '));
  }

  /**
   * Only what is new is said: not each vote.
   *
   * @param {string} about
   * @param {string} words
   */
  #say(about, words) {
    if (about === this.#said) return;
    this.#said = about;
    this.said.textContent = words;
  }
}
