/** @import {Brake, LiveState, Switch, Translate} from '../types.js' */
/** @import {State} from './state.js' */
/** @import {Burst} from './stuffing.js' */
import { isolate } from '../elements/doer.js';
import { el } from '../lib/html.js';
import { icon } from '../lib/icon.js';
import { since } from '../elements/stopped.js';
import { dayTime } from '../lib/time.js';
import { freshPercent } from './stuffing.js';

/** Back on is deaf this long: two people may hit stop at once, and the second one hits what stands there now. */
const DEAF_MS = 2_000;

/** What everybody at the desk must know: no server, emergency stop, pause, networks that need somebody, and a request that failed. */
export class NoticesView {
  /** @type {Map<string, {text: string, of: string, banner: HTMLElement}>} */
  #shown = new Map();
  #stoppedAt = -Infinity;

  /**
   * @param {HTMLElement} root
   * @param {object} parts
   * @param {Translate} parts.t
   * @param {string} parts.lang
   * @param {() => void} parts.backOn
   * @param {() => void} parts.dismiss
   * @param {() => void} parts.lookAtBrake
   * @param {() => void} parts.releaseBrake
   * @param {(key: string) => void} parts.votes See how votes came in.
   * @param {(key: string) => void} parts.votesInOrder
   * @param {() => void} parts.sourcesAside Do not tell of these networks again.
   */
  constructor(root, { t, lang, backOn, dismiss, lookAtBrake, releaseBrake, votes, votesInOrder, sourcesAside }) {
    this.sourcesAside = sourcesAside;
    this.votes = votes;
    this.votesInOrder = votesInOrder;
    this.root = root;
    this.t = t;
    this.lang = lang;
    this.backOn = backOn;
    this.dismiss = dismiss;
    this.lookAtBrake = lookAtBrake;
    this.releaseBrake = releaseBrake;
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
   * @param {Brake | null} brake
   * @param {{key: string, burst: Burst, title: string} | null} burst Votes that may be stuffed.
   * @param {string[]} ill The names of networks that need somebody.
   */
  render(state, live, stop, pause, brake, burst, ill) {
    const { t } = this;
    this.#put('out', state.out ? t(state.out === 'revoked' ? 'revoked' : 'closed') : '', 'danger', 'alert');
    this.#put('lost', live === 'lost' && !state.out ? t('desk.lost') : '', 'warn', 'alert');
    const on = stop?.on === true;
    if (on && !this.#shown.has('stop')) this.#stoppedNow();
    this.#put('stop', on && stop ? since(t, this.lang, 'stop', stop) : '', 'danger', 'status', on ? t('stop.state') : '', () => this.#backOnButton());
    this.#put('stopping', state.stopping && !on ? t('stop.covering') : '', 'danger', 'status');
    this.#put('brake', brake && !state.out ? t('desk.brake', { time: dayTime(this.lang, brake.at / 1000) }) : '', 'warn', 'alert', brake ? this.#figures(brake) : '',
      () => this.#brakeButtons(brake), brake ? `${brake.held} ${on}` : '');
    this.#put('pause', pause?.on && !on ? since(t, this.lang, 'pause', pause) : '', 'warn', 'status', pause?.on ? t('pause.state') : '');
    const stuffed = burst !== null && !state.out;
    this.#put('votes', stuffed ? t('desk.votes.loud', { title: isolate(burst.title) }) : '', 'warn', 'status',
      stuffed ? t('desk.votes.burst', { n: burst.burst.perSecond, percent: freshPercent(burst.burst) }) : '', () => this.#votesButtons(burst?.key ?? ''), burst?.key);
    const told = ill.length > 0 && !state.out;
    this.#put('sources', told ? t('desk.sources-ill', { n: ill.length, names: [...new Set(ill)].join(', ') }) : '', 'warn', 'status', told ? t('desk.sources-ill-what') : '', () => this.#dismissButton(this.sourcesAside));
    this.#put('fault', state.fault ?? '', 'warn', 'alert', '', () => this.#dismissButton(this.dismiss));
  }

  /** @param {Brake} brake */
  #figures({ postsPerMinute, newPercent, alikePercent }) {
    return this.t('desk.brake.figures', { n: postsPerMinute, new: newPercent, alike: alikePercent });
  }

  /** @param {Brake | null} brake */
  #brakeButtons(brake) {
    if (!brake) return el('span');
    const look = el('button', { class: 'button brake-look', type: 'button', on: { click: () => this.lookAtBrake() } }, this.t('desk.brake.look', { n: brake.held }));
    const stopped = this.#shown.has('stop');
    const back = el('button', { class: 'button brake-back', type: 'button', 'aria-keyshortcuts': stopped ? null : 'T', on: { click: () => this.releaseBrake() } },
      this.t('desk.brake.back', { policy: this.t(`desk.policy.${brake.was}`) }), stopped ? null : el('kbd', { 'aria-hidden': 'true' }, 'T'));
    return el('div', { class: 'banner-buttons', 'aria-live': 'off' }, brake.held > 0 ? look : null, back);
  }

  /** @param {string} key */
  #votesButtons(key) {
    return el('div', { class: 'banner-buttons' },
      el('button', { class: 'button votes-look', type: 'button', 'aria-keyshortcuts': 'I', on: { click: () => this.votes(key) } }, this.t('desk.votes.look'), el('kbd', { 'aria-hidden': 'true' }, 'I')),
      el('button', { class: 'button quiet votes-in-order', type: 'button', on: { click: () => this.votesInOrder(key) } }, this.t('desk.votes.in-order')));
  }

  #stoppedNow() {
    this.#stoppedAt = performance.now();
    window.setTimeout(() => this.root.querySelector('.back-on')?.setAttribute('aria-disabled', 'false'), DEAF_MS);
  }

  #backOnButton() {
    return el('button', { class: 'button danger back-on', type: 'button', 'aria-keyshortcuts': 'T', 'aria-disabled': String(!this.mayGoOn), on: { click: () => this.backOn() } },
      this.t('stop.back-on'), el('kbd', { 'aria-hidden': 'true' }, 'T'));
  }

  /** @param {() => void} dismiss */
  #dismissButton(dismiss) {
    return el('button', { class: 'button quiet plain', type: 'button', 'aria-label': this.t('close'), on: { click: () => dismiss() } }, icon('close', 'small'));
  }

  /**
   * @param {string} name
   * @param {string} strong Empty: take it away.
   * @param {'warn' | 'danger'} kind
   * @param {'alert' | 'status'} role
   * @param {string} [more]
   * @param {() => HTMLElement} [button]
   * @param {string} [of] What the button says, as far as it changes.
   */
  #put(name, strong, kind, role, more = '', button, of = '') {
    const shown = this.#shown.get(name);
    const text = `${strong}\n${more}`;
    if (shown?.text === text && shown.of !== of && button) {
      const focused = shown.banner.querySelector(':focus')?.className;
      shown.banner.lastElementChild?.replaceWith(button());
      if (focused) /** @type {HTMLElement | undefined} */ ([...shown.banner.querySelectorAll('button')].find((each) => each.className === focused))?.focus();
      shown.of = of;
      return;
    }
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
    this.#shown.set(name, { text, of, banner });
  }
}
