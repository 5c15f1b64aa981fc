/** @import {Answer, Brake, Decided, DeskPost, Problem, Reason, Status, Translate} from '../types.js' */
/** @import {Live} from '../live.js' */
/** @import {Store} from '../lib/store.js' */
/** @import {Decision} from './decisions.js' */
/** @import {Done} from './strip.js' */
/** @import {State, Tab} from './state.js' */
import { fault } from '../elements/fault.js';
import { valuesOf } from '../lib/changes.js';
import { send } from '../lib/http.js';
import { dayTimeSeconds } from '../lib/time.js';
import { Chronicle } from './chronicle.js';
import { meant, reasonFor, refused, releases } from './decisions.js';
import { Guard, READ_MS } from './guard.js';
import { after, alike, arrange, extend, first, fold, step, sweep, toggle } from './queue.js';
import { Lists } from './lists.js';
import { Presence } from './presence.js';
import { Rest } from './rest.js';
import { amendedBy, family, lastAbout, meanwhile, note, posts, seenOf, shutOut, taken } from './state.js';
import { add, amend, correctable, drop, earlier, newest, undoable } from './strip.js';
import { without } from './tail.js';

/** So long the next post waits for the answer, so that on a good line a refusal is told where the post still stands. */
const MOVE_ON_MS = 200;
const REFRESH_MS = 600;
/** The same, where a list takes more than one page to fetch. */
const REFRESH_LONG_MS = 5_000;
/** One entry decides on so many at most. */
const BULK_MAX = 500;

/** @type {Readonly<Record<string, Status>>} */
const STATUS_AFTER = { show: 'shown', pin: 'shown', unpin: 'shown', star: 'shown', unstar: 'shown', hold: 'held', reject: 'rejected', hide: 'hidden', ban: 'hidden' };

/**
 * @typedef {object} List What the actions ask of the list on the page.
 * @property {() => number} frozen How many rows, from the top, are in sight or above it.
 * @property {() => boolean} still A pointer is over the list: nothing may move.
 */

/** All that the desk can do. Each changes the store; nothing here touches the page. */
export class Actions {
  guard = new Guard();
  /** One decision after the other, until the next post is there. @type {Promise<unknown>} */
  #turn = Promise.resolve();
  /** Answers that are awaited, by the number of the decision. @type {Map<number, Promise<unknown>>} */
  #awaited = new Map();
  #n = 0;
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
   * @param {string} parts.api
   * @param {Translate} parts.t
   * @param {string} parts.lang
   * @param {string} parts.me Name of the badge.
   */
  constructor({ store, live, list, api, t, lang, me }) {
    this.store = store;
    this.live = live;
    this.list = list;
    this.api = api;
    this.t = t;
    this.lang = lang;
    this.me = me;
    this.presence = new Presence({ store, live, api, me, heard: () => this.#makeRoom() });
    this.rest = new Rest({ store, live, api, failed: (problem) => this.#failed(problem), changed: () => this.sync() });
    const failed = (/** @type {Problem} */ problem) => this.#failed(problem);
    this.lists = new Lists({ store, api, failed, changed: () => this.sync() });
    this.chronicle = new Chronicle({ store, api, failed });
  }

  get #state() {
    return this.store.value;
  }

  get #position() {
    return this.live.view.position ?? 0;
  }

  /** @param {Partial<State>} change */
  #set(change) {
    this.store.update((state) => ({ ...state, ...change }));
  }

  /** @param {string} words @param {string | null} [post] */
  #tell(words, post = null) {
    this.#set({ message: { words, post } });
  }

