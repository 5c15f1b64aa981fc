/** @import {Answer, DeskPost, Stand} from '../types.js' */
/** @import {Actions, List} from './actions.js' */
/** @import {Order, Wanted} from './asked.js' */
/** @import {Core} from './core.js' */
/** @import {State} from './state.js' */
/** @import {Done} from './strip.js' */
import { send } from '../lib/http.js';
import { meantStand, ordered, questions, staying } from './asked.js';
import { arrange, extend, step, sweep, toggle } from './queue.js';
import { Alike } from './similar.js';

/** One entry counts so many together at most. */
const MERGE_MAX = 200;
/** One request each: more is no slip of the finger any more. */
const MADE_MAX = 50;

/** The questions of the hall: moving about in them, counting them as one, and what became of each. */
export class Asking {
  /** @type {{of: ReadonlyArray<unknown>, found: ReadonlyMap<string, Wanted>}} */
  #known = { of: [], found: new Map() };
  #alike = new Alike();
  /** What was compared last. @type {ReadonlyMap<string, Wanted> | null} */
  #compared = null;

  /**
   * @param {Core} core
   * @param {Actions} desk
   * @param {List} list
   */
  constructor(core, desk, list) {
    this.core = core;
    this.desk = desk;
    this.list = list;
  }

  get #asked() {
    return this.core.state.asked;
  }

  /** @param {Partial<State['asked']>} change */
  #set(change) {
    this.core.store.update((state) => ({ ...state, asked: { ...state.asked, ...change } }));
  }

  /** All questions that may be seen, by post. @returns {ReadonlyMap<string, Wanted>} */
  get all() {
    const { entries, covered } = this.core.live.view;
    if (this.#known.of[0] !== entries || this.#known.of[1] !== covered) {
      this.#known = { of: [entries, covered], found: new Map(questions(this.core.live.view).map((question) => [question.post, question])) };
    }
    return this.#known.found;
  }

  /** The one in focus. @returns {Wanted | null} */
  get focus() {
    return this.all.get(this.#asked.current ?? '') ?? null;
  }

  /** The chosen ones. @returns {Wanted[]} */
  get chosen() {
    return [...this.#asked.selected].flatMap((id) => this.all.get(id) ?? []);
  }

  /** Of the chosen ones, the one under which the others will be counted. @returns {Wanted | null} */
  get staying() {
    const { chosen } = this;
    return chosen.find(({ post }) => post === this.#asked.staying) ?? staying(chosen);
  }

  /**
   * Those that may ask the same as this one, most alike first.
   *
   * @param {string} post
   * @returns {Wanted[]}
   */
  like(post) {
    if (this.#compared !== this.all) this.#alike.update([...this.all.values()]);
    this.#compared = this.all;
    return this.#alike.to(post).flatMap((id) => this.all.get(id) ?? []);
  }

  /** Bring the list up to what the server last told. */
  sync() {
    const { open, current, selected } = this.#asked;
    if (!open) return;
    const { all } = this;
    const chosen = new Set([...selected].filter((id) => all.has(id)));
    const still = this.list.still();
    const next = this.#laidOut(still ? this.list.frozen() : 0, still);
    const first = next.rows.find((row) => !row.gone)?.id ?? null;
    this.#set({ ...next, selected: chosen.size === selected.size ? selected : chosen, current: current ?? first });
  }

  /**
   * @param {number} frozen Rows, from the top, that stay where they are.
   * @param {boolean} still Somebody is reading: gaps stay too.
   */
  #laidOut(frozen, still) {
    const { rows, order, current } = this.#asked;
    const placed = ordered([...this.all.values()], order, this.core.state.session).map(({ post }, place) => ({ id: post, place }));
    const arranged = arrange(rows, placed, frozen);
    const kept = still ? arranged : sweep(arranged, current);
    const standing = kept.filter((row) => !row.gone);
    return { rows: kept, moved: standing.some(({ id }, at) => id !== placed[at]?.id) };
  }

  // --- moving about ------------------------------------------------------------------------------------------

  /** @param {boolean} open */
  show(open) {
    const { current } = this.#asked;
    this.#set({ open, rows: [], selected: new Set(), staying: null, current: current !== null && this.all.has(current) ? current : null });
    this.core.set({ page: 'list' });
    this.sync();
  }

  /** @param {Order} order */
  order(order) {
    this.#set({ order, rows: [] });
    this.reorder();
  }

  /** Put them in the order that they should be in, also where somebody is reading. */
  reorder() {
    this.#set(this.#laidOut(0, false));
  }

  /** @param {1 | -1} direction */
  go(direction) {
    this.#sweep();
    this.open(step(this.#asked.rows, this.#asked.current, direction), this.core.state.page);
  }

  #sweep() {
    this.#set({ rows: sweep(this.#asked.rows, this.#asked.current) });
  }

  /**
   * @param {string | null} id
   * @param {State['page']} [page]
   */
  open(id, page = 'post') {
    this.#set({ current: id });
    this.core.set({ page });
    this.sync();
  }

  /** @param {string | null} id The current one by default. */
  select(id = this.#asked.current) {
    if (id === null || !this.all.has(id)) return;
    this.#set({ selected: toggle(this.#asked.selected, [id]) });
  }

  /** @param {1 | -1} direction */
  extend(direction) {
    this.#sweep();
    const { rows, selected, current } = this.#asked;
    this.#set(extend(rows, selected, current, direction));
  }

  /** Choose what may ask the same as the one in focus. */
  selectAlike() {
    const { focus } = this;
    if (!focus) return;
    const like = this.like(focus.post);
    if (like.length === 0) return this.core.tell(this.core.t('desk.asked.nothing-alike'));
    this.#set({ selected: new Set([...this.#asked.selected, focus.post, ...like.map(({ post }) => post)]) });
  }

  clear() {
    this.#set({ selected: new Set(), staying: null });
  }

  /** @param {string} post Of the chosen ones, this one stays. */
  stay(post) {
    this.#set({ staying: post });
  }

  // --- what is done with them --------------------------------------------------------------------------------

  /**
   * Make these questions of the hall; when all of them are, no longer.
   * @param {ReadonlyArray<DeskPost>} posts
   */
  async turn(posts) {
    const able = posts.filter(({ poll }) => !poll).slice(0, MADE_MAX);
    if (able.length === 0) return posts.length > 0 ? this.core.tell(this.core.t('desk.question.answer')) : undefined;
    const on = !able.every(({ question }) => question);
    const list = able.filter(({ question }) => Boolean(question) !== on);
    const ids = list.map(({ id }) => id);
    if (await this.#turn(on, list.map((post) => ({ id: post.id, name: post.author.name, text: post.text })))) this.desk.mark(ids, { question: on });
  }

  /** The question in focus is a post like any other. */
  async turnOff() {
    const { focus } = this;
    if (focus) await this.#turn(false, [about(focus)]);
  }

  /**
   * @param {boolean} on
   * @param {ReadonlyArray<{id: string, name: string, text: string}>} list
   */
  #turn(on, list) {
    return this.desk.deciding.act(on ? 'question' : 'no-question', list, async () => {
      /** @type {number[]} */
      const seqs = [];
      for (const { id } of list) {
        const answer = await send(on ? 'PUT' : 'DELETE', `${this.core.api}/questions/${id}`);
        if (!answer.ok) {
          if (seqs.length === 0) return answer;
          this.core.failed(answer.problem);
          break;
        }
        seqs.push(answer.data.seq);
      }
      return { ok: true, status: 200, data: { seqs } };
    });
  }

  /**
   * An act was taken back: the lists that are not live are told.
   * @param {Done} done
   */
  undone({ decision, posts }) {
    if (decision === 'question' || decision === 'no-question') this.desk.mark(posts.map(({ id }) => id), { question: decision === 'no-question' });
    if (decision === 'aside') this.desk.watching.again();
  }

  /**
   * What becomes of the one in focus; the same again takes it back.
   * @param {Stand} stand
   */
  async stand(stand) {
    const { focus } = this;
    if (focus) await this.#stand(focus, meantStand(focus.stand, stand));
  }

  /**
   * @param {Wanted} question
   * @param {{name: string, text: string} | null} answer Who answered, and what; null: it was not answered after all.
   * @returns {Promise<boolean>} Whether the server has it.
   */
  answered(question, answer) {
    return this.#stand(question, answer ? 'answered' : 'open', answer ?? undefined);
  }

  /**
   * @param {Wanted} question
   * @param {Stand} stand
   * @param {{name: string, text: string}} [words]
   */
  #stand(question, stand, words) {
    return this.desk.deciding.act(`stand-${stand}`, [about(question)], () => this.#entry('PUT', `questions/${question.post}/stand`, { stand, ...words }));
  }

  /** Count the chosen ones as one; without any, choose what may ask the same: people have to read them first. */
  async merge() {
    const into = this.staying;
    const posts = this.chosen.filter((question) => question !== into).map(({ post }) => post);
    if (!into) return this.selectAlike();
    if (posts.length === 0) return this.core.tell(this.core.t('desk.asked.choose-two'));
    if (posts.length > MERGE_MAX) return this.core.tell(this.core.t('desk.asked.too-many', { n: MERGE_MAX }));
    this.clear();
    this.#set({ current: into.post });
    await this.desk.deciding.act('merge', [about(into)], () => this.#entry('POST', 'questions/merges', { into: into.post, posts }));
  }

  /**
   * Let these stand by themselves again.
   * @param {ReadonlyArray<string>} [posts] All that is counted under the one in focus by default.
   */
  async split(posts = (this.focus?.under ?? []).map(({ post }) => post)) {
    const { focus } = this;
    if (!focus) return;
    if (posts.length === 0) return this.core.tell(this.core.t('desk.asked.nothing-under'));
    await this.desk.deciding.act('split', [about(focus)], () => this.#entry('POST', 'questions/splits', { posts }));
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {unknown} body
   * @returns {Promise<Answer<{seqs: number[]}>>}
   */
  async #entry(method, path, body) {
    const answer = await send(method, `${this.core.api}/${path}`, body);
    return answer.ok ? { ...answer, data: { seqs: [answer.data.seq] } } : answer;
  }
}

/** @param {Wanted} question As the strip names it. */
function about({ post, name, text }) {
  return { id: post, name, text };
}
