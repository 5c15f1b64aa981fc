/** @import {Told} from './feed.js' */
/** @import {Translate} from '../types.js' */
import { el } from '../lib/html.js';

/** The wall is laid out for a screen of this height and shrunk to the place that it has: it looks as it did in the hall. In px. */
const HEIGHT = 1_080;

/** The wall in its frame. What it is told before it listens is told when it does. */
export class Stage {
  /** @type {Told[]} */
  #waiting = [];
  #ready = false;
  #frame;

  /**
   * @param {HTMLElement} root
   * @param {string} address Of the wall.
   * @param {Translate} t
   */
  constructor(root, address, t) {
    this.root = root;
    this.#frame = el('iframe', { class: 'wall', tabindex: '-1', title: t('replay.wall') });
    window.addEventListener('message', (event) => {
      if (event.origin !== location.origin || event.source !== this.#frame.contentWindow || event.data?.type !== 'ready') return;
      this.#ready = true;
      for (const told of this.#waiting.splice(0)) this.#send(told);
    });
    this.#frame.src = address;
    root.append(this.#frame);
    new ResizeObserver(() => this.#fit()).observe(root);
  }

  /** @param {Told} told */
  tell(told) {
    if (this.#ready) this.#send(told);
    else this.#waiting.push(told);
  }

  /** @param {Told} told */
  #send(told) {
    this.#frame.contentWindow?.postMessage(told, location.origin);
  }

  #fit() {
    const { clientWidth: width, clientHeight: height } = this.root;
    if (width === 0 || height === 0) return;
    this.#frame.style.width = `${Math.round((HEIGHT * width) / height)}px`;
    this.#frame.style.height = `${HEIGHT}px`;
    this.#frame.style.transform = `scale(${height / HEIGHT})`;
  }
}
