/** @import {Decided, DeskPost, Problem} from '../types.js' */
/** @import {Store} from '../lib/store.js' */
/** @import {State} from './state.js' */
import { send } from '../lib/http.js';

const PAGE_SIZE = 50;

/** The history panel: what everybody did, newest first, and why. */
export class Chronicle {
  /**
   * @param {object} parts
   * @param {Store<State>} parts.store
   * @param {string} parts.api
   * @param {(status: string) => Promise<DeskPost[]>} parts.posts All of one status.
   * @param {(problem: Problem) => void} parts.failed
   */
  constructor({ store, api, posts, failed }) {
    this.store = store;
    this.api = api;
    this.posts = posts;
    this.failed = failed;
  }

  get #history() {
    return this.store.value.history;
  }

  /** @param {Partial<State['history']>} change */
  #set(change) {
    this.store.update((state) => ({ ...state, history: { ...state.history, ...change } }));
  }

  async toggle() {
    const open = !this.#history.open;
    this.#set({ open });
    if (open) await this.refresh();
  }

  /** @param {State['history']['filter']} filter */
  filter(filter) {
    this.#set({ filter });
  }

  async older() {
    const { next } = this.#history;
    if (next !== null) await this.#fetch(next);
  }

  async refresh() {
    await this.#fetch(null);
  }

  /** @param {number | null} before Older than this; null for the newest. */
  async #fetch(before) {
    const query = new URLSearchParams({ limit: String(PAGE_SIZE), ...(before === null ? {} : { before: String(before) }) });
    const answer = await send('GET', `${this.api}/history?${query}`);
    if (!answer.ok) return this.failed(answer.problem);
    const { entries, next } = /** @type {{entries: Decided[], next: number | null}} */ (answer.data);
    const known = before === null ? [] : this.#history.entries;
    this.#set({ entries: [...known, ...entries], next });
    await this.#fetchReasons(entries);
  }

  /** @param {ReadonlyArray<Decided>} entries */
  async #fetchReasons(entries) {
    const { reasons } = this.#history;
    const unknown = entries.some((entry) => entry.decision === 'reject' && !entry.undone && (reasons.get(entry.posts[0] ?? '')?.at ?? 0) < entry.at);
    if (!unknown) return;
    const rejected = await this.posts('rejected');
    const found = rejected.flatMap((post) => (post.reason && post.decidedAt ? [/** @type {const} */ ([post.id, { at: post.decidedAt, reason: post.reason }])] : []));
    this.#set({ reasons: new Map(found) });
  }
}
