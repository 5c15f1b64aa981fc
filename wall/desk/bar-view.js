/** @import {DeskPost, Translate} from '../types.js' */
/** @import {Command} from './keys.js' */
/** @import {State} from './state.js' */
import { el } from '../lib/html.js';
import { icon } from '../lib/icon.js';
import { meant } from './decisions.js';

/** @typedef {{button: HTMLButtonElement, words: HTMLElement}} Made */

/**
 * The bar of decisions. Its buttons stay on the page and on their spot: they are shown, hidden and named anew, so that the
 * focus stays where it was.
 */
export class BarView {
  #chosen = el('p', { class: 'bar-count', hidden: true });

  /**
   * @param {HTMLElement} root
   * @param {object} parts
   * @param {Translate} parts.t
   * @param {(command: Command) => void} parts.run
   */
  constructor(root, { t, run }) {
    this.t = t;
    this.run = run;
    this.show = this.#make('show', 'A', 'primary big');
    this.next = this.#make('next', '↓', 'big');
    this.reject = this.#make('reject', 'R', 'danger-line big');
    this.hide = this.#make('hide', 'H', 'danger-line big');
    this.alike = this.#make('alike', 'L', 'plain quiet', 'copy');
    this.pin = this.#make('pin', 'P', 'plain quiet', 'pin');
    this.star = this.#make('star', 'S', 'plain quiet', 'star');
    this.ban = this.#make('ban', 'B', 'plain quiet', 'block');
    this.clear = this.#make('close', 'Esc', 'quiet');
    this.help = this.#make('help', '?', 'plain quiet', 'info');
    const main = [this.next, this.show, this.reject, this.hide, this.alike];
    const more = [this.pin, this.star, this.ban, this.clear, this.help];
    root.append(this.#chosen,
      el('div', { class: 'bar-main' }, main.map((made) => made.button)),
      el('div', { class: 'bar-more' }, more.map((made) => made.button)));
    this.alike.words.textContent = t('desk.also-alike');
    this.ban.words.textContent = t('desk.ban');
    this.clear.words.textContent = t('desk.clear');
    this.help.words.textContent = t('desk.help');
    this.next.words.textContent = t('desk.next');
    this.root = root;
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
    const button = el('button', { class: `button ${kind}`, type: 'button', 'aria-keyshortcuts': shortcut(key), data: { command } },
      sign ? icon(sign, 'small') : null, words, el('kbd', { 'aria-hidden': 'true' }, key));
    button.addEventListener('click', () => this.run(command));
    return { button, words };
  }

  /**
   * @param {State} state
   * @param {ReadonlyMap<string, DeskPost>} posts
   * @param {boolean} deaf There is no server.
   */
  render(state, posts, deaf) {
    const n = state.selected.size;
    this.root.classList.toggle('bulk', n > 0);
    this.#chosen.hidden = n === 0;
    this.#chosen.textContent = n > 0 ? this.t('desk.selected', { n }) : '';
    if (n > 0) this.#bulk(state, posts, n);
    else this.#single(state);
    const dead = deaf || state.out !== null;
    for (const { button } of [this.show, this.reject, this.hide, this.pin, this.star, this.ban]) button.disabled = dead;
  }

  /**
   * @param {State} state
   * @param {ReadonlyMap<string, DeskPost>} posts
   * @param {number} n
   */
  #bulk(state, posts, n) {
    const bad = [...state.selected].every((id) => posts.get(id)?.why?.reason);
    this.#put(this.show, state.tab !== 'shown', 'desk.show-all', !bad, n);
    this.#put(this.reject, state.tab === 'held', 'desk.reject', bad);
    this.#put(this.hide, state.tab === 'shown', 'desk.hide-all', false, n);
    this.#put(this.alike, state.tab === 'held', 'desk.also-alike', false);
    for (const made of [this.next, this.pin, this.star, this.ban, this.help]) made.button.hidden = true;
    this.clear.button.hidden = false;
  }

  /** @param {State} state */
  #single(state) {
    const { focus, notice } = state;
    const offers = notice && notice.post === focus?.id ? notice.offers : null;
    const can = (/** @type {'show' | 'reject' | 'hide' | 'pin' | 'star'} */ command) =>
      focus !== null && meant(command, focus).length > 0 && (!offers || offers.includes(/** @type {any} */ (command)));
    const again = offers !== null && offers[0] === 'next';
    this.#put(this.next, again, 'desk.next', true);
    this.#put(this.show, can('show'), again || focus?.status !== 'held' ? 'desk.show-again' : 'desk.show', !again);
    this.#put(this.reject, can('reject') && focus?.status === 'held', 'desk.reject', false);
    this.#put(this.hide, can('hide'), again ? 'desk.hide-again' : 'desk.hide', false);
    this.#put(this.pin, !offers && can('pin') && focus?.status !== 'rejected' && focus?.status !== 'hidden', focus?.pinned ? 'desk.unpin' : 'desk.pin', false);
    this.#put(this.star, !offers && can('star') && focus?.status !== 'rejected' && focus?.status !== 'hidden', focus?.starred ? 'desk.unstar' : 'desk.star', false);
    this.ban.button.hidden = !focus || offers !== null;
    this.help.button.hidden = false;
    this.alike.button.hidden = true;
    this.clear.button.hidden = true;
  }

  /**
   * @param {Made} made
   * @param {boolean} there
   * @param {string} words
   * @param {boolean} filled
   * @param {number} [n]
   */
  #put(made, there, words, filled, n) {
    made.button.hidden = !there;
    const text = this.t(words, n === undefined ? {} : { n });
    if (made.words.textContent !== text) made.words.textContent = text;
    const danger = made === this.reject || made === this.hide;
    made.button.classList.toggle('primary', filled && !danger);
    made.button.classList.toggle('danger', filled && danger);
    made.button.classList.toggle('danger-line', !filled && danger);
  }
}

/** @param {string} key As `aria-keyshortcuts` wants it. */
function shortcut(key) {
  return { '↓': 'ArrowDown', Esc: 'Escape' }[key] ?? key;
}
