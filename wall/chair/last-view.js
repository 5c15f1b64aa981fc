/** @import {Translate} from '../types.js' */
/** @import {Step} from './questions.js' */
import { el } from '../lib/html.js';
import { icon } from '../lib/icon.js';

/** What was done last: the step back, and who answered for those who want to write it down. Never in the way. */
export class LastView {
  #words = el('span', { class: 'last-words' });
  #undo;
  #write;
  #form;
  #names = el('div', { class: 'row' });
  #name;
  #text;
  #about = el('p', { class: 'answer-about', dir: 'auto' });
  /** @type {Step | null} */
  #step = null;
  /** Whose answer is being written. */
  #post = '';
  #speakers = '';

  /**
   * @param {HTMLElement} root
   * @param {object} parts
   * @param {Translate} parts.t
   * @param {() => void} parts.undo
   * @param {(post: string, answer: {name: string, text: string}) => Promise<boolean>} parts.answer
   */
  constructor(root, { t, undo, answer }) {
    this.root = root;
    this.t = t;
    this.answer = answer;
    this.#undo = el('button', { class: 'button', type: 'button', data: { act: 'undo' }, 'aria-keyshortcuts': 'U', on: { click: undo } }, icon('undo'), t('chair.undo'));
    this.#write = el('button', { class: 'button', type: 'button', data: { act: 'write' }, 'aria-expanded': 'false', on: { click: () => this.#open(Boolean(this.#form.hidden)) } }, icon('pencil'), t('chair.write'));
    this.#name = el('input', { class: 'input', id: 'answer-name', type: 'text', maxlength: 60, autocomplete: 'off', dir: 'auto' });
    this.#text = el('textarea', { class: 'input', id: 'answer-text', maxlength: 500, rows: 2, dir: 'auto' });
    this.#form = el('form', { class: 'answer', hidden: true, novalidate: true },
      this.#about, el('div', { class: 'field' }, el('label', { for: 'answer-name' }, t('chair.who')), this.#names, this.#name),
      el('div', { class: 'field' }, el('label', { for: 'answer-text' }, t('chair.what')), this.#text),
      el('button', { class: 'button primary', type: 'submit' }, t('save')));
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#save();
    });
    root.append(el('div', { class: 'last-row' }, this.#words, this.#write, this.#undo), this.#form);
  }

  /**
   * @param {Step | null} step
   * @param {object} more
   * @param {string} more.words What was done.
   * @param {string} more.question Its text.
   * @param {boolean} more.can It can be taken back.
   * @param {ReadonlyArray<string>} more.speakers Who may have answered.
   */
  render(step, { words, question, can, speakers }) {
    this.root.hidden = step === null && this.#form.hidden;
    // What somebody types stays, also when the next question is on stage already.
    if (step?.post !== this.#post && !this.#isTyped) this.#open(false);
    this.#step = step;
    if (this.#words.textContent !== words) this.#words.textContent = words;
    this.#undo.hidden = !can;
    this.#write.hidden = step?.to !== 'answered' || (!this.#form.hidden && step.post !== this.#post);
    if (this.#form.hidden) this.#about.textContent = question;
    this.#offer(speakers);
  }

  get #isTyped() {
    return this.#name.value.trim() !== '' || this.#text.value.trim() !== '';
  }

  /** @param {ReadonlyArray<string>} speakers */
  #offer(speakers) {
    if (this.#speakers === speakers.join('\n')) return;
    this.#speakers = speakers.join('\n');
    this.#names.replaceChildren(...speakers.map((name) => el('button', { class: 'chip', type: 'button', on: { click: () => { this.#name.value = name; } } }, el('bdi', {}, name))));
  }

  /** @param {boolean} open */
  #open(open) {
    this.#form.hidden = !open;
    this.#write.setAttribute('aria-expanded', String(open));
    if (!open) return;
    this.#post = this.#step?.post ?? '';
    this.#name.focus();
  }

  async #save() {
    const post = this.#post;
    const saved = await this.answer(post, { name: this.#name.value, text: this.#text.value });
    if (!saved) return;
    this.#name.value = this.#text.value = '';
    this.#open(false);
    this.#write.focus();
  }
}