  /** Call every second. */
  tick() {
    if (this.#state.out) return;
    this.presence.tick();
    void this.rest.tick();
  }

  // --- what came in ------------------------------------------------------------------------------------------

  /** Bring the lists up to what the server last told. */
  sync() {
    this.#seed();
    this.rest.sync();
    this.store.update((state) => this.#arranged(state));
    this.#refreshWhenChanged();
  }

  #seed() {
    if (this.#seeded || this.live.view.position === null) return;
    this.#seeded = true;
    this.#set({ done: earlier(valuesOf(this.live.view, 'last:'), this.me) });
  }

  /**
   * @param {State} before
   * @returns {State}
   */
  #arranged(before) {
    const { view } = this.live;
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
    return { ...focused, seen: note(state.seen, [...inFocus, ...eyes], this.#position, map) };
  }

  /**
   * A colleague was just ahead, and nobody chose to be here: leave it to them.
   */
  #makeRoom() {
    const { current, rows, selected } = this.#state;
    const others = new Set(taken(this.#state).keys());
    const mine = this.presence.told || current === this.#chosen || selected.size > 0;
    if (current === null || mine || !others.has(current)) return;
    const free = first(rows, others);
    if (free !== null && !others.has(free)) this.#goTo(free, this.#state.page);
  }

  /** @param {State} state */
  #noteFamily(state) {
    const now = performance.now();
    const came = this.#before.row === state.current ? now : -Infinity;
    const { since } = this.#before;
    this.#before = { row: state.current, since: new Map(family(state, state.current).map((id) => [id, since.get(id) ?? came])) };
  }

  /** What the row in focus stands for, without what came a moment ago: nobody has read that. */
  #family() {
    const now = performance.now();
    const ids = family(this.#state, this.#state.focus?.id ?? null);
    const read = ids.filter((id, n) => n === 0 || now - (this.#before.since.get(id) ?? -Infinity) >= READ_MS);
    return read.flatMap((id) => this.#map.get(id) ?? []);
  }

  /** @param {State} state */
  #stillLeaving(state) {
    const held = state.tab === 'held';
    const left = [...state.leaving].filter(([, seq]) => seq === null || (held && seq > this.#position));
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
    const decided = lastAbout(this.live.view, current);
    const status = decided ? (STATUS_AFTER[decided.decision] ?? 'gone') : 'gone';
    return { ...state, focus: { ...focus, status }, notice: meanwhile(current, decided, this.#time) };
  }

  /**
   * @param {DeskPost | null} before
   * @param {DeskPost} now
   */
  #edited(before, now) {
    if (before?.id !== now.id || before.revision === now.revision) return null;
    const amended = amendedBy(this.live.view, now);
    if (amended) return this.#amended(now, amended);
    this.guard.changed(performance.now());
    return /** @type {import('./state.js').Notice} */ ({ post: now.id, words: 'desk.stale.edited', holes: {}, offers: ['show', 'reject'] });
  }

  /**
   * @param {DeskPost} now
   * @param {Decided} act
   */
  #amended(now, act) {
    const holes = { name: act.by ?? '', time: this.#time(act.at) };
    return act.by === this.me ? null : /** @type {import('./state.js').Notice} */ ({ post: now.id, words: 'desk.stale.amended', holes, offers: ['show', 'reject'] });
  }

  #time = (/** @type {number} */ microseconds) => dayTimeSeconds(this.lang, microseconds / 1000);

  #refreshWhenChanged() {
    const counts = JSON.stringify(this.live.view.entries.get('counts') ?? null);
    const last = Math.max(0, ...valuesOf(this.live.view, 'last:').map((/** @type {any} */ decided) => decided.seq));
    const known = `${counts} ${last}`;
    if (known === this.#known) return;
    this.#known = known;
    window.clearTimeout(this.#refresh);
    this.#refresh = window.setTimeout(() => {
      void this.lists.refresh();
      if (this.#state.history.open) void this.chronicle.refresh();
    }, this.lists.long ? REFRESH_LONG_MS : REFRESH_MS);
  }

  // --- moving about ------------------------------------------------------------------------------------------

  /** @param {1 | -1} direction */
  go(direction) {
    this.#sweep();
    const { rows, current } = this.#state;
    this.open(step(rows, current, direction, this.#taken), this.#state.page);
  }

  /** Rows that a colleague reads. */
  get #taken() {
    return new Set(taken(this.#state).keys());
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
    this.#set({ current: id, page, notice: null });
    this.sync();
    void this.#wholeFamily();
  }

  /** Fetch those that look like the one in focus, also far behind in the queue. */
  async #wholeFamily() {
    const { current, tab } = this.#state;
    const known = () => family(this.#state, current).length;
    const post = current === null ? undefined : this.#map.get(current);
    if (tab === 'held' && post && post.alike > known()) await this.rest.all(() => known() >= post.alike || this.#state.current !== current);
  }

  toList() {
    this.#set({ page: 'list' });
  }

  #sweep() {
    this.store.update((state) => ({ ...state, rows: sweep(state.rows, state.current) }));
  }

  /** @param {string | null} id The current one by default. */
  select(id = this.#state.current) {
    if (id === null || !this.#map.has(id)) return;
    this.#set({ selected: toggle(this.#state.selected, family(this.#state, id)) });
    this.sync();
  }

  /** @param {1 | -1} direction */
  extend(direction) {
    this.#sweep();
    const { rows, selected, current, families } = this.#state;
    const next = extend(rows, selected, current, direction, families);
    this.#chosen = next.current;
    this.#set(next);
    this.sync();
  }

  /** Choose what looks like the chosen ones, or like the one in focus; also what is far behind in the queue. */
  async selectAlike() {
    const { current, selected } = this.#state;
    const from = selected.size > 0 ? selected : new Set(current ? [current] : []);
    const add = () => {
      this.#set({ selected: alike([...this.#map.values()], new Set([...from, ...this.#state.selected])) });
      this.sync();
    };
    add();
    const most = Math.max(0, ...[...from].map((id) => this.#map.get(id)?.alike ?? 0));
    if (this.#state.tab !== 'held' || most <= this.#state.selected.size) return;
    await this.rest.all(() => alike([...this.#map.values()], from).size >= most);
    if (this.#state.selected.size > 0) add();
  }

  /**
   * Take these out of the selection.
   * @param {ReadonlyArray<string>} ids
   */
  unselect(ids) {
    const selected = new Set(this.#state.selected);
    for (const id of ids) selected.delete(id);
    this.#set({ selected });
    this.sync();
  }

  clear() {
    this.#set({ selected: new Set() });
  }

  get #map() {
    return posts(this.#state, this.live.view);
  }

  /** @param {Tab} tab */
  async tab(tab) {
    this.#chosen = null;
    this.lists.close();
    const search = tab === 'found' ? this.#state.search : null;
    this.#set({ tab, search, rows: [], families: new Map(), current: null, focus: null, notice: null, selected: new Set(), leaving: new Map(), fetched: new Map(), loading: tab !== 'held', page: 'list' });
    this.sync();
    await this.lists.refresh();
  }

  // --- searching ---------------------------------------------------------------------------------------------

  /**
   * Look in all posts, whatever became of them.
   * @param {{key: string, name: string} | null} [author] Only of this one.
   */
  async openSearch(author = null) {
    this.#set({ search: { words: '', author } });
    await this.tab('found');
  }

  /** @param {string} words */
  search(words) {
    if (!this.#state.search) return;
    this.#set({ search: { ...this.#state.search, words }, rows: [], families: new Map(), current: null, focus: null, notice: null });
    this.lists.showFound();
  }

  async closeSearch() {
    if (this.#state.tab === 'found') await this.tab('held');
  }

  // --- deciding ----------------------------------------------------------------------------------------------

  /**
   * Decide on the selection, or on the post in focus.
   *
   * @param {'show' | 'reject' | 'hide' | 'pin' | 'star'} command
   * @param {'pointer' | 'key'} by
   */
  decide(command, by) {
    const now = performance.now();
    if (!this.guard.lets(now, by)) return;
    this.guard.decided(now);
    this.#turn = this.#turn.then(() => this.#decideNow(command));
  }

  /** @param {'show' | 'reject' | 'hide' | 'pin' | 'star'} command */
  async #decideNow(command) {
    this.#sweep();
    if (this.#state.selected.size > 0) return this.#decideMany(command);
    const post = this.#state.focus;
    if (!post || this.#state.leaving.has(post.id)) return;
    const decisions = meant(command, post);
    const decision = decisions[0];
    if (!decision) return this.#tell(this.t('desk.not-here', { status: this.t(`desk.status.${post.status}`) }));
    const together = this.#state.notice || decision !== command ? [] : this.#family();
    if (together.length > 1) return this.#decideThese(together, command);
    await this.#decideOne(post, decision, decisions[1] ?? null);
  }

  /**
   * @param {DeskPost} post
   * @param {Decision} decision
   * @param {Decision | null} then One more for the same press: pin or star what was just shown.
   */
  async #decideOne(post, decision, then) {
    const reason = decision === 'reject' ? reasonFor(post.why?.reason) : null;
    const leaves = this.#leaves(decision);
    const seen = this.#state.notice ? this.#position : seenOf(this.#state, post, this.#position);
    const named = /** @type {Done['decision']} */ (then ? `${decision}-${then}` : decision);
    const n = this.#begin(named, [post], post.author.name, post.text, reason);
    if (leaves) this.#leave([post.id], null);
    const answer = this.#oneAfterTheOther(post, decision, then, seen, reason);
    this.#awaited.set(n, answer);
    const early = await Promise.race([answer, later(MOVE_ON_MS)]);
    if (early && !early.ok) return this.#refusedOne(n, post, early.problem, true);
    if (leaves) this.#moveOn([post.id]);
    if (early) return this.#doneOne(n, post, decision, early.data);
    void answer.then((late) => (late.ok ? this.#doneOne(n, post, decision, late.data) : this.#refusedOne(n, post, late.problem, false)));
  }

  /**
   * @param {DeskPost} post
   * @param {Decision} decision
   * @param {Decision | null} then
   * @param {number} seen
   * @param {Reason | null} reason
   * @returns {Promise<Answer<{seqs: number[], was: {status: string, by: string | null, at: number | null} | null}>>}
   */
  async #oneAfterTheOther(post, decision, then, seen, reason) {
    const url = `${this.api}/posts/${post.id}/decisions`;
    const first = await send('POST', url, { revision: post.revision, decision, seen, ...(reason ? { reason } : {}) });
    if (!first.ok) return first;
    const { seq, was = null } = first.data;
    const second = then ? await send('POST', url, { revision: post.revision, decision: then, seen: seq }) : null;
    if (second && !second.ok) this.#failed(second.problem);
    return { ok: true, status: first.status, data: { seqs: second?.ok ? [seq, second.data.seq] : [seq], was } };
  }

  /** @param {Decision} decision Whether a post leaves the open list with it. */
  #leaves(decision) {
    const after = STATUS_AFTER[decision];
    const { tab } = this.#state;
    if (tab === 'held') return after !== 'held';
    if (tab === 'found') return false;
    return tab === 'shown' ? after !== 'shown' : after !== 'rejected' && after !== 'hidden';
  }

  /**
   * @param {Done['decision']} decision
   * @param {ReadonlyArray<DeskPost>} list
   * @param {string} name
   * @param {string} text
   * @param {Reason | null} reason
   * @returns {number}
   */
  #begin(decision, list, name, text, reason) {
    this.#n += 1;
    const about = list.map(({ id, revision }) => ({ id, revision }));
    const done = { n: this.#n, seqs: [], decision, posts: about, name, text, reason, over: null, undone: false };
    this.#set({ done: add(this.#state.done, done), message: null, fault: null });
    return this.#n;
  }

  /**
   * @param {Iterable<string>} ids
   * @param {number | null} seq
   */
  #leave(ids, seq) {
    this.#set({ leaving: new Map([...this.#state.leaving, ...[...ids].map((id) => /** @type {const} */ ([id, seq]))]) });
  }

  /** @param {Iterable<string>} ids */
  #stay(ids) {
    const leaving = new Map(this.#state.leaving);
    for (const id of ids) leaving.delete(id);
    this.#set({ leaving });
  }

  /** @param {ReadonlyArray<string>} ids They go, and the next post appears. */
  #moveOn(ids) {
    const { rows, current } = this.#state;
    this.#chosen = null;
    this.#set({ current: after(rows, current, new Set(ids), this.#taken), notice: null });
    this.guard.decided(performance.now());
    this.sync();
    void this.#wholeFamily();
  }

  /**
   * @param {number} n
   * @param {DeskPost} post
   * @param {Decision} decision
   * @param {{seqs: number[], was: {status: string, by: string | null, at: number | null} | null}} data
   */
  #doneOne(n, post, decision, { seqs, was }) {
    this.#awaited.delete(n);
    const undid = !releases(decision) && was?.status === 'shown' && was.by && was.by !== this.me && this.#state.tab === 'held';
    const over = undid && was.by ? { name: was.by, at: was.at } : null;
    this.#set({ done: amend(this.#state.done, n, { seqs, over }) });
    this.#settle([post.id], seqs.at(-1) ?? 0);
    if (!this.#leaves(decision)) this.#mark(post, decision);
  }

  /**
   * Done: the live queue drops them by itself; a fetched list is changed here.
   *
   * @param {ReadonlyArray<string>} ids
   * @param {number} seq
   */
  #settle(ids, seq) {
    const leaving = ids.filter((id) => this.#state.leaving.has(id));
    if (this.#state.tab === 'held') {
      this.#set({ tail: without(this.#state.tail, leaving) });
      this.#leave(leaving, seq);
    } else {
      this.lists.drop(leaving);
      this.#stay(leaving);
    }
    this.sync();
  }

  /**
   * @param {DeskPost} post
   * @param {Decision} decision
   */
  #mark(post, decision) {
    const marks = { pin: { pinned: true }, unpin: { pinned: false }, star: { starred: true }, unstar: { starred: false } };
    const own = this.#state.tab === 'found' ? { status: STATUS_AFTER[decision] ?? post.status, decidedBy: this.me, decidedAt: this.live.clock.now() * 1000 } : {};
    const change = { ...own, ...(decision in marks ? marks[/** @type {keyof typeof marks} */ (decision)] : {}) };
    const known = this.#state.fetched.get(post.id);
    if (known) this.lists.put({ ...known, ...change });
    this.sync();
  }

  /**
   * @param {number} n
   * @param {DeskPost} post
   * @param {Problem} problem
   * @param {boolean} here The post is still in focus: say it there.
   */
  #refusedOne(n, post, problem, here) {
    this.#awaited.delete(n);
    this.#set({ done: drop(this.#state.done, n) });
    this.#stay([post.id]);
    if (problem.status !== 409) {
      this.#failed(problem);
      return this.sync();
    }
    const now = /** @type {DeskPost | undefined} */ (problem['post']);
    const by = /** @type {string | null} */ (problem['by'] ?? null);
    const { words, offers } = refused(now ?? null, post.revision, by);
    const holes = { name: by ?? '', time: this.#time(Number(problem['at'] ?? 0)) };
    if (here) {
      const focus = now ? { ...post, ...now } : { ...post, status: /** @type {Status} */ ('gone') };
      this.#set({ focus, current: post.id, notice: { post: post.id, words, holes, offers } });
    } else {
      this.#tell(this.t(words, holes), post.id);
    }
    this.sync();
  }

  /** @param {'show' | 'reject' | 'hide' | 'pin' | 'star'} command */
  async #decideMany(command) {
    await this.#decideThese([...this.#state.selected].flatMap((id) => this.#map.get(id) ?? []), command);
  }

  /**
   * One entry, one undo.
   *
   * @param {ReadonlyArray<DeskPost>} all
   * @param {'show' | 'reject' | 'hide' | 'pin' | 'star'} command
   */
  async #decideThese(all, command) {
    const list = all.slice(0, BULK_MAX);
    const decision = list[0] ? meant(command, list[0])[0] : undefined;
    if (!decision || decision !== command) return;
    const reasons = new Set(list.map((post) => post.why?.reason ?? null));
    const reason = decision === 'reject' ? reasonFor(reasons.size === 1 ? [...reasons][0] : null) : null;
    const seen = Math.min(...list.map((post) => seenOf(this.#state, post, this.#position)));
    const ids = list.map((post) => post.id);
    const n = this.#begin(decision, list, list[0]?.author.name ?? '', list[0]?.text ?? '', reason);
    this.#leave(ids, null);
    this.clear();
    const body = { posts: list.map(({ id, revision }) => ({ id, revision })), decision, seen, ...(reason ? { reason } : {}) };
    const answer = send('POST', `${this.api}/decisions`, body);
    this.#awaited.set(n, answer);
    this.#moveOn(ids);
    const told = await answer;
    this.#awaited.delete(n);
    if (told.ok) return this.#doneMany(n, list, told.data);
    this.#set({ done: drop(this.#state.done, n) });
    this.#stay(ids);
    this.#failed(told.problem);
    this.sync();
  }

  /**
   * @param {number} n
   * @param {ReadonlyArray<DeskPost>} list
   * @param {{seq: number, done: string[], refused: {id: string, code: string}[]}} data
   */
  #doneMany(n, list, data) {
    const about = list.filter((post) => data.done.includes(post.id)).map(({ id, revision }) => ({ id, revision }));
    const left = data.refused.map((one) => one.id);
    this.#set({ done: about.length > 0 ? amend(this.#state.done, n, { seqs: [data.seq], posts: about }) : drop(this.#state.done, n) });
    this.#stay(left);
    if (left.length > 0) this.#tell(this.t('desk.done.refused', { n: left.length }), left[0] ?? null);
    this.#settle(data.done, data.seq);
  }

  /**
   * Give the last rejection another reason: it is rejected again, with that.
   * @param {Reason} reason
   */
  correct(reason) {
    this.#turn = this.#turn.then(() => this.#correctNow(reason));
  }

  /** @param {Reason} reason */
  async #correctNow(reason) {
    const last = newest(this.#state.done);
    if (!last || !correctable(last) || last.reason === reason) return;
    await this.#awaited.get(last.n);
    const [post] = last.posts;
    if (!post) return;
    const answer = last.posts.length === 1
      ? await send('POST', `${this.api}/posts/${post.id}/decisions`, { revision: post.revision, decision: 'reject', reason })
      : await send('POST', `${this.api}/decisions`, { posts: last.posts, decision: 'reject', reason });
    if (!answer.ok) return this.#failed(answer.problem);
    const standing = this.#state.done.find((done) => done.n === last.n);
    if (standing) this.#set({ done: amend(this.#state.done, last.n, { reason, seqs: [...standing.seqs, answer.data.seq] }), message: null });
  }

  undo() {
    this.#turn = this.#turn.then(() => this.#undoNow());
  }

  async #undoNow() {
    const last = undoable(this.#state.done);
    if (!last) return this.#tell(this.t('desk.nothing-to-undo'));
    await this.#awaited.get(last.n);
    const standing = this.#state.done.find((done) => done.n === last.n);
    if (!standing) return;
    if (!(await this.#takeBack(standing))) return;
    const only = standing.posts.length === 1 ? (standing.posts[0]?.id ?? null) : null;
    this.#set({ done: amend(this.#state.done, last.n, { undone: true }), message: null, wanted: this.#state.tab === 'held' ? only : null });
    this.#forget(standing.posts);
    this.sync();
  }

  /**
   * @param {Done} done
   * @returns {Promise<boolean>}
   */
  async #takeBack(done) {
    for (const seq of done.seqs.toReversed()) {
      if (!(await this.#undoSeq(seq))) return false;
    }
    return true;
  }

  /**
   * What we did with these is undone: they are read anew.
   * @param {ReadonlyArray<{id: string}>} list
   */
  #forget(list) {
    const seen = new Map(this.#state.seen);
    for (const { id } of list) seen.delete(id);
    this.#set({ seen });
    this.#stay(list.map(({ id }) => id));
  }

  /**
   * @param {number} seq
   * @returns {Promise<boolean>}
   */
  async #undoSeq(seq) {
    const answer = await send('POST', `${this.api}/undos`, { seq });
    if (answer.ok || answer.problem.code === 'already-undone') return true;
    if (answer.problem.status === 409) this.#tell(this.t('desk.cannot-undo'));
    else this.#failed(answer.problem);
    return false;
  }

  /**
   * @param {DeskPost} post
   * @param {boolean} earlierToo
   */
  async ban(post, earlierToo) {
    const n = this.#begin('ban', [post], post.author.name, post.text, null);
    const answer = await send('POST', `${this.api}/bans`, { post: post.id, earlier: earlierToo });
    if (!answer.ok) {
      this.#set({ done: drop(this.#state.done, n) });
      return this.#failed(answer.problem);
    }
    this.#set({ done: amend(this.#state.done, n, { seqs: [answer.data.seq] }) });
    if (answer.data.hidden > 0) this.#tell(this.t('desk.ban.hidden', { n: answer.data.hidden }));
  }

  // --- changing a post -----------------------------------------------------------------------------------------

  /**
   * Other words under the photos, another session.
   *
   * @param {DeskPost} post As the editor saw it.
   * @param {{alts?: ReadonlyArray<string>, session?: string | null}} change
   */
  async amend(post, change) {
    const answer = await send('PATCH', `${this.api}/posts/${post.id}`, { revision: post.revision, ...change });
    if (!answer.ok) return answer.problem.status === 409 ? this.#tell(this.t('desk.edit.refused'), post.id) : this.#failed(answer.problem);
    const { revision } = answer.data;
    const media = change.alts ? post.media.map((photo, n) => ({ ...photo, alt: change.alts?.[n] ?? photo.alt })) : post.media;
    const now = { ...post, revision, media, session: change.session === undefined ? post.session : change.session };
    this.#set({ message: { words: this.t('desk.edit.done'), post: null } });
    this.lists.put(now);
    // The stream tells it too, sooner or later; until then this is what stands.
    if (this.#state.focus?.id === post.id && this.#state.focus.revision < revision) this.#set({ focus: now });
    this.sync();
  }

  nothingToEdit() {
    this.#tell(this.t('desk.edit.nothing'));
  }

  /**
   * Everything that this author sent goes for good, also from the journal. Only organisers may.
   * @param {DeskPost} post One of theirs.
   */
  async erase(post) {
    const answer = await send('POST', `${this.api}/erasures`, { authorOf: post.id });
    if (!answer.ok) return this.#failed(answer.problem);
    this.#tell(this.t('desk.erase.done', { n: answer.data.erased.length }));
    if (this.#state.tab !== 'held') await this.tab(this.#state.tab);
  }

  // --- for everybody -----------------------------------------------------------------------------------------

  /** @param {boolean} on */
  async stop(on) {
    this.#set({ stopping: on, fault: null });
    const answer = await send('PUT', `${this.api}/stop`, { on });
    this.#set({ stopping: false });
    if (answer.ok) return;
    this.#failed(answer.problem);
    if (on && answer.problem.status !== 401) this.#set({ fault: this.t('stop.failed') });
  }

  /** @param {string} policy */
  async policy(policy) {
    const answer = await send('PUT', `${this.api}/policy`, { policy });
    if (!answer.ok) this.#failed(answer.problem);
    return answer.ok;
  }

  /** @returns {Brake | null} */
  get #brake() {
    const policy = /** @type {{brake?: Brake | null} | undefined} */ (this.live.view.entries.get('policy'));
    return policy?.brake ?? null;
  }

  /** As it was before the brake came on. */
  async releaseBrake() {
    const brake = this.#brake;
    return brake === null ? false : this.policy(brake.was);
  }

  /** Choose what came in since the brake. */
  async lookAtBrake() {
    const brake = this.#brake;
    if (brake === null) return;
    if (this.#state.tab !== 'held') await this.tab('held');
    await this.rest.all(() => false);
    const newestFirst = [...this.#map.values()].sort((a, b) => b.received - a.received).slice(0, Math.min(brake.held, BULK_MAX));
    this.#set({ selected: new Set(newestFirst.map((post) => post.id)), page: 'post' });
    this.sync();
  }

  /** The server shut this page out. Was it this badge? */
  async ended() {
    this.#shutOut(null);
    const answer = await send('GET', `${this.api}/me`);
    this.#shutOut(!answer.ok && answer.problem.status === 401 ? 'revoked' : 'closed');
  }

  /** @param {State['out']} out */
  #shutOut(out) {
    this.live.stop();
    this.live.forget();
    this.store.update((state) => shutOut(state, out));
  }

  dismissFault() {
    this.#set({ fault: null });
  }

  /** @param {Problem} problem */
  #failed(problem) {
    if (problem.status === 401) {
      this.#shutOut('revoked');
    } else {
      this.#set({ fault: fault(this.t, problem) });
    }
  }

  /** @param {boolean} keys */
  switchKeys(keys) {
    this.#set({ keys });
  }

  // --- history -----------------------------------------------------------------------------------------------

  /** @param {number} seq */
  async undoEntry(seq) {
    if (!(await this.#undoSeq(seq))) return;
    const own = this.#state.done.find((done) => done.seqs.at(-1) === seq);
    if (own) {
      this.#set({ done: amend(this.#state.done, own.n, { undone: true }) });
      this.#forget(own.posts);
    }
    await this.chronicle.refresh();
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
  const all = [...map.values()];
  if (state.tab !== 'held') return { arranged: arrange(state.rows, all.map(({ id }, place) => ({ id, place })), frozen), families: new Map() };
  const { families, folded } = fold(all, state.rows);
  return { arranged: arrange(state.rows, folded.size > 0 ? all.filter(({ id }) => !folded.has(id)) : all, frozen), families };
}

/**
 * @param {number} ms
 * @returns {Promise<null>}
 */
function later(ms) {
  return new Promise((resolve) => {
    window.setTimeout(() => resolve(null), ms);
  });
}
