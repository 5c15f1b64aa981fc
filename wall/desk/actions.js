/** @import {Decided, DeskPost, Problem, Translate} from '../types.js' */
/** @import {Live} from '../live.js' */
/** @import {Store} from '../lib/store.js' */
/** @import {State, Tab} from './state.js' */
import { valuesOf } from '../lib/changes.js';
import { Changing } from './changing.js';
import { Chronicle } from './chronicle.js';
import { Core } from './core.js';
import { STATUS_AFTER } from './decisions.js';
import { Deciding } from './deciding.js';
import { READ_MS } from './guard.js';
import { House } from './house.js';
import { Asking } from './asking.js';
import { alike, arrange, extend, first, fold, step, sweep, toggle } from './queue.js';
import { Lists } from './lists.js';
import { Presence } from './presence.js';
import { Rest } from './rest.js';
import { isOfSession } from './sessions.js';
import { Watching } from './watching.js';
import { amendedBy, family, isOfKind, lastAbout, meanwhile, note, posts, taken } from './state.js';
import { earlier } from './strip.js';

const REFRESH_MS = 600;
/** The same, where a list takes more than one page to fetch. */
const REFRESH_LONG_MS = 5_000;
/** Characters of a search. */
const SEARCH_MAX = 100;

/**
 * @typedef {object} List What the actions ask of the list on the page.
 * @property {() => number} frozen How many rows, from the top, are in sight or above it.
 * @property {() => boolean} still A pointer is over the list: nothing may move.
 */

/** What is in the lists, and moving about in them; the rest that the desk can do hangs below. Nothing here touches the page. */
export class Actions {
  #refresh = 0;
  #known = '';
  #seeded = false;
  /** What the rows were last made of. @type {{map: ReadonlyMap<string, DeskPost> | null, rows: ReadonlyArray<import('./queue.js').Row> | null}} */
  #laid = { map: null, rows: null };
  /** The row that somebody went to; null when it came by itself. @type {string | null} */
  #chosen = null;
  /** What the row in focus stands for: since when each is there. @type {{row: string | null, since: Map<string, number>}} */
  #before = { row: null, since: new Map() };

