/** @import {LiveState, Switch, Translate} from '../types.js' */
/** @import {State} from './state.js' */
import { el } from '../lib/html.js';
import { icon } from '../lib/icon.js';
import { since } from '../elements/stopped.js';

/** Back on is deaf this long: two people may hit stop at once, and the second one hits what stands there now. */
const DEAF_MS = 2_000;

/** What everybody at the desk must know: no server, emergency stop, pause, and a request that failed. */
export class NoticesView {
  /** @type {Map<string, {text: string, banner: HTMLElement}>} */
  #shown = new Map();
  #stoppedAt = -Infinity;

  /**
   * @param {HTMLElement} root
   * @param {object} parts
   * @param {Translate} parts.t
   * @param {string} parts.lang
   * @param {() => void} parts.backOn
   * @param {() => void} parts.dismiss
   */
  constructor(root, { t, lang, backOn, dismiss }) {
    this.root = root;
    this.t = t;
    this.lang = lang;
    this.backOn = backOn;
    this.dismiss = dismiss;
  }

  /** Whether the screens may be put back on yet. */
  get mayGoOn() {
    return performance.now() - this.#stoppedAt >= DEAF_MS;
  }

  /** To the button that puts the screens back on, where there is one. */
  focusBackOn() {
    const button = this.root.querySelector('.back-on');
    if (button instanceof HTMLElement) button.focus();
  }

  /**
   * @param {State} state
   * @param {LiveState} live
   * @param {Switch | null} stop
   * @param {Switch | null} pause
   */
  render(state, live, stop, pause) {
    const { t } = this;
    this.#put('out', state.out ? t(state.out === 'revoked' ? 'revoked' : 'closed') : '', 'danger', 'alert');
    this.#put('lost', live === 'lost' && !state.out ? t('desk.lost') : '', 'warn', 'alert');
    const on = stop?.on === true;
    if (on && !this.#shown.has('stop')) this.#stoppedNow();
    this.#put('stop', on && stop ? since(t, this.lang, 'stop', stop) : '', 'danger', 'status', on ? t('stop.state') : '', () => this.#backOnButton());
    this.#put('stopping', state.stopping && !on ? t('stop.covering') : '', 'danger', 'status');
    this.#put('pause', pause?.on && !on ? since(t, this.lang, 'pause', pause) : '', 'warn', 'status', pause?.on ? t('pause.state') : '');
    this.#put('fault', state.fault ?? '', 'warn', 'alert', '', () => this.#dismissButton());
  }

  #stoppedNow() {
    this.#stoppedAt = performance.now();
    window.setTimeout(() => this.root.querySelector('.back-on')?.setAttribute('aria-disabled', 'false'), DEAF_MS);
  }

  #backOnButton() {
    return el('button', { class: 'button danger back-on', type: 'button', 'aria-keyshortcuts': 'T', 'aria-disabled': String(!this.mayGoOn), on: { click: () => this.backOn() } },
      this.t('stop.back-on'), el('kbd', { 'aria-hidden': 'true' }, 'T'));
  }

  #dismissButton() {
    return el('button', { class: 'button quiet plain', type: 'button', 'aria-label': this.t('close'), on: { click: () => this.dismiss() } }, icon('close', 'small'));
  }

  /**
   * @param {string} name
   * @param {string} strong Empty: take it away.
   * @param {'warn' | 'danger'} kind
   * @param {'alert' | 'status'} role
   * @param {string} [more]
   * @param {() => HTMLElement} [button]
   */
  #put(name, strong, kind, role, more = '', button) {
    const shown = this.#shown.get(name);
    const text = `${strong}\n${more}`;
    if (shown?.text === text) return;
    if (!strong) {
      shown?.banner.remove();
      this.#shown.delete(name);
      return;
    }
    const banner = el('div', { class: `banner ${kind} appear`, role },
      icon(name === 'stop' || name === 'stopping' ? 'stop' : name === 'pause' ? 'pause' : 'warning'), el('p', {}, el('strong', {}, strong), more ? ` ${more}` : ''), button ? button() : null);
    if (shown) shown.banner.replaceWith(banner);
    else this.root.append(banner);
    this.#shown.set(name, { text, banner });
  }
}
