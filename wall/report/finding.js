/** @import {Media, Post} from '../types.js' */
/** @import {StudioPost} from './model.js' */
import { send } from '../lib/http.js';

/** Who types on is not asking yet. */
const REST_MS = 250;
const MOST = 100;

/** Looks for posts in the whole day: those that are on the screens, newest first. */
export class Finding {
  /** @type {'nothing' | 'looking' | 'none' | 'failed'} What is to be said of an empty list. */
  state = 'nothing';
  /** @type {readonly StudioPost[]} */
  posts = [];
  /** @type {Map<string, string | null>} */
  #sessions = new Map();
  #words = '';
  #resting = 0;

  /**
   * @param {string} api
   * @param {() => void} changed
   */
  constructor(api, changed) {
    this.api = api;
    this.changed = changed;
  }

  /** Of a post that was found. @param {string} id */
  sessionOf(id) {
    return this.#sessions.get(id) ?? null;
  }

  /** @param {string} words */
  look(words) {
    this.#words = words.trim();
    window.clearTimeout(this.#resting);
    if (this.#words) this.#resting = window.setTimeout(() => void this.#ask(this.#words), REST_MS);
    else this.#found('nothing', []);
  }

  /** Posts came or went: ask again what is asked already. */
  again() {
    if (this.#words) void this.#ask(this.#words);
  }

  /** @param {string} words */
  async #ask(words) {
    if (this.posts.length === 0) this.#found('looking', []);
    const query = new URLSearchParams({ q: words, status: 'shown', limit: String(MOST) });
    const answer = await send('GET', `${this.api}/search?${query}`);
    if (words !== this.#words) return; // something else is looked for by now
    if (!answer.ok) return this.#found('failed', []);
    const posts = /** @type {readonly Post[]} */ (answer.data.posts);
    this.#found('none', posts);
  }

  /**
   * @param {Finding['state']} state
   * @param {readonly Post[]} posts
   */
  #found(state, posts) {
    this.state = state;
    this.posts = posts.map(asStudioPost);
    this.#sessions = new Map(posts.map((post) => [post.id, post.session]));
    this.changed();
  }
}

/**
 * @param {Post} post
 * @returns {StudioPost}
 */
export function asStudioPost(post) {
  return {
    id: post.id, revision: post.revision, at: post.created, network: post.source, phone: post.source === 'phone',
    name: post.author.name, handle: post.author.handle, initials: '', text: post.text, lang: post.lang, warning: post.warning ?? '',
    permalink: post.permalink, starred: post.starred, like: null, link: false, photos: post.media.map(photo), emojis: post.emojis, end: null,
  };
}

/** @param {Media} media */
function photo({ url, small, alt, width, height }) {
  return { url, small: small ?? url, alt, width, height };
}
