/** @import {DeskPost, Problem, Translate} from '../types.js' */
/** @import {Live} from '../live.js' */
/** @import {Store} from '../lib/store.js' */
/** @import {State} from './state.js' */
import { doer } from '../elements/doer.js';
import { fault } from '../elements/fault.js';
import { dayTimeSeconds } from '../lib/time.js';
import { posts, shutOut } from './state.js';

/** What every part of the desk needs: what it knows, whom it asks, and how to say what went wrong. */
export class Core {
  /**
   * @param {object} parts
   * @param {Store<State>} parts.store
   * @param {Live} parts.live
   * @param {string} parts.api
   * @param {Translate} parts.t
   * @param {string} parts.lang
   * @param {string} parts.me Name of the badge.
   */
  constructor({ store, live, api, t, lang, me }) {
    this.store = store;
    this.live = live;
    this.api = api;
    this.t = t;
    this.lang = lang;
    this.me = me;
  }

  get state() {
    return this.store.value;
  }

  get position() {
    return this.live.view.position ?? 0;
  }

  /** The posts of the open list, by id. @returns {ReadonlyMap<string, DeskPost>} */
  get map() {
    return posts(this.state, this.live.view);
  }

  /** @param {Partial<State>} change */
  set(change) {
    this.store.update((state) => ({ ...state, ...change }));
  }

  /** @param {string} words @param {string | null} [post] */
  tell(words, post = null) {
    this.set({ message: { words, post } });
  }

  /** Who and when, as sentences say it. */
  holes = (/** @type {{by?: string | null, at: number}} */ { by, at }) => ({ name: doer(this.t, by), time: dayTimeSeconds(this.lang, at / 1000) });

  /** @param {State['out']} out */
  shutOut(out) {
    this.live.stop();
    this.live.forget();
    this.store.update((state) => shutOut(state, out));
  }

  /** @param {Problem} problem */
  failed(problem) {
    if (problem.status === 401) {
      this.shutOut('revoked');
    } else {
      this.set({ fault: fault(this.t, problem) });
    }
  }
}
