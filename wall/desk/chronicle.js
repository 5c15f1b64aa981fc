/** @import {Decided, Problem} from '../types.js' */
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
   * @param {(problem: Problem) => void} parts.failed
   */
  constructor({ store, api, failed }) {
    this.store = store;
    this.api = api;
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
  }
}
