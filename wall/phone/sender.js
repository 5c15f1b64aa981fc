/** @import {Problem} from '../types.js' */
/** @import {Outbox, Unsent} from './outbox.js' */
import { send } from '../lib/http.js';

const UPLOAD_MS = 90_000;
const RETRY_MIN_S = 5;
const RETRY_MAX_S = 60;
/** What comes right by itself: no network, too late, in progress, too fast, too busy, too full. */
const PASSING = new Set([0, 408, 409, 425, 429, 502, 503, 504, 507]);

/**
 * Sends what is in the outbox, oldest first, each exactly once.
 *
 * Events: `change` (a post went, or its state changed), `sent` (one arrived).
 */
export class Sender extends EventTarget {
  /** Why a post is still here. @type {Map<string, Problem>} */
  problems = new Map();
  /** The post that is on its way. @type {string | null} */
  sending = null;
  #failures = 0;
  #timer = 0;

  /**
   * @param {string} api
   * @param {Outbox} outbox
   */
  constructor(api, outbox) {
    super();
    this.api = api;
    this.outbox = outbox;
    window.addEventListener('online', () => void this.flush());
  }

  /** Whether trying again can help; else a person must change or remove it. @param {string} key */
  isRefused(key) {
    const problem = this.problems.get(key);
    return problem !== undefined && !isPassing(problem);
  }

  /** Send all that can be sent now. */
  async flush() {
    if (this.sending) return;
    window.clearTimeout(this.#timer);
    for (const unsent of this.outbox.all) {
      if (this.isRefused(unsent.key)) continue;
      const problem = await this.#sendOne(unsent);
      if (problem && isPassing(problem)) return this.#later(problem);
    }
  }

  /** @param {string} key */
  async remove(key) {
    this.problems.delete(key);
    await this.outbox.remove(key);
    this.#tell('change');
  }

  /**
   * @param {Unsent} unsent
   * @returns {Promise<Problem | null>}
   */
  async #sendOne(unsent) {
    this.sending = unsent.key;
    this.#tell('change');
    const problem = await this.#deliver(unsent);
    this.sending = null;
    if (problem) this.problems.set(unsent.key, problem);
    else await this.#arrived(unsent);
    this.#tell('change');
    return problem;
  }

  /**
   * A photo that was uploaded long ago may be gone from the server: then it goes up again, once per try.
   *
   * @param {Unsent} unsent
   * @returns {Promise<Problem | null>}
   */
  async #deliver(unsent) {
    const problem = await this.#attempt(unsent);
    if (problem?.code !== 'unknown-picture') return problem;
    for (const photo of unsent.photos) photo.id = null;
    await this.outbox.put(unsent);
    return this.#attempt(unsent);
  }

  /**
   * @param {Unsent} unsent
   * @returns {Promise<Problem | null>}
   */
  async #attempt(unsent) {
    return (await this.#uploadPhotos(unsent)) ?? (await this.#post(unsent));
  }

  /**
   * @param {Unsent} unsent
   * @returns {Promise<Problem | null>}
   */
  async #uploadPhotos(unsent) {
    for (const photo of unsent.photos) {
      if (photo.id) continue;
      const form = new FormData();
      form.set('file', photo.blob, 'photo.jpg');
      const answer = await send('POST', `${this.api}/media`, form, { timeoutMs: UPLOAD_MS });
      if (!answer.ok) return answer.problem;
      photo.id = answer.data.id;
      await this.outbox.put(unsent);
    }
    return null;
  }

  /**
   * @param {Unsent} unsent
   * @returns {Promise<Problem | null>}
   */
  async #post({ key, text, name, photos }) {
    const media = photos.map(({ id, alt }) => ({ id, alt }));
    const body = { text, consent: true, ...(name ? { name } : {}), ...(media.length > 0 ? { media } : {}) };
    const answer = await send('POST', `${this.api}/posts`, body, { idempotencyKey: key });
    return answer.ok ? null : answer.problem;
  }

  /** @param {Unsent} unsent */
  async #arrived(unsent) {
    this.#failures = 0;
    this.problems.delete(unsent.key);
    await this.outbox.remove(unsent.key);
    this.#tell('sent');
  }

  /** @param {Problem} problem */
  #later(problem) {
    this.#failures += 1;
    const backoffS = Math.min(RETRY_MAX_S, RETRY_MIN_S * 2 ** (this.#failures - 1));
    const waitS = problem.retryAfter ?? backoffS * (0.5 + Math.random() / 2);
    this.#timer = window.setTimeout(() => void this.flush(), Math.max(1, waitS) * 1_000);
  }

  /** @param {string} name */
  #tell(name) {
    this.dispatchEvent(new Event(name));
  }
}

/** @param {Problem} problem */
function isPassing(problem) {
  return PASSING.has(problem.status);
}
