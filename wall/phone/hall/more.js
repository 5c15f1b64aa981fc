/** @import {Answer} from '../../types.js' */
/** @import {Asked} from '../../lib/hall.js' */
import { send } from '../../lib/http.js';

/** So many more come at a time. */
export const STEP = 60;
/** A phone's line leaves out none as long as there are at most so many that wait, and fewer that were answered. */
const LINE_WAITING = 30;
const LINE_ANSWERED = 10;
/** In one answer of the server. */
const MOST = 400;
/** What is shown beyond the line is asked for anew, not by all phones at once: nobody tells when one of them is gone. */
const AGAIN_MS = 15_000;
const JITTER_MS = 5_000;

/**
 * @typedef {object} Which Those that somebody looks at.
 * @property {string} order
 * @property {string} session Empty: of all.
 */

/**
 * Whether there may be questions that the phone's line does not carry.
 *
 * @param {readonly Asked[]} line
 */
export function mayBeMore(line) {
  const answered = line.filter(({ stand }) => stand === 'answered').length;
  const waiting = line.filter(({ stand }) => stand === 'open' || stand === 'later').length;
  return waiting > LINE_WAITING || answered >= LINE_ANSWERED;
}

/**
 * The first so many that the line does not carry.
 *
 * @param {readonly Asked[]} found In the order that was asked for.
 * @param {readonly Asked[]} line
 * @param {number} count
 * @returns {Asked[]}
 */
export function beyond(found, line, count) {
  const known = new Set(line.map(({ post }) => post));
  return found.filter(({ post }) => !known.has(post)).slice(0, count);
}

/** The questions beyond those that the phone's line carries: asked for once somebody wants to see more. */
export class More {
  /** @type {readonly Asked[]} */
  #found = [];
  /** What the line carried last. @type {ReadonlySet<string>} */
  #carried = new Set();
  /** How many may be shown beyond the line. */
  #count = 0;
  /** How many there are in all, in that order and session; null: not known. @type {number | null} */
  total = null;
  #nextAsk = Infinity;
  /** @type {Promise<unknown> | null} */
  #coming = null;

  /** @param {string} api */
  constructor(api) {
    this.api = api;
  }

  /** Whether it should be asked for anew. */
  get isDue() {
    return this.#coming === null && performance.now() >= this.#nextAsk;
  }

  /** @param {readonly Asked[]} line */
  questions(line) {
    this.#letGo(line);
    return beyond(this.#found, line, this.#count);
  }

  /**
   * What has left the line may be hidden or erased, and must not stay by the copy that is here. Where it only stands
   * lower now, the server says so when it is asked.
   *
   * @param {readonly Asked[]} line
   */
  #letGo(line) {
    const carries = new Set(line.map(({ post }) => post));
    const gone = new Set([...this.#carried].filter((post) => !carries.has(post)));
    this.#carried = carries;
    if (!this.#found.some(({ post }) => gone.has(post))) return;
    this.#found = this.#found.filter(({ post }) => !gone.has(post));
    this.#nextAsk = 0;
  }

  /** Another order, another session, or nothing may be seen at all: begin anew. */
  clear() {
    this.#found = [];
    this.#carried = new Set();
    this.#count = 0;
    this.total = null;
    this.#nextAsk = Infinity;
    this.#coming = null;
  }

  /** One of these was voted for. @param {string} post */
  voted(post) {
    if (this.#found.some((each) => each.post === post)) this.#nextAsk = 0;
  }

  /**
   * Show some more.
   *
   * @param {Which} which
   * @param {number} line How many of them the line carries.
   * @returns {Promise<boolean | null>} Whether they came; null: nobody wants them any more.
   */
  async grow(which, line) {
    return this.#take(which, line, this.#count + STEP);
  }

  /**
   * Ask anew for what is shown.
   *
   * @param {Which} which
   * @param {number} line
   */
  async again(which, line) {
    return this.#take(which, line, this.#count);
  }

  /**
   * @param {Which} which
   * @param {number} line
   * @param {number} count To show beyond it.
   */
  async #take(which, line, count) {
    this.#nextAsk = performance.now() + AGAIN_MS + Math.random() * JITTER_MS;
    const coming = this.#fetch(which, line + count);
    this.#coming = coming;
    const came = await coming;
    if (this.#coming !== coming) return null;
    this.#coming = null;
    if (came) [this.#found, this.total, this.#count] = [came.found, came.total, count];
    return came !== null;
  }

  /**
   * @param {Which} which
   * @param {number} wanted The first so many; what the line carries is among them, or is one less to look for.
   */
  async #fetch({ order, session }, wanted) {
    /** @type {Asked[]} */
    const found = [];
    let total = Infinity;
    while (found.length < Math.min(wanted, total)) {
      const query = new URLSearchParams({ order, skip: String(found.length), limit: String(Math.min(MOST, wanted - found.length)), ...(session ? { session } : {}) });
      /** @type {Answer<{questions: Asked[], total: number}>} */
      const answer = await send('GET', `${this.api}/questions?${query}`);
      if (!answer.ok) return null;
      found.push(...answer.data.questions);
      total = answer.data.questions.length > 0 ? answer.data.total : found.length; // Some went while we read.
    }
    return { found, total };
  }
}
