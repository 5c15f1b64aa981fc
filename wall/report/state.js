/** @import {Answer, Page, Problem, PulseFrame} from '../types.js' */
/** @import {Draft, Posts, StudioPost} from './model.js' */
/** @import {Writer, Writers} from './presence.js' */
import { initials } from '../elements/people.js';
import { send } from '../lib/http.js';
import { Live } from '../live.js';
import { heard, present } from './presence.js';

/** Places are told again well before a pulse ends (25 s). */
const AGAIN_MS = 10_000;
/** Who did nothing for so long is not there. */
const AWAY_MS = 120_000;
/** The live stream tells of the draft; posts that go are looked for this often. */
const LOOK_MS = 10_000;
/** What the wall shows is another thing: of many posts in a row one look tells. */
const WALL_MS = 1_500;
/** Room for the entry behind a cover. */
const COVER_MS = 400;
const MAX_LIST = 500;

/** @typedef {(draft: Draft) => Draft} Overlay A change that was made here, on top of a draft that may not have it yet. */

/**
 * What the studio knows: the draft with what was changed here on top of it, the posts of its sections, and who else is there.
 *
 * Listeners are told of every change. A change that the server refuses goes away by itself.
 */
export class State {
  /** @type {Draft | null} */
  #told = null;
  /** @type {readonly Overlay[]} */
  #overlays = [];
  /** @type {{of: Draft | null, over: readonly Overlay[], draft: Draft | null}} */
  #seen = { of: null, over: [], draft: null };
  /** By section. @type {Map<string, {mark: string, posts: Posts}>} */
  #posts = new Map();
  /** @type {Map<string, Promise<void>>} */
  #loading = new Map();
  /** @type {Writers} */
  #writers = new Map();
  /** @type {Set<() => void>} */
  #listeners = new Set();
  /** @type {Promise<boolean> | null} */
  #asking = null;
  #again = false;
  /** @type {Map<string, number>} */
  #pulsed = new Map();
  #active = performance.now();
  #section = '';
  /** Whose words may be gone: asked for again. @type {Set<string>} */
  #doubted = new Set();