  /**
   * @param {object} parts
   * @param {Store<State>} parts.store
   * @param {Live} parts.live
   * @param {List} parts.list
   * @param {List} parts.questionList
   * @param {string} parts.api
   * @param {Translate} parts.t
   * @param {string} parts.lang
   * @param {string} parts.me Name of the badge.
   */
  constructor({ store, live, list, questionList, api, t, lang, me }) {
    this.list = list;
    const core = new Core({ store, live, api, t, lang, me });
    this.core = core;
    this.deciding = new Deciding(core, this);
    this.changing = new Changing(core, this);
    this.asking = new Asking(core, this, questionList);
    this.watching = new Watching(core);
    this.house = new House(core, this);
    const failed = (/** @type {Problem} */ problem) => core.failed(problem);
    this.presence = new Presence({ store, live, api, me, heard: () => this.#makeRoom() });
    this.rest = new Rest({ store, live, api, failed, changed: () => this.sync() });
    this.lists = new Lists({ store, api, failed, changed: () => this.sync() });
    this.chronicle = new Chronicle({ store, api, failed });
  }

  /** Call every second. */
  tick() {
    if (this.core.state.out) return;
    this.presence.tick();
    void this.rest.tick();
    void this.watching.tick();
  }

  // --- what came in ------------------------------------------------------------------------------------------

  /** Bring the lists up to what the server last told. */
  sync() {
    this.#seed();
    this.rest.sync();
    this.core.store.update((state) => this.#arranged(state));
    this.asking.sync();
    this.#refreshWhenChanged();
  }

  #seed() {
    if (this.#seeded || this.core.live.view.position === null) return;
    this.#seeded = true;
    this.core.set({ done: earlier(valuesOf(this.core.live.view, 'last:'), this.core.me) });
  }

  /**
   * @param {State} before
   * @returns {State}
   */
  #arranged(before) {
    const { view } = this.core.live;
    const state = { ...before, leaving: this.#stillLeaving(before) };
    const map = posts(state, view);
    const still = this.list.still();
    const frozen = state.tab === 'held' || still ? this.list.frozen() : 0;
    const { arranged, families } = map === this.#laid.map && state.rows === this.#laid.rows ? { arranged: state.rows, families: state.families } : layOut(state, map, frozen);
    const wanted = state.wanted === null || !map.has(state.wanted) ? null : ([...families].find(([, ids]) => ids.includes(state.wanted ?? ''))?.[0] ?? state.wanted);
    const current = wanted ?? state.current ?? first(arranged, new Set(taken({ ...state, families }).keys()));
    const rows = still ? arranged : sweep(arranged, current);
    this.#laid = { map, rows };
    const selected = state.selected.size === 0 ? state.selected : new Set([...state.selected].filter((id) => map.has(id)));
    const next = { ...state, rows, families, current, selected, wanted: wanted ? null : state.wanted };
    const focused = this.#focused(next, map);
    const eyes = [...selected, ...family(focused, current).slice(1)].flatMap((id) => map.get(id) ?? []);
    const inFocus = focused.focus && map.has(focused.focus.id) ? [focused.focus] : [];
    this.#noteFamily(focused);
    return { ...focused, seen: note(state.seen, [...inFocus, ...eyes], this.core.position, map) };
  }

  /**
   * A colleague was just ahead, and nobody chose to be here: leave it to them.
   */
  #makeRoom() {
    const { current, rows, selected } = this.core.state;
    const others = new Set(taken(this.core.state).keys());
    const mine = this.presence.told || current === this.#chosen || selected.size > 0;
    if (current === null || mine || !others.has(current)) return;
    const free = first(rows, others);
    if (free !== null && !others.has(free)) this.#goTo(free, this.core.state.page);
  }

  /** @param {State} state */
  #noteFamily(state) {
    const now = performance.now();
    const came = this.#before.row === state.current ? now : -Infinity;
    const { since } = this.#before;
    this.#before = { row: state.current, since: new Map(family(state, state.current).map((id) => [id, since.get(id) ?? came])) };
  }

  /** What the row in focus stands for, without what came a moment ago: nobody has read that. */
  readFamily() {
    const now = performance.now();
    const ids = family(this.core.state, this.core.state.focus?.id ?? null);
    const read = ids.filter((id, n) => n === 0 || now - (this.#before.since.get(id) ?? -Infinity) >= READ_MS);
    return read.flatMap((id) => this.core.map.get(id) ?? []);
  }

  /** @param {State} state */
  #stillLeaving(state) {
    const held = state.tab === 'held';
    const left = [...state.leaving].filter(([, seq]) => seq === null || (held && seq > this.core.position));
    return left.length === state.leaving.size ? state.leaving : new Map(left);
  }

  /**
   * The post in focus as it is now, and what to say when it changed or left under the reader's eyes.
   *
   * @param {State} state
   * @param {ReadonlyMap<string, DeskPost>} map
   * @returns {State}
   */
  #focused(state, map) {
    const { current, focus } = state;
    if (current === null) return { ...state, focus: null, notice: null };
    const notice = state.notice?.post === current ? state.notice : null;
    const post = map.get(current);
    // A refusal tells of a state that the stream may still have to tell.
    const ahead = notice !== null && focus !== null && post?.revision === focus.revision && post.status !== focus.status;
    if (post && !ahead) return { ...state, focus: post, notice: this.#edited(focus, post) ?? notice };
    if (notice || state.leaving.has(current) || focus?.id !== current) return { ...state, notice };
    const decided = lastAbout(this.core.live.view, current);
    const status = decided ? (STATUS_AFTER[decided.decision] ?? 'gone') : 'gone';
    return { ...state, focus: { ...focus, status }, notice: meanwhile(current, decided, this.core.holes) };
  }

  /**
   * @param {DeskPost | null} before
   * @param {DeskPost} now
   */
  #edited(before, now) {
    if (before?.id !== now.id || before.revision === now.revision) return null;
    const amended = amendedBy(this.core.live.view, now);
    if (amended) return this.#amended(now, amended);
    this.deciding.guard.changed(performance.now());
    return /** @type {import('./state.js').Notice} */ ({ post: now.id, words: 'desk.stale.edited', holes: {}, offers: ['show', 'reject'] });
  }

  /**
   * @param {DeskPost} now
   * @param {Decided} act
   */
  #amended(now, act) {
    const holes = this.core.holes(act);
    return act.by === this.core.me ? null : /** @type {import('./state.js').Notice} */ ({ post: now.id, words: 'desk.stale.amended', holes, offers: ['show', 'reject'] });
  }


