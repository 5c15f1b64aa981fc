/** @import {Poll} from '../../types.js' */
/** @import {Room} from './ballots.js' */
import { el } from '../../lib/html.js';
import { icon } from '../../lib/icon.js';
import { SAID } from '../../lib/results.js';
import { inLang, saidKey } from './choices.js';

/**
 * A set of statements, one after another: each answer goes at once, and the next one stands in its place. The buttons stay the same
 * ones, so that the focus is where it was.
 */
export class Statements {
  #at = 0;
  #nr = el('p', { class: 'meta' });
  #text = el('p', { class: 'statement' });
  #said = el('div', { class: 'said' });
  #back;
  #next;

  /**
   * @param {Poll} poll
   * @param {Room} room
   * @param {(statement: number, answer: number) => void} answer
   */
  constructor(poll, room, answer) {
    this.poll = poll;
    this.room = room;
    this.answer = answer;
    const { t } = room.talk;
    const buttons = SAID.map((_, said) => el('button', { type: 'button', class: 'button', 'aria-pressed': 'false', on: { click: () => this.#say(said) } }, t(saidKey(said))));
    this.#said.append(...buttons);
    this.#back = el('button', { type: 'button', class: 'button quiet', on: { click: () => this.#go(this.#at - 1) } }, icon('back'), t('vote.back'));
    this.#next = el('button', { type: 'button', class: 'button quiet', on: { click: () => this.#go(this.#at + 1) } }, t('vote.next'), icon('next'));
    this.root = el('div', { class: 'statements' }, this.#nr, this.#text, this.#said, el('p', { class: 'row between' }, this.#back, this.#next));
    /** How each was answered: 0 not, 1 agree, 2 disagree, 3 pass. @type {readonly number[]} */
    this.answers = [];
  }

  /** The first one that is not answered yet comes up. */
  begin() {
    this.#at = Math.max(0, this.poll.options.findIndex((_, at) => !this.answers[at]));
    this.#draw();
  }

  /** From the first one on, to change what was said. */
  again() {
    this.#at = 0;
    this.#draw();
  }

  /** @param {readonly number[]} answers */
  draw(answers) {
    this.answers = answers;
    this.#draw();
  }

  #draw() {
    const { talk } = this.room;
    const { text, lang } = inLang(this.poll.options[this.#at], talk.lang);
    this.#nr.textContent = talk.t('vote.statement', { n: this.#at + 1, all: this.poll.options.length });
    if (this.#text.textContent !== text) this.#text.textContent = text;
    this.#text.lang = lang;
    [...this.#said.children].forEach((button, said) => button.setAttribute('aria-pressed', String(this.answers[this.#at] === said + 1)));
    this.#back.setAttribute('aria-disabled', String(this.#at === 0));
    this.#next.setAttribute('aria-disabled', String(this.#at === this.poll.options.length - 1));
  }

  /** @param {number} said */
  #say(said) {
    this.answer(this.#at, said);
    const next = this.poll.options.findIndex((_, at) => at > this.#at && !this.answers[at]);
    if (next >= 0) this.#go(next);
    else this.#go(Math.min(this.#at + 1, this.poll.options.length - 1));
  }

  /** @param {number} at */
  #go(at) {
    if (at < 0 || at >= this.poll.options.length || at === this.#at) return;
    this.#at = at;
    this.#draw();
    this.room.say(`${this.#nr.textContent}: ${this.#text.textContent}`);
  }
}
