/** @import {Problem} from '../types.js' */
/** @import {Outbox, Waiting} from './outbox.js' */
import { exclusively } from '../lib/lock.js';
import { isPassing } from './passing.js';

const RETRY_MIN_S = 5;
const RETRY_MAX_S = 60;
/** Longer than another tab needs for a post without photos; then we go on: the key makes it come once all the same. */
const OTHER_TAB_MS = 20_000;

/**
 * Sends what is in the outbox, oldest first, each exactly once.
 *
 * Events: `change` (something went, or its state changed), `sent` (one arrived; detail: which).
 *
 * @template {Waiting} T
 */
export class Sender extends EventTarget {
  /** Why something is still here. @type {Map<string, Problem>} */
  problems = new Map();
  /** What is on its way. @type {string | null} */
  sending = null;
  #busy = false;
  #failures = 0;
  #timer = 0;
  #lock;

  /**
   * @param {Outbox<T>} outbox
   * @param {string} lock So that one tab sends at a time.
   * @param {(item: T) => Promise<Problem | null>} bring To the server; null: it is there, durably.
   */
  constructor(outbox, lock, bring) {
    super();
    this.outbox = outbox;
    this.#lock = lock;
    this.bring = bring;
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
   * Take something away, unless another tab, or the service worker, has just sent it.
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
      tried.add(stamp(next));
      const problem = await this.#sendOne(next);
      if (problem && isPassing(problem)) return this.#later(problem);
    }
    this.#tell('change');
  }

  /** The oldest that was not tried now; one that was written meanwhile comes along. @param {ReadonlySet<string>} tried */
  #next(tried) {
    return this.outbox.all.find((item) => !tried.has(stamp(item)) && !this.isRefused(item.key));
  }

  /**
   * @param {T} item
   * @returns {Promise<Problem | null>}
   */
  async #sendOne(item) {
    this.sending = item.key;
    this.#tell('change');
    const problem = await this.bring(item);
    this.sending = null;
    if (!problem) await this.#arrived(item);
    else if (this.outbox.get(item.key)?.at === item.at) this.problems.set(item.key, reasonOf(this.problems.get(item.key), problem));
    this.#tell('change');
    return problem;
  }

  /** @param {T} item */
  async #arrived(item) {
    this.#failures = 0;
    this.problems.delete(item.key);
    await this.outbox.done(item);
    this.dispatchEvent(new CustomEvent('sent', { detail: item }));
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

/** Another one with the same key is another one. @param {Waiting} item */
function stamp({ key, at }) {
  return `${key} ${at}`;
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