  #refreshWhenChanged() {
    const counts = JSON.stringify(this.core.live.view.entries.get('counts') ?? null);
    const last = Math.max(0, ...valuesOf(this.core.live.view, 'last:').map((/** @type {any} */ decided) => decided.seq));
    const known = `${counts} ${last}`;
    if (known === this.#known) return;
    this.#known = known;
    window.clearTimeout(this.#refresh);
    this.#refresh = window.setTimeout(() => {
      void this.lists.refresh();
      if (this.core.state.history.open) void this.chronicle.refresh();
    }, this.lists.long ? REFRESH_LONG_MS : REFRESH_MS);
  }

  // --- moving about ------------------------------------------------------------------------------------------

  /** @param {1 | -1} direction */
  go(direction) {
    this.sweep();
    const { rows, current } = this.core.state;
    this.open(step(rows, current, direction, this.taken), this.core.state.page);
  }

  /** Rows that a colleague reads. */
  get taken() {
    return new Set(taken(this.core.state).keys());
  }

  /**
   * @param {string | null} id
   * @param {State['page']} [page]
   */
  open(id, page = 'post') {
    this.#chosen = id;
    this.#goTo(id, page);
  }

  /**
   * @param {string | null} id
   * @param {State['page']} page
   */
  #goTo(id, page) {
    this.core.set({ current: id, page, notice: null });
    this.sync();
    void this.wholeFamily();
  }

  /** Fetch those that look like the one in focus, also far behind in the queue. */
  async wholeFamily() {
    const { current, tab } = this.core.state;
    const known = () => family(this.core.state, current).length;
    const post = current === null ? undefined : this.core.map.get(current);
    if (tab === 'held' && post && post.alike > known()) await this.rest.all(() => known() >= post.alike || this.core.state.current !== current);
  }

  /** Nobody went to this one: it came by itself. */
  unchoose() {
    this.#chosen = null;
  }

  toList() {
    this.core.set({ page: 'list' });
  }

  sweep() {
    this.core.store.update((state) => ({ ...state, rows: sweep(state.rows, state.current) }));
  }

  /** @param {string | null} id The current one by default. */
  select(id = this.core.state.current) {
    if (id === null || !this.core.map.has(id)) return;
    this.core.set({ selected: toggle(this.core.state.selected, family(this.core.state, id)) });
    this.sync();
  }

  /** @param {1 | -1} direction */
  extend(direction) {
    this.sweep();
    const { rows, selected, current, families } = this.core.state;
    const next = extend(rows, selected, current, direction, families);
    this.#chosen = next.current;
    this.core.set(next);
    this.sync();
  }

  /** Choose what looks like the chosen ones, or like the one in focus; also what is far behind in the queue. */
  async selectAlike() {
    const { current, selected } = this.core.state;
    const from = selected.size > 0 ? selected : new Set(current ? [current] : []);
    const add = () => {
      this.core.set({ selected: alike([...this.core.map.values()], new Set([...from, ...this.core.state.selected])) });
      this.sync();
    };
    add();
    const most = Math.max(0, ...[...from].map((id) => this.core.map.get(id)?.alike ?? 0));
    if (this.core.state.tab !== 'held' || most <= this.core.state.selected.size) return;
    await this.rest.all(() => alike([...this.core.map.values()], from).size >= most);
    if (this.core.state.selected.size > 0) add();
  }

  /**
   * Take these out of the selection.
   * @param {ReadonlyArray<string>} ids
   */
  unselect(ids) {
    const selected = new Set(this.core.state.selected);
    for (const id of ids) selected.delete(id);
    this.core.set({ selected });
    this.sync();
  }

  clear() {
    this.core.set({ selected: new Set() });
  }

  /** @param {Tab} tab */
  async tab(tab) {
    this.#chosen = null;
    this.lists.close();
    const search = tab === 'found' ? this.core.state.search : null;
    this.core.set({ tab, search, rows: [], families: new Map(), current: null, focus: null, notice: null, selected: new Set(), leaving: new Map(), fetched: new Map(), loading: tab !== 'held', page: 'list' });
    this.sync();
    await this.lists.refresh();
  }

  /**
   * Only the posts of one session.
   * @param {string | null} session null: all; empty: those of none.
   */
  async ofSession(session) {
    this.core.set({ session });
    await this.tab(this.core.state.tab);
  }

  /**
   * Only questions of the hall, or only answers to a poll.
   * @param {State['kind']} kind null: everything.
   */
  async ofKind(kind) {
    this.core.set({ kind });
    await this.tab(this.core.state.tab);
  }

  /**
   * These were changed here; the lists that are not live are told.
   *
   * @param {ReadonlyArray<string>} ids
   * @param {Partial<DeskPost>} change
   */
  mark(ids, change) {
    const these = new Set(ids);
    this.rest.mark(these, change);
    this.lists.mark(these, change);
    this.sync();
  }

  /**
   * Look for this one, whatever became of it.
   * @param {{post: string, text: string}} question
   */
  async lookAt({ post, text }) {
    this.core.set({ search: { words: text.replace(/\s+/gu, ' ').slice(0, SEARCH_MAX), author: null }, wanted: post });
    await this.tab('found');
  }

  // --- searching ---------------------------------------------------------------------------------------------

  /**
   * Look in all posts, whatever became of them.
   * @param {{key: string, name: string} | null} [author] Only of this one.
   */
  async openSearch(author = null) {
    this.core.set({ search: { words: '', author } });
    await this.tab('found');
  }

  /** @param {string} words */
  search(words) {
    if (!this.core.state.search) return;
    this.core.set({ search: { ...this.core.state.search, words }, rows: [], families: new Map(), current: null, focus: null, notice: null });
    this.lists.showFound();
  }

  async closeSearch() {
    if (this.core.state.tab === 'found') await this.tab('held');
  }
}

/**
 * The rows of the open list, and what they stand for.
 *
 * @param {State} state
 * @param {ReadonlyMap<string, DeskPost>} map
 * @param {number} frozen
 * @returns {{arranged: ReadonlyArray<import('./queue.js').Row>, families: ReadonlyMap<string, ReadonlyArray<string>>}}
 */
function layOut(state, map, frozen) {
  const all = [...map.values()].filter((post) => isOfSession(post, state.session) && isOfKind(post, state.kind));
  if (state.tab !== 'held') return { arranged: arrange(state.rows, all.map(({ id }, place) => ({ id, place })), frozen), families: new Map() };
  const { families, folded } = fold(all, state.rows);
  return { arranged: arrange(state.rows, folded.size > 0 ? all.filter(({ id }) => !folded.has(id)) : all, frozen), families };
}
