/** @import {Opinions} from '../types.js' */
/** @import {Polled} from '../lib/hall.js' */
import { send } from '../lib/http.js';

/** Asked again after this long where no answer came, in ms; and so often. */
const AGAIN_MS = 5_000;
const TRIES = 4;

/** Who thinks alike on statements: fetched once when a poll is closed, since it takes a while to find. */
export class OpinionGroups {
  #about = '';
  /** @type {Opinions | null} */
  #found = null;
  #tries = 0;
  #askedMs = -Infinity;
  #api;
  #onfound;

  /**
   * @param {string} api
   * @param {() => void} onfound
   */
  constructor(api, onfound) {
    this.#api = api;
    this.#onfound = onfound;
  }

  /**
   * @param {Polled | undefined} poll
   * @returns {Opinions | null} null: there are none, or not yet.
   */
  of(poll) {
    if (!poll || poll.kind !== 'statements' || poll.closed === 0 || !poll.tally.result || poll.tally.result.few) return null;
    const about = `${poll.id} ${poll.closed}`;
    if (about !== this.#about) [this.#about, this.#found, this.#tries, this.#askedMs] = [about, null, 0, -Infinity];
    if (!this.#found && this.#tries < TRIES && performance.now() - this.#askedMs > AGAIN_MS) void this.#ask(poll.id, about);
    return this.#found;
  }

  /**
   * @param {string} id
   * @param {string} about
   */
  async #ask(id, about) {
    this.#tries += 1;
    this.#askedMs = performance.now();
    const answer = await send('GET', `${this.#api}/polls/${encodeURIComponent(id)}/opinions`);
    if (!answer.ok || about !== this.#about) return;
    this.#found = /** @type {Opinions} */ (answer.data);
    this.#onfound();
  }
}
