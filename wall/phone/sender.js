/** @import {Problem} from '../types.js' */
/** @import {Outbox, Unsent} from './outbox.js' */
import { exclusively } from '../lib/lock.js';
import { deliver, isPassing, lockOf } from './deliver.js';

const RETRY_MIN_S = 5;
const RETRY_MAX_S = 60;
/** Longer than another tab needs for a post without photos; then we go on: the key makes it come once all the same. */
const OTHER_TAB_MS = 20_000;

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
  #busy = false;
  #failures = 0;
  #timer = 0;
  #lock;

  /**
   * @param {string} api
   * @param {Outbox} outbox
   */
  constructor(api, outbox) {
    super();
    this.api = api;
    this.outbox = outbox;
    this.#lock = lockOf(api.slice(api.lastIndexOf('/') + 1));
    window.addEventListener('online', () => void this.flush());
  }

  /** Whether trying again can help; else a person must change or remove it. @param {string} key */
  isRefused(key) {
    const problem = this.problems.get(key);
    return problem !== undefined && !isPassing(problem);
  }

  /** Send all that can be sent now. */
  async flush() {
    if (this.#busy) return;
    window.clearTimeout(this.#timer);
    this.#busy = true;
    try {
      await this.outbox.ready;
      if (this.outbox.all.length > 0) await exclusively(this.#lock, OTHER_TAB_MS, () => this.#sendAll());
    } finally {
      this.#busy = false;
    }
  }

  /**
   * Take a post away, unless another tab, or the service worker, has just sent it.
   *
   * @param {string} key
   * @returns {Promise<boolean>} Whether it was still here.
   */
  async remove(key) {
    const was = await exclusively(this.#lock, OTHER_TAB_MS, async () => {
      await this.outbox.reload();
      const found = this.outbox.has(key);
      await this.outbox.remove(key);
      return found;
    });
    this.problems.delete(key);
    this.#tell('change');
    return was;
  }

  async #sendAll() {
    await this.outbox.reload();
    /** @type {Set<string>} */
    const tried = new Set();
    for (let next = this.#next(tried); next; next = this.#next(tried)) {
      tried.add(next.key);
      const problem = await this.#sendOne(next);
      if (problem && isPassing(problem)) return this.#later(problem);
    }
    this.#tell('change');
  }

  /** The oldest that was not tried now; one that was written meanwhile comes along. @param {ReadonlySet<string>} tried */
  #next(tried) {
    return this.outbox.all.find(({ key }) => !tried.has(key) && !this.isRefused(key));
  }

  /**
   * @param {Unsent} unsent
   * @returns {Promise<Problem | null>}
   */
  async #sendOne(unsent) {
    this.sending = unsent.key;
    this.#tell('change');
    const problem = await deliver(this.api, this.outbox, unsent);
    this.sending = null;
    if (problem) this.problems.set(unsent.key, reasonOf(this.problems.get(unsent.key), problem));
    else await this.#arrived(unsent);
    this.#tell('change');
    return problem;
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

/**
 * What to tell. Trying again by itself may come too fast; that is not why the post is still here.
 *
 * @param {Problem | undefined} before
 * @param {Problem} now
 * @returns {Problem}
 */
function reasonOf(before, now) {
  return before?.code === 'pending-cap' && now.code === 'rate' ? { ...now, code: before.code } : now;
}
