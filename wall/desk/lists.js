/** @import {DeskPost, Problem} from '../types.js' */
/** @import {Store} from '../lib/store.js' */
/** @import {State, Tab} from './state.js' */
import { send } from '../lib/http.js';
import { find } from './finding.js';

/** Fetched lists show as many posts as the live one. */
const LIST_MAX = 200;
const PAGE_SIZE = 500;
const PAGES_MAX = 40;

/** The lists that are not live: what was shown, what was not, and what a search finds. */
export class Lists {
  /** All posts, for a search. @type {ReadonlyArray<DeskPost> | null} */
  #everything = null;
  /** A list took more than one page: ask for it less often. */
  long = false;

  /**
   * @param {object} parts
   * @param {Store<State>} parts.store
   * @param {string} parts.api
   * @param {(problem: Problem) => void} parts.failed
   * @param {() => void} parts.changed
   */
  constructor({ store, api, failed, changed }) {
    this.store = store;
    this.api = api;
    this.failed = failed;
    this.changed = changed;
  }

  /** The list of the open tab, anew. */
  async refresh() {
    const { tab } = this.store.value;
    if (tab === 'found') await this.#fetchEverything();
    else if (tab !== 'held') await this.#fetchList(tab);
  }

  /** Forget what a search looked in. */
  close() {
    this.#everything = null;
  }

  /**
   * These are decided, and not in the open list any more.
   * @param {ReadonlyArray<string>} ids
   */
  drop(ids) {
    this.#everything = this.#everything?.filter((post) => !ids.includes(post.id)) ?? null;
    const fetched = new Map(this.store.value.fetched);
    for (const id of ids) fetched.delete(id);
    this.store.update((state) => ({ ...state, fetched }));
  }

  /**
   * @param {DeskPost} post As it is now, where the open list has it.
   */
  put(post) {
    this.#everything = this.#everything?.map((each) => (each.id === post.id ? post : each)) ?? null;
    this.store.update((state) => (state.fetched.has(post.id) ? { ...state, fetched: new Map(state.fetched).set(post.id, post) } : state));
  }

  /**
   * These were changed here: nobody tells it to a list that is not live.
   *
   * @param {ReadonlySet<string>} ids
   * @param {Partial<DeskPost>} change
   */
  mark(ids, change) {
    const marked = (/** @type {DeskPost} */ post) => (ids.has(post.id) ? { ...post, ...change } : post);
    this.#everything = this.#everything?.map(marked) ?? null;
    this.store.update((state) => ({ ...state, fetched: new Map([...state.fetched].map(([id, post]) => [id, marked(post)])) }));
  }

  /** What the search finds among the posts that were fetched. */
  showFound() {
    const { search } = this.store.value;
    if (search && this.#everything) this.#show(find(this.#everything, search, LIST_MAX));
  }

  async #fetchEverything() {
    const lists = await Promise.all(['rejected', 'hidden', 'shown', 'held'].map((status) => this.all(status)));
    if (this.store.value.tab !== 'found') return;
    this.#everything = lists.flat();
    this.showFound();
  }

  /** @param {Tab} tab */
  async #fetchList(tab) {
    const lists = await Promise.all((tab === 'shown' ? ['shown'] : ['rejected', 'hidden']).map((status) => this.all(status)));
    if (this.store.value.tab !== tab) return;
    this.#show(lists.flat().sort((a, b) => b.released - a.released || b.received - a.received).slice(0, LIST_MAX));
  }

  /** @param {ReadonlyArray<DeskPost>} posts */
  #show(posts) {
    this.store.update((state) => ({ ...state, fetched: new Map(posts.map((post) => [post.id, post])), loading: false }));
    this.changed();
  }

  /**
   * All posts of one status, oldest first; those that came when it failed half-way.
   *
   * @param {string} status
   * @returns {Promise<DeskPost[]>}
   */
  async all(status) {
    /** @type {DeskPost[]} */
    const found = [];
    let after = '';
    for (let n = 0; n < PAGES_MAX; n += 1) {
      const { session } = this.store.value;
      const query = new URLSearchParams({ status, limit: String(PAGE_SIZE), ...(session ? { session } : {}), ...(after ? { after } : {}) });
      const answer = await send('GET', `${this.api}/posts?${query}`);
      if (!answer.ok) {
        this.failed(answer.problem);
        return found;
      }
      found.push(...answer.data.posts);
      this.long ||= n > 0;
      if (answer.data.next === null || answer.data.next === undefined) return found;
      after = String(answer.data.next);
    }
    return found;
  }
}
