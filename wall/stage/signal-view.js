/** @import {Translate} from '../types.js' */
import { el } from '../lib/html.js';
import { icon } from '../lib/icon.js';
import { dayTime } from '../lib/time.js';
import { say } from './say.js';

/** A second tap within this time is the same sign. */
const AGAIN_MS = 3_000;
/** So long it is told what was signed, and who thanked for it. */
const TOLD_MS = 150_000;

/** A sign that only chair and speaker see: two more minutes. */
export class SignalView {
  #said = el('p', { class: 'meta', role: 'status' });
  #pressedAt = -Infinity;
  /** @type {{session: string, at: number, thanked: boolean} | null} */
  #last = null;

  /**
   * @param {HTMLElement} root
   * @param {object} parts
   * @param {Translate} parts.t
   * @param {string} parts.lang
   * @param {() => number} parts.now
   * @param {() => string} parts.session Whose people see it; empty: those of no session.
   * @param {(session: string, at: number) => Promise<boolean>} parts.send
   */
  constructor(root, { t, lang, now, session, send }) {
    this.t = t;
    this.lang = lang;
    this.now = now;
    this.session = session;
    this.send = send;
    const button = el('button', { class: 'button', type: 'button', data: { act: 'two-minutes' }, on: { click: () => void this.#press() } }, icon('clock', 'small'), t('stage.signal'));
    root.append(el('div', { class: 'signal' }, button, this.#said));
  }

  async #press() {
    if (performance.now() - this.#pressedAt < AGAIN_MS) return;
    this.#pressedAt = performance.now();
    const session = this.session();
    const at = Math.round(this.now() * 1_000);
    if (!(await this.send(session, at))) return;
    this.#last = { session, at, thanked: false };
    this.render();
  }

  /**
   * What chair or speaker signed.
   *
   * @param {string} session
   * @param {unknown} kind
   */
  heard(session, kind) {
    if (kind === 'thanks' && this.#last?.session === session) this.#last.thanked = true;
  }

  render() {
    const last = this.#last;
    const told = last && last.session === this.session() && this.now() - last.at / 1_000 < TOLD_MS;
    say(this.#said, told ? this.t(last.thanked ? 'stage.signal-seen' : 'stage.signal-sent', { time: dayTime(this.lang, last.at / 1_000) }) : this.t('stage.signal-what'));
  }
}
