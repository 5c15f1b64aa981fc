/** @import {Reason, Translate} from '../types.js' */
/** @import {Done} from './strip.js' */
/** @import {State} from './state.js' */
import { el } from '../lib/html.js';
import { icon } from '../lib/icon.js';
import { dayTimeSeconds } from '../lib/time.js';
import { REASONS } from './decisions.js';
import { correctable, newest, undoable } from './strip.js';

const SIGNS = { show: 'check', 'show-pin': 'pin', 'show-star': 'star', reject: 'block', hide: 'hidden', ban: 'block', move: 'next', question: 'hand', 'no-question': 'hand', merge: 'stack', split: 'stack', aside: 'gauge', 'stand-open': 'undo', 'stand-on-stage': 'megaphone', 'stand-answered': 'check', 'stand-later': 'clock', hold: 'clock', pin: 'pin', unpin: 'pin', star: 'star', unstar: 'star' };

/** The last decision: what it was, undo, and for a rejection another reason. It stays until the next one (WCAG 2.2.1). */
export class StripView {
  /** @type {ReadonlyArray<unknown>} */
  #drawn = [];
  #words = el('div', { class: 'last-words' });
  #sign = el('span', { class: 'last-sign' });
  #reasons;
  #undo;
  #look;

  /**
   * @param {HTMLElement} root
   * @param {object} parts
   * @param {Translate} parts.t
   * @param {string} parts.lang
   * @param {() => void} parts.undo
   * @param {(reason: Reason) => void} parts.correct
   * @param {(id: string) => void} parts.look
   */
  constructor(root, { t, lang, undo, correct, look }) {
    this.t = t;
    this.lang = lang;
    this.#undo = el('button', { class: 'button quiet last-undo', type: 'button', 'aria-keyshortcuts': 'U', on: { click: undo } }, t('desk.undo'), el('kbd', { 'aria-hidden': 'true' }, 'U'));
    this.#look = el('button', { class: 'button quiet last-undo', type: 'button', hidden: true }, t('desk.look'));
    this.#look.addEventListener('click', () => look(this.#look.dataset['post'] ?? ''));
    this.#reasons = el('div', { class: 'last-reasons', role: 'group', 'aria-label': t('desk.reason'), hidden: true },
      REASONS.map((reason, n) => el('button', { class: 'reason', type: 'button', data: { reason }, 'aria-keyshortcuts': String(n + 1), on: { click: () => correct(reason) } },
        el('kbd', { 'aria-hidden': 'true' }, String(n + 1)), t(`desk.reason.${reason}`))));
    root.append(el('div', { class: 'last-line' }, this.#sign, this.#words, this.#look, this.#undo), this.#reasons);
  }

  /**
   * @param {State} state
   * @param {boolean} deaf
   */
  render(state, deaf) {
    const last = newest(state.done);
    this.#undo.disabled = deaf || state.out !== null || undoable(state.done) === null;
    const drawn = [last, state.message];
    if (drawn.every((part, at) => part === this.#drawn[at]) && this.#drawn.length > 0) return;
    this.#drawn = drawn;
    this.#look.hidden = !state.message?.post;
    this.#look.dataset['post'] = state.message?.post ?? '';
    this.#sign.replaceChildren(icon(state.message ? 'info' : last ? (last.undone ? 'undo' : SIGNS[last.decision]) : 'clock', 'small'));
    this.#words.replaceChildren(...this.#say(last, state.message?.words ?? null));
    this.#offerReasons(last, state.message !== null);
  }

  /**
   * @param {Done | null} last
   * @param {string | null} message
   */
  #say(last, message) {
    if (message) return [el('p', { class: 'last-all' }, message)];
    if (!last) return [el('p', {}, this.t('desk.done.none'))];
    const about = last.posts.length > 1 ? [this.t('desk.done.posts', { n: last.posts.length })] : [el('bdi', {}, last.name || this.t('author.nameless')), last.text ? ': ' : '', el('bdi', {}, last.text)];
    const first = last.over ? this.#over(last.over) : this.title(last);
    return [el('p', { class: last.over ? 'last-all' : '' }, first), el('p', { class: 'last-about' }, about)];
  }

  /** @param {Done} done What was done, in words. */
  title(done) {
    if (done.undone) return this.t('desk.done.undone');
    if (done.decision === 'reject' && !done.reason) return this.t('desk.reject');
    return this.t(`desk.done.${done.decision}`, { reason: done.reason ? this.t(`desk.reason.${done.reason}`) : '' });
  }

  /** @param {{name: string, at: number | null}} over */
  #over({ name, at }) {
    return at === null ? this.t('desk.over', { name }) : this.t('desk.over-at', { name, time: dayTimeSeconds(this.lang, at / 1000) });
  }

  /**
   * @param {Done | null} last
   * @param {boolean} message
   */
  #offerReasons(last, message) {
    this.#reasons.hidden = message || !correctable(last);
    for (const button of this.#reasons.querySelectorAll('button')) {
      button.setAttribute('aria-pressed', String(button.dataset['reason'] === last?.reason));
    }
  }
}
