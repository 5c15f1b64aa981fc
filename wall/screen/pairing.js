import { send } from '../lib/http.js';
import { retryDelay } from '../lib/retry.js';
import { screenId } from './identity.js';

/** How long a screen says what it is called, in ms. */
const DONE_MS = 5_000;
/** Where the server does not say until when a code holds: a new one after so long, in ms. */
const HOLDS_MS = 5 * 60_000;
/** The view tells when this screen was paired; not when it was paired as what it was. So it is asked too, every so many ms. */
const LOOK_MS = 3_000;

/**
 * A screen that asks to be paired: four characters, until somebody typed them on the stage page. Not shown otherwise: a hall has
 * nothing to do with it.
 */
export class PairingCode {
  /** Somebody asked for it, and it is not done. */
  on = false;
  /** Empty while there is none. */
  code = '';
  /** How the screen is called now; empty: it is not paired yet. */
  name = '';
  /** Somebody typed it. */
  confirmed = false;
  #failures = 0;
  #lookAt = 0;
  #timer = 0;
  #endsAt = 0;
  /** Raised when what is under way does not count any more. */
  #turn = 0;

  /**
   * @param {string} api
   * @param {() => number} now The server's clock, in ms.
   * @param {() => void} onchange
   */
  constructor(api, now, onchange) {
    this.api = api;
    this.now = now;
    this.onchange = onchange;
  }

  start() {
    if (this.on) return;
    this.on = true;
    this.confirmed = false;
    this.code = this.name = '';
    this.#turn += 1;
    void this.#ask(this.#turn);
    this.onchange();
  }

  stop() {
    if (!this.on) return;
    this.on = false;
    this.code = this.name = '';
    this.#turn += 1;
    window.clearTimeout(this.#timer);
    this.onchange();
  }

  /** @param {string} name Staff gave it to this screen. */
  done(name) {
    if (!this.on || this.name) return;
    this.name = name;
    this.#turn += 1;
    window.clearTimeout(this.#timer);
    this.#endsAt = performance.now() + DONE_MS;
    this.onchange();
  }

  /** A moment passed. */
  tick() {
    if (this.name && performance.now() >= this.#endsAt) this.stop();
    if (!this.on || this.name || !this.code || performance.now() < this.#lookAt) return;
    this.#lookAt = performance.now() + LOOK_MS;
    void this.#look(this.#turn, this.code);
  }

  /**
   * @param {number} turn
   * @param {string} code
   */
  async #look(turn, code) {
    const answer = await send('GET', `${this.api}/screens/pairings/${encodeURIComponent(code)}`);
    if (turn !== this.#turn || code !== this.code || !answer.ok || answer.data?.paired !== true) return;
    this.confirmed = true;
    this.onchange();
  }

  /** @param {number} turn */
  async #ask(turn) {
    const answer = await send('POST', `${this.api}/screens/pairings`, { screen: screenId() });
    if (turn !== this.#turn) return;
    this.#failures = answer.ok ? 0 : this.#failures + 1;
    const data = /** @type {{code?: string, expires?: number}} */ (answer.ok ? answer.data ?? {} : {});
    this.code = String(data.code ?? '');
    const holdsMs = data.expires ? data.expires / 1_000 - this.now() : HOLDS_MS;
    const soonMs = answer.ok ? 0 : Math.max(retryDelay(this.#failures, Math.random()), (answer.problem.retryAfter ?? 0) * 1_000);
    this.#timer = window.setTimeout(() => void this.#ask(turn), this.code ? Math.max(5_000, holdsMs) : soonMs || retryDelay(1, 1));
    this.onchange();
  }
}
