/** @import {Answer, DeskPost, Problem, Reason, Status} from '../types.js' */
/** @import {Actions} from './actions.js' */
/** @import {Core} from './core.js' */
/** @import {Decision} from './decisions.js' */
/** @import {Done} from './strip.js' */
import { doer } from '../elements/doer.js';
import { send } from '../lib/http.js';
import { meant, reasonFor, refused, releases, STATUS_AFTER } from './decisions.js';
import { Guard } from './guard.js';
import { after } from './queue.js';
import { seenOf } from './state.js';
import { add, amend, correctable, drop, newest, undoable } from './strip.js';
import { without } from './tail.js';

/** So long the next post waits for the answer, so that on a good line a refusal is told where the post still stands. */
const MOVE_ON_MS = 200;
/** One entry decides on so many at most. */
export const BULK_MAX = 500;

/** Decisions, one or many at a time, and taking them back. */
export class Deciding {
  guard = new Guard();
  /** One decision after the other, until the next post is there. @type {Promise<unknown>} */
  #turn = Promise.resolve();
  /** Answers that are awaited, by the number of the decision. @type {Map<number, Promise<unknown>>} */
  #awaited = new Map();
  #n = 0;

  /**
   * @param {Core} core
   * @param {Actions} desk
   */
  constructor(core, desk) {
    this.core = core;
    this.desk = desk;
  }

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
    this.desk.sweep();
    if (this.core.state.selected.size > 0) return this.#decideMany(command);
    const post = this.core.state.focus;
    if (!post || this.core.state.leaving.has(post.id)) return;
    const decisions = meant(command, post);
    const decision = decisions[0];
    if (!decision) return this.core.tell(this.core.t('desk.not-here', { status: this.core.t(`desk.status.${post.status}`) }));
    const together = this.core.state.notice || decision !== command ? [] : this.desk.readFamily();
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
    const seen = this.core.state.notice ? this.core.position : seenOf(this.core.state, post, this.core.position);
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
    const url = `${this.core.api}/posts/${post.id}/decisions`;
    const first = await send('POST', url, { revision: post.revision, decision, seen, ...(reason ? { reason } : {}) });
    if (!first.ok) return first;
    const { seq, was = null } = first.data;
    const second = then ? await send('POST', url, { revision: post.revision, decision: then, seen: seq }) : null;
    if (second && !second.ok) this.core.failed(second.problem);
    return { ok: true, status: first.status, data: { seqs: second?.ok ? [seq, second.data.seq] : [seq], was } };
  }

  /** @param {Decision} decision Whether a post leaves the open list with it. */
  #leaves(decision) {
    const after = STATUS_AFTER[decision];
    const { tab } = this.core.state;
    if (tab === 'held') return after !== 'held';
    if (tab === 'found') return false;
    return tab === 'shown' ? after !== 'shown' : after !== 'rejected' && after !== 'hidden';
  }

  /**
   * @param {Done['decision']} decision
   * @param {ReadonlyArray<{id: string, revision: number}>} list
   * @param {string} name
   * @param {string} text
   * @param {Reason | null} reason
   * @returns {number}
   */
  #begin(decision, list, name, text, reason) {
    this.#n += 1;
    const about = list.map(({ id, revision }) => ({ id, revision }));
    const done = { n: this.#n, seqs: [], decision, posts: about, name, text, reason, over: null, undone: false };
    this.core.set({ done: add(this.core.state.done, done), message: null, fault: null });
    return this.#n;
  }

  /**
   * @param {Iterable<string>} ids
   * @param {number | null} seq
   */
  #leave(ids, seq) {
    this.core.set({ leaving: new Map([...this.core.state.leaving, ...[...ids].map((id) => /** @type {const} */ ([id, seq]))]) });
  }

  /** @param {Iterable<string>} ids */
  #stay(ids) {
    const leaving = new Map(this.core.state.leaving);
    for (const id of ids) leaving.delete(id);
    this.core.set({ leaving });
  }

  /** @param {ReadonlyArray<string>} ids They go, and the next post appears. */
  #moveOn(ids) {
    const { rows, current } = this.core.state;
    this.desk.unchoose();
    this.core.set({ current: after(rows, current, new Set(ids), this.desk.taken), notice: null });
    this.guard.decided(performance.now());
    this.desk.sync();
    void this.desk.wholeFamily();
  }

  /**
   * @param {number} n
   * @param {DeskPost} post
   * @param {Decision} decision
   * @param {{seqs: number[], was: {status: string, by: string | null, at: number | null} | null}} data
   */
  #doneOne(n, post, decision, { seqs, was }) {
    this.#awaited.delete(n);
    const undid = !releases(decision) && was?.status === 'shown' && was.by && was.by !== this.core.me && this.core.state.tab === 'held';
    const over = undid && was.by ? { name: doer(this.core.t, was.by), at: was.at } : null;
    this.core.set({ done: amend(this.core.state.done, n, { seqs, over }) });
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
    const leaving = ids.filter((id) => this.core.state.leaving.has(id));
    if (this.core.state.tab === 'held') {
      this.core.set({ tail: without(this.core.state.tail, leaving) });
      this.#leave(leaving, seq);
    } else {
      this.desk.lists.drop(leaving);
      this.#stay(leaving);
    }
    this.desk.sync();
  }

  /**
   * @param {DeskPost} post
   * @param {Decision} decision
   */
  #mark(post, decision) {
    const marks = { pin: { pinned: true }, unpin: { pinned: false }, star: { starred: true }, unstar: { starred: false } };
    const own = this.core.state.tab === 'found' ? { status: STATUS_AFTER[decision] ?? post.status, decidedBy: this.core.me, decidedAt: this.core.live.clock.now() * 1000 } : {};
    const change = { ...own, ...(decision in marks ? marks[/** @type {keyof typeof marks} */ (decision)] : {}) };
    const known = this.core.state.fetched.get(post.id);
    if (known) this.desk.lists.put({ ...known, ...change });
    this.desk.sync();
  }

  /**
   * @param {number} n
   * @param {DeskPost} post
   * @param {Problem} problem
   * @param {boolean} here The post is still in focus: say it there.
   */
  #refusedOne(n, post, problem, here) {
    this.#awaited.delete(n);
    this.core.set({ done: drop(this.core.state.done, n) });
    this.#stay([post.id]);
    if (problem.status !== 409) {
      this.core.failed(problem);
      return this.desk.sync();
    }
    const now = /** @type {DeskPost | undefined} */ (problem['post']);
    const by = /** @type {string | null} */ (problem['by'] ?? null);
    const { words, offers } = refused(now ?? null, post.revision, by);
    const holes = this.core.holes({ by, at: Number(problem['at'] ?? 0) });
    if (here) {
      const focus = now ? { ...post, ...now } : { ...post, status: /** @type {Status} */ ('gone') };
      this.core.set({ focus, current: post.id, notice: { post: post.id, words, holes, offers } });
    } else {
      this.core.tell(this.core.t(words, holes), post.id);
    }
    this.desk.sync();
  }

  /** @param {'show' | 'reject' | 'hide' | 'pin' | 'star'} command */
  async #decideMany(command) {
    await this.#decideThese([...this.core.state.selected].flatMap((id) => this.core.map.get(id) ?? []), command);
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
    const seen = Math.min(...list.map((post) => seenOf(this.core.state, post, this.core.position)));
    const ids = list.map((post) => post.id);
    const n = this.#begin(decision, list, list[0]?.author.name ?? '', list[0]?.text ?? '', reason);
    this.#leave(ids, null);
    this.desk.clear();
    const body = { posts: list.map(({ id, revision }) => ({ id, revision })), decision, seen, ...(reason ? { reason } : {}) };
    const answer = send('POST', `${this.core.api}/decisions`, body);
    this.#awaited.set(n, answer);
    this.#moveOn(ids);
    const told = await answer;
    this.#awaited.delete(n);
    if (told.ok) return this.#doneMany(n, list, told.data);
    this.core.set({ done: drop(this.core.state.done, n) });
    this.#stay(ids);
    this.core.failed(told.problem);
    this.desk.sync();
  }

  /**
   * @param {number} n
   * @param {ReadonlyArray<DeskPost>} list
   * @param {{seq: number, done: string[], refused: {id: string, code: string}[]}} data
   */
  #doneMany(n, list, data) {
    const about = list.filter((post) => data.done.includes(post.id)).map(({ id, revision }) => ({ id, revision }));
    const left = data.refused.map((one) => one.id);
    this.core.set({ done: about.length > 0 ? amend(this.core.state.done, n, { seqs: [data.seq], posts: about }) : drop(this.core.state.done, n) });
    this.#stay(left);
    if (left.length > 0) this.core.tell(this.core.t('desk.done.refused', { n: left.length }), left[0] ?? null);
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
    const last = newest(this.core.state.done);
    if (!last || !correctable(last) || last.reason === reason) return;
    await this.#awaited.get(last.n);
    const [post] = last.posts;
    if (!post) return;
    const answer = last.posts.length === 1
      ? await send('POST', `${this.core.api}/posts/${post.id}/decisions`, { revision: post.revision, decision: 'reject', reason })
      : await send('POST', `${this.core.api}/decisions`, { posts: last.posts, decision: 'reject', reason });
    if (!answer.ok) return this.core.failed(answer.problem);
    const standing = this.core.state.done.find((done) => done.n === last.n);
    if (standing) this.core.set({ done: amend(this.core.state.done, last.n, { reason, seqs: [...standing.seqs, answer.data.seq] }), message: null });
  }

  undo() {
    this.#turn = this.#turn.then(() => this.#undoNow());
  }

  async #undoNow() {
    const last = undoable(this.core.state.done);
    if (!last) return this.core.tell(this.core.t('desk.nothing-to-undo'));
    await this.#awaited.get(last.n);
    const standing = this.core.state.done.find((done) => done.n === last.n);
    if (!standing) return;
    if (!(await this.#takeBack(standing))) return;
    const only = standing.posts.length === 1 ? (standing.posts[0]?.id ?? null) : null;
    this.core.set({ done: amend(this.core.state.done, last.n, { undone: true }), message: null, wanted: this.core.state.tab === 'held' && !this.core.state.asked.open ? only : null });
    this.#forget(standing.posts);
    this.desk.asking.undone(standing);
    this.desk.sync();
  }

  /**
   * @param {Done} done
   * @returns {Promise<boolean>}
   */
  async #takeBack(done) {
    if (done.back) return this.#sendBack(done.back);
    for (const seq of done.seqs.toReversed()) {
      if (!(await this.#undoSeq(seq))) return false;
    }
    return true;
  }

  /**
   * @param {{url: string, body: unknown}} back
   * @returns {Promise<boolean>}
   */
  async #sendBack({ url, body }) {
    const answer = await send('POST', url, body);
    if (!answer.ok) this.core.failed(answer.problem);
    return answer.ok;
  }

  /**
   * What we did with these is undone: they are read anew.
   * @param {ReadonlyArray<{id: string}>} list
   */
  #forget(list) {
    const seen = new Map(this.core.state.seen);
    for (const { id } of list) seen.delete(id);
    this.core.set({ seen });
    this.#stay(list.map(({ id }) => id));
  }

  /**
   * @param {number} seq
   * @returns {Promise<boolean>}
   */
  async #undoSeq(seq) {
    const answer = await send('POST', `${this.core.api}/undos`, { seq });
    if (answer.ok || answer.problem.code === 'already-undone') return true;
    if (answer.problem.status === 409) this.core.tell(this.core.t('desk.cannot-undo'));
    else this.core.failed(answer.problem);
    return false;
  }

  /**
   * Say to which session these belong: one entry, one undo. They stay where they are.
   *
   * @param {ReadonlyArray<Pick<DeskPost, 'id' | 'revision' | 'session' | 'text'> & {readonly author: {readonly name: string}}>} all
   * @param {string | null} session
   */
  async move(all, session) {
    const list = all.slice(0, BULK_MAX).filter((post) => post.session !== session);
    if (list.length === 0) return;
    const n = this.#begin('move', list, list[0]?.author.name ?? '', list[0]?.text ?? '', null);
    const answer = await send('POST', `${this.core.api}/posts/moves`, { posts: list.map(({ id }) => id), session });
    if (!answer.ok) {
      this.core.set({ done: drop(this.core.state.done, n) });
      return this.core.failed(answer.problem);
    }
    this.core.set({ done: amend(this.core.state.done, n, { seqs: [answer.data.seq] }) });
    this.desk.mark(list.map(({ id }) => id), { session });
  }

  /**
   * @param {DeskPost} post
   * @param {boolean} earlierToo
   */
  async ban(post, earlierToo) {
    const n = this.#begin('ban', [post], post.author.name, post.text, null);
    const answer = await send('POST', `${this.core.api}/bans`, { post: post.id, earlier: earlierToo });
    if (!answer.ok) {
      this.core.set({ done: drop(this.core.state.done, n) });
      return this.core.failed(answer.problem);
    }
    this.core.set({ done: amend(this.core.state.done, n, { seqs: [answer.data.seq] }) });
    if (answer.data.hidden > 0) this.core.tell(this.core.t('desk.ban.hidden', { n: answer.data.hidden }));
  }

  /**
   * Something else that undo takes back: it stands on the strip at once, and goes off it when the server refuses.
   *
   * @param {import('./strip.js').Asking} decision
   * @param {ReadonlyArray<{id: string, name: string, text: string}>} list What it is about.
   * @param {() => Promise<Answer<Pick<Done, 'seqs' | 'back'>>>} carryOut
   * @returns {Promise<boolean>} Whether it was done.
   */
  async act(decision, list, carryOut) {
    const n = this.#begin(decision, list.map(({ id }) => ({ id, revision: 0 })), list[0]?.name ?? '', list[0]?.text ?? '', null);
    const answer = carryOut();
    this.#awaited.set(n, answer);
    const told = await answer;
    this.#awaited.delete(n);
    this.core.set({ done: told.ok ? amend(this.core.state.done, n, told.data) : drop(this.core.state.done, n) });
    if (!told.ok) this.core.failed(told.problem);
    return told.ok;
  }

  /** @param {number} seq */
  async undoEntry(seq) {
    if (!(await this.#undoSeq(seq))) return;
    const own = this.core.state.done.find((done) => done.seqs.at(-1) === seq);
    if (own) {
      this.core.set({ done: amend(this.core.state.done, own.n, { undone: true }) });
      this.#forget(own.posts);
      this.desk.asking.undone(own);
    }
    await this.desk.chronicle.refresh();
  }
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
