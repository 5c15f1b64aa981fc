/** @import {Answer, Problem, ThemeItem} from '../types.js' */
/** @import {Day} from './axis.js' */
/** @import {Chunk} from './tape.js' */
import { send } from '../lib/http.js';
import { holds } from './tape.js';

/** So many parts are kept: jumping back a little asks for nothing. */
const KEPT = 8;
/** Making a recording of a large day takes some seconds; others may be before us. */
const TIMEOUT_MS = 200_000;

/**
 * What there is to play.
 *
 * @typedef {object} Facts
 * @property {string} id
 * @property {number} at When the last entry was made.
 * @property {number} posts
 * @property {readonly Day[]} days
 * @property {string} zone
 * @property {ThemeItem} theme How a wall looks now.
 */

/** The day as the server has it, and the parts of it that were asked for. */
export class Recording {
  /** @type {Facts | null} */
  facts = null;
  /** The newest last. @type {Chunk[]} */
  #chunks = [];
  /** @type {Map<number, Promise<Answer<Chunk>>>} */
  #asked = new Map();

  /** @param {string} api */
  constructor(api) {
    this.url = `${api}/replay`;
  }

  /**
   * What there is to play, now.
   *
   * @returns {Promise<Problem | null>} null: it came.
   */
  async load() {
    const answer = await send('GET', this.url, undefined, { timeoutMs: TIMEOUT_MS });
    if (!answer.ok) return answer.problem;
    this.facts = answer.data;
    this.#chunks = [];
    this.#asked.clear();
    return null;
  }

  /**
   * Whether what we have may be seen still.
   *
   * @returns {Promise<'same' | 'changed' | Problem>}
   */
  async check() {
    const answer = await send('GET', this.url, undefined, { headers: { 'If-None-Match': `"${this.facts?.id ?? ''}"` } });
    if (answer.ok || answer.problem.status === 304) return 'same';
    return answer.problem.code === 'replay-changed' ? 'changed' : answer.problem;
  }

  /**
   * The part that has this moment, when it is here.
   *
   * @param {number} at
   */
  here(at) {
    return this.#chunks.find((chunk) => holds(chunk, at)) ?? null;
  }

  /**
   * The part that has this moment.
   *
   * @param {number} at
   * @returns {Promise<Answer<Chunk>>}
   */
  async part(at) {
    const here = this.here(at);
    if (here) return { ok: true, status: 200, data: here };
    const id = this.facts?.id ?? '';
    const answer = await (this.#asked.get(at) ?? this.#ask(at, id));
    if (answer.ok && id === this.facts?.id && !this.here(at)) this.#chunks = [...this.#chunks.slice(1 - KEPT), answer.data];
    return answer;
  }

  /**
   * @param {number} at
   * @param {string} id
   */
  #ask(at, id) {
    /** @type {Promise<Answer<Chunk>>} */
    const asked = send('GET', `${this.url}?of=${encodeURIComponent(id)}&from=${Math.max(0, Math.floor(at))}`);
    this.#asked.set(at, asked);
    void asked.finally(() => this.#asked.delete(at));
    return asked;
  }
}
