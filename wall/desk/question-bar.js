/** @import {Translate} from '../types.js' */
/** @import {Asking} from './asking.js' */
/** @import {Command} from './keys.js' */
/** @import {State} from './state.js' */
import { el } from '../lib/html.js';
import { icon } from '../lib/icon.js';

/** @typedef {{button: HTMLButtonElement, words: HTMLElement}} Made */

/** What may be done with the question in focus, or with the chosen ones. Buttons stay on their spot, so that the focus stays where it was. */
export class QuestionBar {
  #count = el('p', { class: 'bar-count', hidden: true });

  /**
   * @param {HTMLElement} root
   * @param {object} parts
   * @param {Translate} parts.t
   * @param {(command: Command) => void} parts.run
   */
  constructor(root, { t, run }) {
    this.root = root;
    this.t = t;
    this.run = run;
    this.stage = this.#make('on-stage', 'O', 'primary big');
    this.answered = this.#make('answered', 'W', 'big');
    this.later = this.#make('later', 'N', 'big');
    this.merge = this.#make('merge', 'C', 'primary big');
    this.clear = this.#make('close', 'Esc', 'quiet');
    this.help = this.#make('help', '?', 'plain quiet', 'info');
    this.clear.words.textContent = t('desk.clear');
    this.help.words.textContent = t('desk.help');
    root.append(this.#count,
      el('div', { class: 'bar-main' }, [this.stage, this.answered, this.later, this.merge].map((made) => made.button)),
      el('div', { class: 'bar-more' }, [this.clear, this.help].map((made) => made.button)));
  }

  /**
   * @param {Command} command
   * @param {string} key
   * @param {string} kind
   * @param {string} [sign]
   * @returns {Made}
   */
  #make(command, key, kind, sign) {
    const words = el('span', { class: 'bar-word' });
    const button = el('button', { class: `button ${kind}`, type: 'button', 'aria-keyshortcuts': key === 'Esc' ? 'Escape' : key, data: { command } },
      sign ? icon(sign, 'small') : null, words, el('kbd', { 'aria-hidden': 'true' }, key));
    button.addEventListener('click', () => this.run(command));
    return { button, words };
  }

  /**
   * @param {State} state
   * @param {Asking} asking
   * @param {boolean} deaf There is no server.
   */
  render(state, asking, deaf) {
    this.root.hidden = !state.asked.open;
    const n = state.asked.selected.size;
    const { focus } = asking;
    const one = n === 0 && focus !== null;
    this.root.classList.toggle('bulk', n > 0);
    this.#count.hidden = n === 0;
    this.#count.textContent = n > 0 ? this.t('desk.selected', { n }) : '';
    this.#put(this.stage, one, focus?.stand === 'on-stage' ? 'desk.asked.off-stage' : 'desk.asked.on-stage');
    this.#put(this.answered, one, 'desk.asked.answered');
    this.#put(this.later, one, focus?.stand === 'later' ? 'desk.asked.not-later' : 'desk.asked.later');
    this.#put(this.merge, n > 0, 'desk.asked.merge');
    this.clear.button.hidden = n === 0;
    this.help.button.hidden = n > 0;
    for (const { button } of [this.stage, this.answered, this.later, this.merge]) button.disabled = deaf || state.out !== null;
  }

  /**
   * @param {Made} made
   * @param {boolean} there
   * @param {string} words
   */
  #put({ button, words: element }, there, words) {
    button.hidden = !there;
    const text = this.t(words);
    if (element.textContent !== text) element.textContent = text;
  }
}
