/** @import {Switch, Translate} from '../types.js' */
/** @import {Brake} from './policy-view.js' */
import { since } from '../elements/stopped.js';
import { el } from '../lib/html.js';
import { icon } from '../lib/icon.js';
import { dayTime } from '../lib/time.js';
import { say } from './say.js';

/**
 * @typedef {object} Facts
 * @property {'revoked' | 'closed' | null} out
 * @property {boolean} lost
 * @property {Switch | null} stop
 * @property {boolean} stopping Asked, and not done yet.
 * @property {Switch | null} pause
 * @property {Brake | null} brake
 * @property {boolean} rehearsing
 * @property {number} held
 */

/** What everybody at the remote must know now. Only the first line of a notice is read aloud: what counts on below it is not. */
export class NoticesView {
  /** @type {Map<string, {strong: string, words: HTMLElement, root: HTMLElement}>} */
  #shown = new Map();

  /**
   * @param {HTMLElement} root
   * @param {object} parts
   * @param {Translate} parts.t
   * @param {string} parts.lang
   * @param {(policy: string) => void} parts.release Ends the brake.
   */
  constructor(root, { t, lang, release }) {
    this.root = root;
    this.t = t;
    this.lang = lang;
    this.release = release;
  }

  /** @param {Facts} facts */
  render({ out, lost, stop, stopping, pause, brake, rehearsing, held }) {
    const { t, lang } = this;
    const stopped = stop?.on === true;
    this.#put('out', out ? t(out === 'revoked' ? 'revoked' : 'closed') : '', { kind: 'danger' });
    this.#put('lost', lost && !out ? t('lost') : '', { words: t('stage.lost') });
    this.#put('stop', stopped && stop ? since(t, lang, 'stop', stop) : '', { kind: 'danger', words: `${t('stop.state')} ${t('stage.waiting', { n: held })} ${t('stage.stopped-choose')}` });
    this.#put('stopping', stopping && !stopped ? t('stop.covering') : '', { kind: 'danger' });
    this.#put('brake', brake ? t('stage.brake', { time: dayTime(lang, brake.at / 1000) }) : '', { words: brake ? this.#brakeWords(brake) : '', button: () => this.#releaseButton(brake) });
    this.#put('pause', pause?.on && !stopped ? since(t, lang, 'pause', pause) : '', { words: t('pause.state') });
    this.#put('rehearsal', rehearsing ? t('stage.rehearsal.notice') : '', { kind: 'plain', words: t('stage.rehearsal.notice-what') });
  }

  /** @param {Brake} brake */
  #brakeWords({ postsPerMinute, newPercent, alikePercent, held }) {
    return `${this.t('stage.brake-figures', { posts: postsPerMinute, fresh: newPercent, alike: alikePercent })} ${this.t('stage.waiting', { n: held })}`;
  }

  /** @param {Brake | null} brake */
  #releaseButton(brake) {
    const was = brake?.was ?? '';
    return el('button', { class: 'button', type: 'button', data: { act: 'release' }, on: { click: () => this.release(was) } }, this.t('stage.brake-back', { policy: this.t(`stage.policy.${was}`) }));
  }

  /**
   * @param {string} name
   * @param {string} strong Empty: take it away.
   * @param {{kind?: 'warn' | 'danger' | 'plain', words?: string, button?: () => HTMLElement}} more
   */
  #put(name, strong, { kind = 'warn', words = '', button }) {
    const shown = this.#shown.get(name);
    if (shown?.strong === strong) return say(shown.words, words);
    shown?.root.remove();
    this.#shown.delete(name);
    if (!strong) return;
    const line = el('p', { class: 'notice-words' }, words);
    const sign = name.startsWith('stop') ? 'stop' : name === 'pause' ? 'pause' : name === 'rehearsal' ? 'info' : 'warning';
    const root = el('div', { class: `banner card ${kind === 'plain' ? '' : kind}`, data: { notice: name } }, icon(sign),
      el('div', { class: 'notice' }, el('p', { role: kind === 'danger' ? 'alert' : 'status' }, el('strong', {}, strong)), line, button ? button() : null));
    this.root.append(root);
    this.#shown.set(name, { strong, words: line, root });
  }
}
