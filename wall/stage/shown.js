/** @import {Post} from '../types.js' */
import { valuesOf } from '../lib/changes.js';
import { LEASE_MS } from '../lib/scene.js';
import { Live } from '../live.js';
import { toChoose } from './scenes.js';

/** What is on the screens, as a screen gets it: what is taken off is gone from here at once. Event: `change`. */
export class Shown extends EventTarget {
  #live;
  #watch = 0;

  /** @param {string} api */
  constructor(api) {
    super();
    this.#live = new Live(api, 'wall');
    for (const name of ['view', 'cover', 'state']) this.#live.addEventListener(name, () => this.dispatchEvent(new Event('change')));
  }

  start() {
    this.#live.start();
    this.#watch = window.setInterval(() => {
      if (this.#live.silentMs > LEASE_MS && this.#live.view.entries.size > 0) this.#live.forget();
    }, 1_000);
  }

  /** Know nothing more. */
  stop() {
    window.clearInterval(this.#watch);
    this.#live.stop();
    this.#live.forget();
  }

  /** @returns {Post[]} Starred first, then the newest. */
  get posts() {
    return toChoose(/** @type {Post[]} */ (valuesOf(this.#live.view, 'post:')));
  }

  /** @param {string | null | undefined} id */
  get(id) {
    return id ? (this.posts.find((post) => post.id === id) ?? null) : null;
  }
}
