/** @import {Translate} from '../types.js' */
import { el } from '../lib/html.js';
import { say } from './say.js';

/** Days after the end; empty: never. */
const CHOICES = ['0', '1', '3', '7', '14', '30', ''];

/**
 * @typedef {object} Listening As the server tells.
 * @property {number | null} days
 * @property {number | null} until Microseconds.
 * @property {number | null} end Of the symposium, in microseconds.
 */

/** Until when the networks are listened to: by themselves sources stop some days after the symposium. */
export class ListeningView {
  #words = el('p', { class: 'meta' });
  #days = el('select', { class: 'input', id: 'listening-days' });
  #field;
  /** "vrijdag 27 november om 23:59", in the time zone of this device. */
  #moment;
  /** What the answer depended on. @type {ReadonlyArray<unknown>} */
  #asked = [];
  /** @type {Listening | null} */
  #told = null;
  #chosen = '-';

  /**
   * @param {HTMLElement} root
   * @param {object} parts
   * @param {Translate} parts.t
   * @param {string} parts.lang
   * @param {() => number} parts.now
   * @param {boolean} parts.mine Whether this badge may change it.
   * @param {() => Promise<Listening | null>} parts.ask
   * @param {(days: number | null) => void} parts.put
   */
  constructor(root, { t, lang, now, mine, ask, put }) {
    this.root = root;
    this.t = t;
    this.#moment = new Intl.DateTimeFormat(lang, { weekday: 'long', day: 'numeric', month: 'long', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
    this.now = now;
    this.ask = ask;
    this.#days.addEventListener('change', () => put(this.#days.value === '' ? null : Number(this.#days.value)));
    this.#field = el('div', { class: 'field' }, el('label', { for: 'listening-days' }, t('stage.listening.days')), this.#days);
    root.append(this.#words, ...(mine ? [this.#field] : []));
  }

  /**
   * @param {{days: number | null} | null} listening
   * @param {ReadonlyArray<{network: string, on: boolean, ended?: number | null}>} sources
   * @param {ReadonlyArray<unknown>} span What tells when the symposium is.
   */
  render(listening, sources, span) {
    const networks = sources.filter(({ network }) => network !== 'phone');
    this.root.hidden = listening === null || networks.length === 0;
    if (!listening || this.root.hidden) return;
    const depends = [listening, ...span];
    if (depends.some((each, at) => each !== this.#asked[at])) void this.#askAgain(depends);
    this.#choose(listening.days);
    const last = Math.max(0, ...networks.map(({ on, ended }) => (on ? 0 : (ended ?? 0))));
    const ended = last > 0 ? this.t('stage.listening.ended', { time: this.#moment.format(last / 1000) }) : '';
    say(this.#words, networks.some(({ on }) => on) || !ended ? this.#sentence(listening.days) : ended);
  }

  /** @param {ReadonlyArray<unknown>} depends */
  async #askAgain(depends) {
    this.#asked = depends;
    this.#told = await this.ask();
  }

  /** @param {number | null} days */
  #sentence(days) {
    if (days === null) return this.t('stage.listening.never');
    const until = this.#told?.days === days ? this.#told.until : null;
    if (until === null) return this.#told ? this.t('stage.listening.no-end') : '';
    const time = this.#moment.format(until / 1000);
    return this.t(until / 1000 > this.now() ? 'stage.listening.until' : 'stage.listening.over', { time });
  }

  /** @param {number | null} days */
  #choose(days) {
    const chosen = days === null ? '' : String(days);
    if (chosen === this.#chosen) return;
    this.#chosen = chosen;
    const choices = CHOICES.includes(chosen) ? CHOICES : [chosen, ...CHOICES];
    this.#days.replaceChildren(...choices.map((value) => el('option', { value, selected: value === chosen }, this.#choice(value))));
  }

  /** @param {string} value */
  #choice(value) {
    if (value === '') return this.t('stage.listening.choice-never');
    return value === '0' ? this.t('stage.listening.choice-end') : this.t('stage.listening.choice', { n: Number(value) });
  }
}
