/** @import {Asked} from '../lib/hall.js' */
/** @import {Stand, Translate} from '../types.js' */
import { el } from '../lib/html.js';
import { icon } from '../lib/icon.js';
import { Swipe } from './swipe.js';
import { meta } from './words.js';

/** The question that is on stage, as large as the page allows. What can be done with it is always at hand, where a thumb is. */
export class NowView {
  #card = el('article', { class: 'now-card' });
  #none = el('p', { class: 'now-none' });
  #done;
  #bring;
  #text = el('p', { class: 'now-text', dir: 'auto' });
  #meta = el('p', { class: 'now-meta' });
  /** @type {Asked | null} */
  #question = null;

  /**
   * @param {HTMLElement} root
   * @param {HTMLElement} dock For the buttons.
   * @param {object} parts
   * @param {Translate} parts.t
   * @param {(post: string, stand: Stand) => void} parts.stand
   * @param {() => void} parts.next
   */
  constructor(root, dock, { t, stand, next }) {
    this.t = t;
    const to = (/** @type {Stand} */ where) => () => {
      if (this.#question) stand(this.#question.post, where);
    };
    const button = (/** @type {Stand} */ where, /** @type {string} */ kind, /** @type {string} */ sign, /** @type {string} */ key) =>
      el('button', { class: `button ${kind}`, type: 'button', data: { stand: where }, 'aria-keyshortcuts': key || null, on: { click: to(where) } }, icon(sign), t(`chair.to-${where}`));
    this.#card.append(
      el('p', { class: 'swipe-words end', 'aria-hidden': 'true' }, icon('check'), t('chair.to-answered')),
      el('p', { class: 'swipe-words', 'aria-hidden': 'true' }, t('chair.to-later'), icon('clock')),
      el('div', { class: 'now-moves' }, this.#text, this.#meta),
      button('open', 'quiet', 'undo', ''));
    this.#done = [button('answered', 'primary', 'check', 'A'), button('later', '', 'clock', 'L')];
    this.#bring = el('button', { class: 'button primary', type: 'button', data: { act: 'next' }, 'aria-keyshortcuts': 'N', on: { click: next } }, icon('play'), t('chair.bring'));
    root.append(this.#card, this.#none);
    dock.append(...this.#done, this.#bring);
    new Swipe(this.#card, (where) => to(where === 'right' ? 'answered' : 'later')());
  }

  /**
   * @param {Asked | null} question
   * @param {boolean} more There is one to bring.
   */
  render(question, more) {
    const { t } = this;
    this.#card.hidden = question === null;
    this.#none.hidden = question !== null;
    for (const button of this.#done) button.hidden = question === null;
    this.#bring.hidden = question !== null || !more;
    say(this.#none, t(more ? 'chair.nothing-on' : 'chair.nothing-at-all'));
    this.#question = question;
    if (!question) return;
    say(this.#text, question.text);
    this.#text.lang = question.lang ?? '';
    this.#text.dataset['length'] = question.text.length > 220 ? 'long' : question.text.length > 110 ? 'middle' : 'short';
    say(this.#meta, meta(t, question));
  }
}

/**
 * @param {HTMLElement} element
 * @param {string} text
 */
function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