  /** @param {Page} page */
  constructor(page) {
    this.page = page;
    this.api = page.api;
    const name = page.badge?.name ?? '';
    this.me = { id: page.badge?.id ?? '', name, initials: initials(name) };
    /** Milliseconds since 1970 of the last change that the server confirmed to this page; 0: none yet. */
    this.savedAt = 0;
    /** @type {'revoked' | null} */
    this.out = null;
    this.live = new Live(page.api, 'report');
    // What is taken back is covered on the wall at once, before any view tells: here too.
    this.wall = new Live(page.api, 'wall');
    this.live.addEventListener('view', () => this.#news());
    this.live.addEventListener('state', () => this.#lineChanged());
    this.live.addEventListener('pulse', (event) => this.#hear(/** @type {CustomEvent<PulseFrame>} */ (event).detail));
    this.wall.addEventListener('cover', () => this.#cover());
    this.wall.addEventListener('view', () => this.#lookSoon());
    for (const name of ['pointerdown', 'keydown']) document.addEventListener(name, () => (this.#active = performance.now()), { passive: true });
  }

  /**
   * Ask for the draft and stay up to date. Await it before anything else.
   * @returns {Promise<Problem | null>} Why there is none.
   */
  async start() {
    const answer = await send('GET', `${this.api}/report/draft`);
    if (!answer.ok) return answer.problem;
    this.#told = answer.data;
    this.live.start();
    this.wall.start();
    window.setInterval(() => document.hidden || void this.refresh(), LOOK_MS);
    window.setInterval(() => this.#beat(), 1_000);
    document.addEventListener('visibilitychange', () => document.hidden || void this.refresh());
    this.#tell();
    return null;
  }

  /** The draft, with what was changed here. Only after `start`. */
  get draft() {
    if (this.#seen.of !== this.#told || this.#seen.over !== this.#overlays) {
      const draft = this.#told && this.#overlays.reduce((known, overlay) => overlay(known), this.#told);
      this.#seen = { of: this.#told, over: this.#overlays, draft };
    }
    return /** @type {Draft} */ (this.#seen.draft);
  }

  /** Whether the server answers: by the live line, or where that is kept away from this computer, by its last answer. */
  get reachable() {
    return this.live.state === 'live' || this.#answered;
  }

  #answered = true;

  /** Lost, ended or back: an answer tells more than a line. */
  #lineChanged() {
    if (this.live.state !== 'live') void this.refresh();
    this.#tell();
  }

  /**
   * @param {() => void} listener
   * @returns {() => void} Tells no more.
   */
  subscribe(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #tell() {
    for (const listener of this.#listeners) listener();
  }

  /**
   * Ask for the draft again; once for all who ask meanwhile.
   * @returns {Promise<boolean>} Whether the server answered.
   */
  refresh() {
    if (this.#asking) {
      this.#again = true;
      return this.#asking;
    }
    this.#asking = this.#ask().finally(() => (this.#asking = null));
    return this.#asking;
  }

  async #ask() {
    let answer;
    do {
      this.#again = false;
      answer = await send('GET', `${this.api}/report/draft`);
    } while (this.#again);
    this.#answered = answer.ok || answer.problem.status !== 0;
    if (answer.ok) this.#take(answer.data);
    else if (answer.problem.status === 401 || answer.problem.status === 403) this.#shutOut();
    else this.#tell();
    return answer.ok;
  }

  /** @param {Draft} draft */
  #take(draft) {
    if (JSON.stringify(draft) !== JSON.stringify(this.#told)) this.#told = draft;
    this.#tell();
    if (this.#section) void this.load(this.#section);
  }

  #news() {
    const news = /** @type {{seq?: number} | undefined} */ (this.live.view.entries.get('draft'));
    if (news?.seq !== undefined && news.seq !== this.#told?.seq) void this.refresh();
  }

  /** A post came, went, or says something else now. */
  #lookSoon() {
    if (this.#looking || !this.#told || document.hidden) return;
    this.#looking = window.setTimeout(() => {
      this.#looking = 0;
      void this.refresh();
    }, WALL_MS);
  }

  #looking = 0;

  // Posts

  /**
   * The posts of a section as they were last told; undefined when they were not.
   *
   * @param {string} section
   * @returns {Posts | undefined}
   */
  posts(section) {
    return this.#posts.get(section)?.posts;
  }

  /** Which section is before somebody's eyes: its posts are kept up to date. @param {string} section Empty: none. */
  look(section) {
    this.#section = section;
    return section ? this.load(section) : Promise.resolve();
  }

  /** @param {string} section */
  load(section) {
    const loading = this.#loading.get(section);
    const mark = this.#told?.sections.find((each) => each.id === section)?.mark ?? '';
    if (loading || (this.#posts.get(section)?.mark === mark && !this.#doubted.has(section))) return loading ?? Promise.resolve();
    const asked = this.#load(section, mark).finally(() => this.#loading.delete(section));
    this.#loading.set(section, asked);
    return asked;
  }

  /**
   * @param {string} section
   * @param {string} mark
   */
  async #load(section, mark) {
    this.#doubted.delete(section);
    /** @type {StudioPost[]} */
    const posts = [];
    for (let after = ''; ;) {
      const query = new URLSearchParams({ section, limit: String(MAX_LIST), ...(after ? { after } : {}) });
      const answer = await send('GET', `${this.api}/report/posts?${query}`);
      if (!answer.ok) return this.#failed(answer.problem);
      posts.push(...answer.data.posts);
      if (!answer.data.next) break;
      after = answer.data.next;
      if (!this.#posts.has(section)) this.#keep(section, '', posts); // what is there can be read while the rest comes
    }
    this.#keep(section, mark, posts);
  }

  /**
   * @param {string} section
   * @param {string} mark
   * @param {readonly StudioPost[]} posts
   */
  #keep(section, mark, posts) {
    this.#posts.set(section, { mark, posts: new Map(posts.map((post) => [post.id, post])) });
    for (const post of posts) if (!post.end) this.gone.delete(post.id);
    this.#tell();
  }

  /** @param {Problem} problem */
  #failed(problem) {
    if (problem.status === 401) this.#shutOut();
  }

  /** Posts that were covered since they were told last: not a word of them is to be seen. @type {Set<string>} */
  gone = new Set();

  /** What is covered on the wall was taken back, or is about to be: not a word of it stays here. */
  #cover() {
    const ids = [...this.wall.view.covered.keys()].filter((key) => key.startsWith('post:')).map((key) => key.slice(5));
    let some = ids.some((id) => !this.gone.has(id));
    for (const id of ids) this.gone.add(id);
    for (const [section, { posts }] of this.#posts) {
      const here = ids.filter((id) => posts.get(id)?.end === null);
      if (here.length === 0) continue;
      const left = new Map(posts);
      for (const id of here) left.set(id, bare(/** @type {StudioPost} */ (posts.get(id))));
      this.#posts.set(section, { mark: '', posts: left });
      this.#doubted.add(section);
      some = true;
    }
    if (!some) return;
    this.#tell();
    window.setTimeout(() => void this.refresh(), COVER_MS);
  }

  // What is done here

  /**
   * Change something: it is seen at once, and stays if the server takes it.
   *
   * @param {string} method
   * @param {string} path Below the symposium's API.
   * @param {unknown} body
   * @param {Overlay} [overlay] What the draft will look like; doing it twice must not matter.
   * @returns {Promise<Answer<{seq: number}>>}
   */
  async change(method, path, body, overlay) {
    if (overlay) {
      this.#overlays = [...this.#overlays, overlay];
      this.#tell();
    }
    const answer = await send(method, `${this.api}/${path}`, body);
    if (answer.ok) this.savedAt = Date.now();
    else if (answer.problem.status === 401) this.#shutOut();
    await this.refresh(); // also where it went wrong: how it stands is better known than guessed
    this.#overlays = this.#overlays.filter((each) => each !== overlay);
    this.#tell();
    return answer;
  }

  // Who else is there

  /**
   * Tell colleagues where one is; cheap to call often.
   * @param {string} place
   */
  pulse(place) {
    const now = performance.now();
    if (now - (this.#pulsed.get(place) ?? -Infinity) < AGAIN_MS || this.live.state !== 'live') return;
    this.#pulsed = new Map([[place, now]]); // one is in one place: to be somewhere else is told at once
    void send('POST', `${this.api}/pulses`, { topic: 'writing', key: place });
  }

  /** Who else is there, each in one place. @returns {readonly Writer[]} */
  writers() {
    return [...this.#writers.values()];
  }

  /** Whether somebody is at this page. */
  get isHere() {
    return !document.hidden && performance.now() - this.#active < AWAY_MS;
  }

  /** @param {PulseFrame} pulse */
  #hear(pulse) {
    if (pulse.topic !== 'writing') return;
    const known = this.#writers;
    this.#writers = heard(known, pulse, this.me.id, performance.now());
    if (this.#writers !== known) this.#tell();
  }

  #beat() {
    const left = present(this.#writers, performance.now());
    if (left === this.#writers) return;
    this.#writers = left;
    this.#tell();
  }

  /** The badge was withdrawn: nothing of what was known stays on the page. */
  #shutOut() {
    if (this.out) return;
    this.out = 'revoked';
    this.live.stop();
    this.wall.stop();
    this.#posts.clear();
    this.#tell();
  }
}

/**
 * @param {StudioPost} post
 * @returns {StudioPost} Without a word of what it said, and who said it.
 */
function bare(post) {
  return {
    ...post, name: '', handle: '', initials: '', text: '', warning: '', permalink: null, photos: [], emojis: [], like: null,
    end: { status: 'going', at: post.at },
  };
}
