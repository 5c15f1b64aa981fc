/** @import {Kept} from './types.js' */
import { keep, kept } from '../../lib/keep.js';
import { uuid } from '../../lib/uuid.js';

/** How long another window of this browser may take to say that it is there. */
const ANSWER_MS = 250;

/**
 * Texts that the server does not have yet, on this computer: a closed window or a crash loses nothing. Each window has its own, so
 * that two of them never write over each other; what a window left behind is found by the next one.
 */
export class Unsaved {
  #page = uuid();
  #prefix;
  #channel;
  /** Windows that are there. @type {Set<string>} */
  #others = new Set();

  /** @param {string} slug Of the symposium. */
  constructor(slug) {
    this.#prefix = `fontein-report ${slug} `;
    this.#channel = typeof BroadcastChannel === 'function' ? new BroadcastChannel(this.#prefix.trim()) : null;
    this.#channel?.addEventListener('message', ({ data }) => {
      if (data === '') this.#channel?.postMessage(this.#page);
      else this.#others.add(String(data));
    });
  }

  /**
   * @param {string} place
   * @param {Kept} text
   * @returns {boolean} Whether it survives a closed window.
   */
  keep(place, text) {
    return keep(this.#name(place), JSON.stringify(text));
  }

  /** @param {string} place */
  drop(place) {
    this.forget(this.#name(place));
  }

  /** @param {string} name Of something that `left` gave. */
  forget(name) {
    try {
      localStorage.removeItem(name);
    } catch (fault) {
      console.info('it was not kept on this device', fault);
    }
  }

  /**
   * What windows that are gone left behind.
   *
   * @returns {Promise<{name: string, place: string, text: Kept}[]>} Oldest first.
   */
  async left() {
    const all = this.#names();
    if (all.length === 0) return [];
    this.#channel?.postMessage('');
    await new Promise((resolve) => setTimeout(resolve, ANSWER_MS));
    return all.flatMap((name) => {
      const [page = '', place = ''] = name.slice(this.#prefix.length).split(/ (.*)/s);
      const text = read(kept(name));
      return page === this.#page || this.#others.has(page) || !place || !text ? [] : [{ name, place, text }];
    }).sort((a, b) => a.text.at - b.text.at);
  }

  /** @param {string} place */
  #name(place) {
    return `${this.#prefix}${this.#page} ${place}`;
  }

  #names() {
    try {
      return Object.keys(localStorage).filter((name) => name.startsWith(this.#prefix));
    } catch (fault) {
      console.info('nothing is kept on this device', fault);
      return [];
    }
  }
}

/**
 * @param {string | null} words
 * @returns {Kept | null} null: it cannot be read.
 */
function read(words) {
  try {
    const { base, saved, text, settles, at } = JSON.parse(words ?? 'null') ?? {};
    if (typeof text !== 'string' || !Number.isInteger(base)) return null;
    return { base, text, saved: String(saved ?? ''), settles: Array.isArray(settles) ? settles.filter(Number.isInteger) : [], at: Number(at) || 0 };
  } catch {
    return null; // Somebody else wrote there.
  }
}
