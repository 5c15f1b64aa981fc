/** @import {DeskPost, Problem} from '../types.js' */
/** @import {Live} from '../live.js' */
/** @import {Store} from '../lib/store.js' */
/** @import {State} from './state.js' */
/** @import {Tail} from './tail.js' */
import { valuesOf } from '../lib/changes.js';
import { send } from '../lib/http.js';
import { posts } from './state.js';
import { end, taken, without } from './tail.js';

const PAGE_SIZE = 500;
/** Enough for the longest queue that anybody reads. */
const PAGES_MAX = 40;
/** So often one page is fetched again, where something changed. */
const AGAIN_MS = 5_000;

/** Fetches what waits behind the live queue, and keeps it true. */
export class Rest {
  /** @type {Promise<void> | null} */
  #running = null;
  #turn = 0;
  #checked = 0;
  #checkedAt = -Infinity;
  /** @type {ReadonlySet<string>} */
  #live = new Set();
  /** The position at which there was nothing more. */
  #exhausted = -1;

  /**
   * @param {object} parts
   * @param {Store<State>} parts.store
   * @param {Live} parts.live
   * @param {string} parts.api
   * @param {(problem: Problem) => void} parts.failed
   * @param {() => void} parts.changed
   */
  constructor({ store, live, api, failed, changed }) {
    this.store = store;
    this.live = live;
    this.api = api;
    this.failed = failed;
    this.changed = changed;
  }

  get #tail() {
    return this.store.value.tail;
  }

  /** How many wait that this page does not know. */
  get #missing() {
    const counts = /** @type {{held?: number} | undefined} */ (this.live.view.entries.get('counts'));
    const state = this.store.value;
    return (counts?.held ?? 0) - posts(state, this.live.view).size - state.leaving.size;
  }

  /** One page more, when there is one; does nothing while one is on its way. */
  more() {
    if (this.#running) return this.#running;
    const idle = this.live.state !== 'live' || this.store.value.tab !== 'held' || this.#exhausted === (this.live.view.position ?? 0);
    if (idle || this.#missing <= 0) return Promise.resolve();
    this.#running = this.#fetchMore().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  /**
   * Everything that waits, or as much of it as *enough* asks for.
   * @param {() => boolean} enough
   */
  async all(enough) {
    for (let n = 0; n < PAGES_MAX && this.#missing > 0 && !enough(); n += 1) {
      const before = this.#tail;
      await this.more();
      if (this.#tail === before) return;
    }
  }

  async #fetchMore() {
    const before = this.#tail.posts.size;
    let after = end(this.#tail);
    for (let n = 0; n < PAGES_MAX; n += 1) {
      const next = await this.#page(after);
      // The post that we asked to follow had left, and the server began anew: go on until something is new.
      if (this.#tail.posts.size > before) return;
      if (next === null) break;
      after = next;
    }
    this.#exhausted = this.live.view.position ?? 0;
  }

  /**
   * @param {string | null} after
   * @returns {Promise<string | null>} Where the page after this one begins.
   */
  async #page(after) {
    const query = new URLSearchParams({ status: 'held', limit: String(PAGE_SIZE), ...(after ? { after } : {}) });
    const answer = await send('GET', `${this.api}/posts?${query}`);
    if (!answer.ok) {
      this.failed(answer.problem);
      return null;
    }
    this.#set(taken(this.#tail, after, answer.data));
    return answer.data.next ?? null;
  }

  /** @param {Tail} tail */
  #set(tail) {
    if (tail === this.#tail) return;
    this.store.update((state) => ({ ...state, tail }));
    this.changed();
  }

  /**
   * These were changed here.
   *
   * @param {ReadonlySet<string>} ids
   * @param {Partial<DeskPost>} change
   */
  mark(ids, change) {
    if (![...ids].some((id) => this.#tail.posts.has(id))) return;
    this.#set({ ...this.#tail, posts: new Map([...this.#tail.posts].map(([id, post]) => [id, ids.has(id) ? { ...post, ...change } : post])) });
  }

  /** What has left the live queue, or was decided by somebody, waits no more. */
  sync() {
    const live = new Set([...this.live.view.entries.keys()].filter((key) => key.startsWith('post:')).map((key) => key.slice(5)));
    const left = [...this.#live].filter((id) => !live.has(id));
    this.#live = live;
    if (this.#tail.posts.size === 0) return;
    const decided = valuesOf(this.live.view, 'last:').flatMap((/** @type {any} */ done) => (done.undone || !done.decision || done.decision === 'hold' ? [] : done.posts));
    this.#set(without(this.#tail, [...left, ...decided]));
  }

  /** Call now and then: fetches one page again, in turn, where something changed. */
  async tick() {
    const now = performance.now();
    const position = this.live.view.position ?? 0;
    const idle = this.#tail.posts.size === 0 || position === this.#checked || this.live.state !== 'live' || this.store.value.tab !== 'held';
    if (idle || this.#running || now - this.#checkedAt < AGAIN_MS) return;
    this.#checkedAt = now;
    this.#checked = position;
    const at = this.#turn * PAGE_SIZE;
    const after = at === 0 ? null : ([...this.#tail.posts.keys()][at - 1] ?? null);
    this.#turn = at === 0 || after !== null ? this.#turn + 1 : 0;
    await this.#page(after);
  }
}
