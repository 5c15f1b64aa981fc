/** @import {Translate} from '../../types.js' */
import { el } from '../../lib/html.js';
import { send } from '../../lib/http.js';
import { icon } from '../../lib/icon.js';
import { dayTime } from '../../lib/time.js';

const LOOK_EVERY_MS = 1_500;
/** After this the person has walked around with a phone long enough to want to know why. */
const GIVE_UP_MS = 180_000;

/**
 * The scan test: scan this code with a phone, and the box turns green when the phone arrived. Warns when the address
 * only works on this computer.
 *
 * Usage: `const test = document.createElement('fontein-scan-test'); test.words = {t, lang};`
 */
export class ScanTest extends HTMLElement {
  /** @type {{t: Translate, lang: string} | null} */
  words = null;
  #timer = 0;

  connectedCallback() {
    if (!this.words) return;
    this.classList.add('card', 'scan-test');
    this.#show(this.#startButton('scan.start'));
  }

  disconnectedCallback() {
    window.clearTimeout(this.#timer);
  }

  /** @param {...Node} parts */
  #show(...parts) {
    const t = this.#t;
    this.replaceChildren(
      el('div', { class: 'scan-words stack' }, el('h3', {}, t('scan.title')), el('p', { class: 'meta' }, t('scan.text')), ...parts));
  }

  get #t() {
    return /** @type {Translate} */ (this.words?.t);
  }

  /** @param {string} key */
  #startButton(key) {
    return el('button', { class: 'button', type: 'button', on: { click: () => this.#start() } }, icon('qr', 'small'), this.#t(key));
  }

  async #start() {
    window.clearTimeout(this.#timer);
    this.classList.remove('arrived');
    const answer = await send('POST', '/v1/scan-tests', {});
    if (!answer.ok) return this.#show(this.#say('warning', this.#t('scan.failed')), this.#startButton('scan.again'));
    const { code, url, qr, loopback } = answer.data;
    const status = this.#say('clock', this.#t('scan.waiting'));
    this.#show(...(loopback ? [this.#loopback()] : [status]), el('p', { class: 'meta scan-url' }, url), this.#startButton('scan.again'));
    if (loopback) return;
    this.append(el('div', { class: 'qr' }, el('img', { src: qr, alt: this.#t('qr.of', { what: this.#t('scan.title') }), width: 160, height: 160 })));
    this.querySelector('button')?.focus();
    this.#lookLater(code, status, performance.now());
  }

  #loopback() {
    return el('p', { class: 'banner card warn', role: 'status' }, icon('warning'), el('span', {}, this.#t('scan.loopback')));
  }

  /**
   * @param {string} name
   * @param {string} words
   */
  #say(name, words) {
    return el('p', { class: 'scan-status', role: 'status' }, icon(name, 'small'), el('span', {}, words));
  }

  /**
   * @param {string} code
   * @param {HTMLElement} status
   * @param {number} since
   */
  #lookLater(code, status, since) {
    this.#timer = window.setTimeout(() => this.#look(code, status, since), LOOK_EVERY_MS);
  }

  /**
   * @param {string} code
   * @param {HTMLElement} status
   * @param {number} since
   */
  async #look(code, status, since) {
    const answer = await send('GET', `/v1/scan-tests/${encodeURIComponent(code)}`);
    if (!this.isConnected) return;
    if (answer.ok && answer.data.arrived) return this.#arrived(status, answer.data.at);
    if (performance.now() - since > GIVE_UP_MS) {
      status.replaceChildren(icon('warning', 'small'), el('span', {}, this.#t('scan.over')));
      return;
    }
    this.#lookLater(code, status, since);
  }

  /**
   * @param {HTMLElement} status
   * @param {number | null} at Microseconds.
   */
  #arrived(status, at) {
    this.classList.add('arrived');
    const time = dayTime(this.words?.lang ?? 'nl', at === null ? Date.now() : at / 1000);
    status.replaceChildren(icon('check', 'small'), el('span', {}, this.#t('scan.arrived', { time })));
  }
}
