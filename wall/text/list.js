/** @import {Post, Switch, Symposium, Translate} from '../types.js' */
/** @import {Live} from '../live.js' */
import { sourceLine } from '../elements/source-line.js';
import { valuesOf } from '../lib/changes.js';
import { el } from '../lib/html.js';
import { icon } from '../lib/icon.js';
import { keyed } from '../lib/keyed.js';
import { authorName } from '../lib/post.js';
import { postText } from '../lib/rich.js';
import { dayTime } from '../lib/time.js';

/** A screen reader is never talked over more often than this. */
const SAY_MS = 10_000;
/** Scrolled down further than this means: somebody is reading. */
const AT_TOP_PX = 40;

/**
 * The wall as a calm list, newest on top. New posts come by themselves only while nobody is reading further down and the list is
 * not paused; else a button says how many wait. What is taken off leaves at once, always.
 */
export class PostList {
  #shown = /** @type {Set<string>} */ (new Set());
  #known = /** @type {Set<string>} */ (new Set());
  #started = false;
  #pausedAt = 0;
  #saidAt = -Infinity;
  #unsaid = 0;
  #sayTimer = 0;

  /**
   * @param {HTMLElement} root Empty; this fills it.
   * @param {Live} live Audience `wall`.
   * @param {{t: Translate, lang: string, symposium: Symposium | null}} words
   */
  constructor(root, live, { t, lang, symposium }) {
    this.live = live;
    this.t = t;
    this.lang = lang;
    this.symposium = symposium;
    this.pauseWord = el('span');
    this.pauseIcon = el('span', { class: 'list-icon' });
    this.pause = el('button', { type: 'button', class: 'button', on: { click: () => this.#togglePause() } }, this.pauseIcon, this.pauseWord);
    this.state = el('p', { class: 'meta list-state' });
    this.more = el('button', { type: 'button', class: 'button tint wide list-more', hidden: true, on: { click: () => this.#showNew() } });
    this.list = el('ol', { class: 'posts', role: 'list' });
    this.said = el('p', { class: 'visually-hidden', role: 'status' });
    root.append(el('div', { class: 'list-head' }, el('h1', {}, t('list.title')), this.pause), this.state, this.more, this.list, this.said);
    for (const event of ['view', 'cover', 'state']) live.addEventListener(event, () => this.#update());
    this.#update();
  }

  #update() {
    const posts = this.#posts();
    const known = new Set(posts.map(({ id }) => id));
    if (!this.#started && this.live.view.position !== null) this.#begin(known);
    const arrived = [...known].filter((id) => !this.#known.has(id));
    this.#known = known;
    if (this.#started && this.#mayInsert()) this.#shown = known;
    this.#shown = new Set([...this.#shown].filter((id) => known.has(id)));
    this.#draw(posts);
    this.#announce(posts.filter(({ id }) => arrived.includes(id)));
  }

  /** @param {Set<string>} known */
  #begin(known) {
    this.#started = true;
    this.#known = known;
    this.#shown = known;
  }

  #mayInsert() {
    const reading = window.scrollY > AT_TOP_PX || this.list.contains(document.activeElement);
    return !this.#pausedAt && !reading;
  }

  /** @returns {Post[]} Newest on top; pinned ones before. */
  #posts() {
    const posts = /** @type {Post[]} */ (valuesOf(this.live.view, 'post:'));
    return posts.sort((a, b) => Number(b.pinned) - Number(a.pinned) || b.released - a.released);
  }

  /** @param {readonly Post[]} posts */
  #draw(posts) {
    const waiting = posts.filter(({ id }) => !this.#shown.has(id)).length;
    keyed(this.list, posts.filter(({ id }) => this.#shown.has(id)), {
      key: ({ id }) => id,
      signature: ({ revision, pinned }) => `${revision} ${pinned}`,
      make: (post) => this.#item(post),
    });
    this.more.hidden = waiting === 0;
    this.more.replaceChildren(icon('up', 'small'), this.t('list.new', { n: waiting }));
    this.pauseWord.textContent = this.t(this.#pausedAt ? 'list.resume' : 'list.pause');
    this.pauseIcon.replaceChildren(icon(this.#pausedAt ? 'play' : 'pause', 'small'));
    this.state.textContent = this.#stateWords();
    this.state.hidden = this.state.textContent === '';
  }

  #stateWords() {
    const stop = /** @type {Switch | undefined} */ (this.live.view.entries.get('stop'));
    const { t, lang, live } = this;
    if (live.state === 'lost') return t('list.lost', { time: dayTime(lang, live.clock.now() - live.silentMs) });
    if (this.#pausedAt) return t('list.paused-at', { time: dayTime(lang, this.#pausedAt) });
    if (stop?.on) return t('list.stopped');
    return this.#started && this.#known.size === 0 ? t('list.empty') : this.#started ? '' : t('loading');
  }

  #togglePause() {
    this.#pausedAt = this.#pausedAt ? 0 : this.live.clock.now();
    if (!this.#pausedAt) this.#shown = this.#known;
    this.#update();
  }

  #showNew() {
    this.#shown = this.#known;
    this.#update();
    this.list.querySelector('li')?.focus();
    window.scrollTo({ top: 0 });
  }

  /** @param {Post} post */
  #item(post) {
    const { t, lang } = this;
    const time = post.received / 1000;
    return el(
      'li',
      { class: post.pinned ? 'pinned' : '', tabindex: -1, data: { post: post.id } },
      el(
        'p',
        { class: 'post-head' },
        el('span', { class: 'post-name', dir: 'auto' }, authorName(post, t)),
        el('span', { class: 'meta' }, sourceLine(post, t)),
        el('time', { class: 'meta', datetime: new Date(time).toISOString() }, dayTime(lang, time)),
      ),
      post.warning ? el('p', { class: 'post-warning', dir: 'auto' }, t('warning', { warning: post.warning })) : null,
      post.text ? postText(post, this.#hashtags()) : null,
      ...post.media.map((photo) => this.#photo(photo)),
    );
  }

  /** @param {Post['media'][number]} photo */
  #photo({ url, alt, width, height }) {
    const words = alt || this.t('photo.without-alt');
    const image = el('img', { src: url, alt: alt ? '' : words, width, height, loading: 'lazy' });
    // The description is text under the photo, for everyone; a reader hears it once.
    return el('figure', {}, image, alt ? el('figcaption', { class: 'meta', dir: 'auto' }, alt) : null);
  }

  #hashtags() {
    const symposium = /** @type {Symposium | undefined} */ (this.live.view.entries.get('symposium')) ?? this.symposium;
    return symposium?.hashtags ?? [];
  }

  /** @param {readonly Post[]} arrived */
  #announce(arrived) {
    if (arrived.length === 0) return;
    this.#unsaid += arrived.length;
    const name = arrived[0] ? authorName(arrived[0], this.t) : '';
    const waitMs = Math.max(0, this.#saidAt + SAY_MS - performance.now());
    window.clearTimeout(this.#sayTimer);
    this.#sayTimer = window.setTimeout(() => this.#say(name), waitMs);
  }

  /** @param {string} name */
  #say(name) {
    this.said.textContent = this.t('list.announce', { n: this.#unsaid, name });
    this.#unsaid = 0;
    this.#saidAt = performance.now();
  }
}
