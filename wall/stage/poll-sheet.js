/** @import {Translate} from '../types.js' */
/** @import {Tools as CardTools} from './poll-card.js' */
/** @import {Known} from './polls.js' */
/** @import {Sheet} from './sheet.js' */
import { ask } from '../elements/ask.js';
import { el } from '../lib/html.js';
import { icon } from '../lib/icon.js';
import { inLang } from './polls.js';
import { PollCard } from './poll-card.js';
import { say } from './say.js';

/** In one file: a hundred sheets. More are made at several times. */
const MOST_CODES = 1_000;

/**
 * @typedef {object} Tools
 * @property {CardTools} card
 * @property {Sheet} sheet
 * @property {(poll: Known) => void} edit
 * @property {(poll: Known) => void} copy
 * @property {(id: string) => Promise<boolean>} drop
 * @property {(poll: Known, count: number) => Promise<boolean>} print Its codes; false: that was refused.
 */

/** Everything about one poll, on a page of its own. */
export class PollSheet {
  #card;
  #codes;
  #count = el('input', { class: 'input', id: 'poll-codes', inputmode: 'numeric', autocomplete: 'off', 'aria-describedby': 'poll-codes-said' });
  #print;
  #said = el('p', { class: 'meta', id: 'poll-codes-said', role: 'status' });
  #tools = el('div', { class: 'row poll-tools' });
  #gone;
  #busy = false;
  /** @type {Known | null} */
  #poll = null;

  /**
   * @param {Tools} tools
   * @param {string} id
   */
  constructor(tools, id) {
    this.tools = tools;
    this.id = id;
    const { t } = tools.card;
    this.#card = new PollCard(tools.card, true);
    this.#print = el('button', { class: 'button', type: 'submit' }, icon('print', 'small'), t('stage.poll.codes-print'));
    this.#codes = this.#makeCodes(t);
    this.#gone = el('p', { class: 'meta', hidden: true }, t('stage.poll.was-dropped-here'));
    this.#tools.append(this.#tool('edit', 'pencil', t('stage.poll.change'), (poll) => tools.edit(poll)), this.#tool('copy', 'copy', t('stage.poll.copy'), (poll) => tools.copy(poll)),
      this.#tool('drop', 'trash', t('stage.poll.drop'), (poll) => void this.#drop(poll)));
  }

  /** @param {() => void} closed */
  open(closed) {
    this.tools.sheet.open({ title: this.tools.card.t('stage.poll'), parts: [this.#gone, this.#card.root, this.#codes, this.#tools], closed });
  }

  /**
   * @param {ReadonlyArray<Known>} polls
   * @param {boolean} follows
   */
  render(polls, follows) {
    const poll = polls.find(({ id }) => id === this.id) ?? null;
    this.#poll = poll;
    this.#gone.hidden = poll !== null;
    for (const part of [this.#card.root, this.#tools]) part.hidden = poll === null;
    this.#codes.hidden = !poll?.binding;
    if (!poll) return;
    this.#card.render(poll, polls, follows);
    for (const button of this.#tools.querySelectorAll('button')) button.hidden = button.dataset['act'] !== 'copy' && poll.standing !== 'draft';
  }

  /**
   * @param {string} act
   * @param {string} sign
   * @param {string} words
   * @param {(poll: Known) => void} press
   */
  #tool(act, sign, words, press) {
    return el('button', { class: 'button', type: 'button', data: { act }, on: { click: () => this.#poll && press(this.#poll) } }, icon(sign, 'small'), words);
  }

  /** @param {Translate} t */
  #makeCodes(t) {
    const form = el('form', { class: 'stack', novalidate: true }, el('div', { class: 'field' }, el('label', { for: 'poll-codes' }, t('stage.poll.codes-count')), this.#count), this.#print, this.#said);
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#make();
    });
    return el('section', { class: 'card stack', hidden: true }, el('h3', {}, t('stage.poll.codes')), el('p', {}, t('stage.poll.codes-what')), el('p', { class: 'poll-once' }, icon('info', 'small'), el('span', {}, t('stage.poll.codes-once'))), form);
  }

  async #make() {
    const { t } = this.tools.card;
    const count = /^\s*\d{1,4}\s*$/u.test(this.#count.value) ? Number(this.#count.value) : 0;
    const fits = count >= 1 && count <= MOST_CODES;
    this.#count.setAttribute('aria-invalid', String(!fits));
    if (!fits) {
      say(this.#said, t('stage.poll.codes-how-many', { most: MOST_CODES }));
      return this.#count.focus();
    }
    if (!this.#poll || this.#busy) return;
    this.#busy = true;
    this.#print.setAttribute('aria-disabled', 'true');
    say(this.#said, t('stage.poll.codes-busy'));
    const made = await this.tools.print(this.#poll, count);
    this.#busy = false;
    this.#print.removeAttribute('aria-disabled');
    say(this.#said, made ? t('stage.poll.codes-made', { n: count }) : t('stage.poll.codes-failed'));
    if (made) this.#count.value = '';
  }

  /** @param {Known} poll */
  async #drop(poll) {
    const { t, lang } = this.tools.card;
    const chosen = await ask({ title: t('stage.poll.drop-ask'), text: inLang(poll.title, lang).text, choices: [{ value: 'drop', label: t('stage.poll.drop-yes'), class: 'danger' }], cancel: t('cancel') });
    if (chosen && (await this.tools.drop(poll.id))) this.tools.sheet.close();
  }
}
