/** @import {Post, Translate} from '../types.js' */
/** @import {Frame, Geometry, Place} from '../lib/fountain.js' */
/** @import {Card} from './card.js' */
/** @import {KindName, Measured} from './kinds.js' */
/** @import {Show} from '../lib/pacing.js' */
import { BEGINNING, begin, byRelease, enter, leaving, next, nextSingle, prune } from '../lib/pacing.js';
import { makeCard, mark, picturesReady, tellAge } from './card.js';
import { KINDS, wear, wearStep } from './kinds.js';
import { appear, moveAside, put, rise, sink } from './motion.js';

/** How many of the newest are measured for a first picture; no screen holds more. */
const FIRST = 24;
/** So few rise one by one; with more, a wall that starts is full at once. */
const FEW = 2;

/**
 * How a board is run.
 *
 * @typedef {object} How
 * @property {boolean} inOrder One after the other, as the posts stand: a playlist.
 * @property {number} holdMs Where one post is on at a time: each stays at least so long.
 * @property {boolean} still No flying: cross-fades.
 */

/**
 * The cards on the wall. Decides nothing itself: `lib/pacing.js` says who and when, the layout of `kinds.js` says where.
 *
 * Taking away is at once and needs no animation; coming is one card at a time.
 */
export class Board {
  /** @type {Show} */
  #show = BEGINNING;
  /** @type {Map<string, Card & {size: Measured}>} */
  #cards = new Map();
  /** Posts that this layout has no place for. @type {Set<string>} */
  #unfit = new Set();
  /** @type {Place[]} */
  #places = [];
  /** @type {readonly Post[]} */
  #posts = [];
  /** @type {KindName} */
  #name = 'fountain';
  /** @type {Geometry | null} */
  #at = null;
  /** @type {How} */
  #how = { inOrder: false, holdMs: 0, still: false };
  /** Raised whenever what is under way must not go on. */
  #turn = 0;
  #busy = false;
  /** When a post first came to this page. @type {Map<string, number>} */
  #arrived = new Map();
  /** Milliseconds between the arrival and the first painting of the newest post that was shown. @type {number | null} */
  delayMs = null;
  /** A card begins to rise, to this place. @type {(place: Place) => void} */
  onrise = () => undefined;

  /**
   * @param {HTMLElement} root
   * @param {HTMLElement} measure
   * @param {{t: Translate, lang: string, hashtags: () => readonly string[], now: () => number}} words `now`: the server's clock, in ms. The pace follows this machine's own steady clock.
   */
  constructor(root, measure, words) {
    this.root = root;
    this.measure = measure;
    this.words = words;
  }

  get count() {
    return this.#places.length;
  }

  /** Nobody's words are in the picture, nor on their way into it or out of it, nor waiting to come. */
  get empty() {
    return this.#cards.size === 0 && this.#posts.length === 0 && !this.#busy;
  }

  get #kind() {
    return KINDS[this.#name];
  }

  /**
   * Another layout, or the same one in another frame: everything is measured and placed anew.
   *
   * @param {KindName} name
   * @param {Frame} frame
   * @returns {Geometry}
   */
  layOut(name, frame) {
    this.clear();
    this.#name = name;
    this.#at = this.#kind.geometry(frame);
    this.#unfit.clear();
    for (const part of [this.root, this.measure]) part.dataset['layout'] = name;
    this.root.replaceChildren(...this.#at.lines.map(rule));
    return this.#at;
  }

  /** @param {How} how */
  run(how) {
    this.#how = how;
  }

  /**
   * What may be seen from now on. Whatever is not in it leaves the picture before this returns.
   *
   * @param {readonly Post[]} posts
   */
  take(posts) {
    this.#posts = this.#unfit.size === 0 ? posts : posts.filter((post) => !this.#unfit.has(key(post)));
    const known = new Map(posts.map((post) => [post.id, post]));
    if (this.#unfit.size > posts.length) this.#unfit.clear();
    for (const [id, card] of this.#cards) {
      const post = known.get(id);
      if (!post || post.revision !== card.post.revision) this.#drop(id);
      else if (post !== card.post) this.#refresh(card, post);
    }
    this.#show = prune(this.#show, posts);
    this.#noteArrivals(posts);
  }

  /** Everything off, at once; what was seen is remembered. */
  clear() {
    this.#turn += 1;
    this.#busy = false;
    this.#posts = [];
    for (const id of [...this.#cards.keys()]) this.#drop(id);
    for (const card of this.root.querySelectorAll('.card')) card.remove();
    this.root.classList.remove('spotlit');
    this.#show = { ...this.#show, on: [] };
  }

  /**
   * A moment passed.
   *
   * @param {boolean} paused Nobody comes or goes by themselves.
   */
  tick(paused) {
    const now = performance.now();
    for (const card of this.#cards.values()) tellAge(card, this.words.t, this.words.lang, this.words.now());
    if (this.#busy || this.#posts.length === 0 || !this.#at) return;
    if (this.#places.length === 0 && this.#posts.length > FEW && !this.#how.inOrder) return this.#begin(this.#at, now);
    if (paused && this.#places.length > 0) return;
    const post = this.#next(now);
    if (post) void this.#bring(post, this.#at);
  }

  /** @param {number} now */
  #next(now) {
    if (this.#kind.one) return nextSingle(this.#show, this.#posts, now, this.#how);
    const crest = this.#cards.get(this.#show.on[0]?.id ?? '');
    return next(this.#show, this.#posts, now, crest !== undefined && crest.size.form !== 'normal');
  }

  /**
   * @param {Geometry} at
   * @param {number} now
   */
  #begin(at, now) {
    const cards = byRelease(this.#posts).slice(0, FIRST).flatMap((post) => this.#card(post, at) ?? []);
    const places = this.#kind.arrange(at, cards.map(({ size }) => size));
    const on = new Set(places.map(({ id }) => id));
    for (const { post } of cards) if (!on.has(post.id)) this.#drop(post.id);
    this.#places = places;
    for (const place of places) this.#appear(place);
    this.#show = begin(this.#show, this.#posts, places.map(({ id }) => id), now);
    for (const id of on) this.#painted(id);
    this.#afterMove();
  }

  /** @param {Place} place */
  #appear(place) {
    const card = this.#cards.get(place.id);
    if (!card) return;
    this.root.append(card.element);
    this.#put(card, place);
    void appear(card.element);
  }

  /**
   * One arrival: who makes room sinks, the old crest moves aside, the new one rises; one after the other.
   *
   * @param {Post} post
   * @param {Geometry} at
   */
  async #bring(post, at) {
    this.#busy = true;
    const turn = this.#turn;
    try {
      const again = this.#places.some(({ id }) => id === post.id);
      const card = this.#card(post, at);
      if (!card) return;
      if (!again) await picturesReady(card);
      if (turn === this.#turn && this.#cards.get(post.id) === card) await this.#carryOut(card, at, turn);
    } finally {
      // Whatever went wrong with one card, the wall goes on.
      if (turn === this.#turn) this.#busy = false;
    }
  }

  /**
   * @param {Card & {size: Measured}} card
   * @param {Geometry} at
   * @param {number} turn
   */
  async #carryOut(card, at, turn) {
    const now = performance.now();
    const { id } = card.post;
    const cards = [...this.#cards.values()].map(({ size }) => size);
    const steps = this.#kind.plan(at, this.#places, cards, card.size, leaving(this.#show, this.#posts, now));
    const old = this.#places.find((place) => place.id === id);
    for (const gone of old ? [...steps.sink, id] : steps.sink) {
      if (turn === this.#turn) await this.#sink(gone, gone !== id);
    }
    if (steps.aside && turn === this.#turn) await this.#moveAside(steps.aside);
    if (turn !== this.#turn || !this.#cards.has(id)) return;
    this.#places = [steps.rise, ...this.#places.filter((place) => place.id !== id)];
    this.#show = enter(this.#show, id, steps.sink, performance.now());
    card.element.style.opacity = '';
    this.root.append(card.element);
    this.#put(card, steps.rise);
    this.#afterMove();
    this.#painted(id);
    if (!this.#still) this.onrise(steps.rise);
    await (this.#still ? appear(card.element) : rise(card.element, steps.rise, at.join.y));
  }

  get #still() {
    return this.#how.still || !this.#kind.flies;
  }

  /**
   * @param {string} id
   * @param {boolean} forGood
   */
  async #sink(id, forGood) {
    const place = this.#places.find((one) => one.id === id);
    const card = this.#cards.get(id);
    if (!place || !card) return;
    this.#places = this.#places.filter((one) => one !== place);
    const { x, y, width } = this.#at?.join ?? { x: Infinity, y: Infinity, width: 0 };
    const over = place.rect.x < x + width && x < place.rect.x + place.rect.width;
    await sink(card.element, place, this.#still, over ? y : Infinity);
    if (forGood && this.#cards.get(id) === card) this.#drop(id);
  }

  /** @param {Place} to */
  async #moveAside(to) {
    const from = this.#places.find(({ id }) => id === to.id);
    const card = this.#cards.get(to.id);
    if (!from || !card) return;
    this.#places = this.#places.map((place) => (place === from ? to : place));
    if (this.#still) await sink(card.element, from, true);
    if (this.#cards.get(to.id) !== card) return;
    this.#put(card, to);
    card.element.style.opacity = '';
    await (this.#still ? appear(card.element) : moveAside(card.element, from, to));
  }

  /**
   * @param {Card & {size: Measured}} card
   * @param {Place} place
   */
  #put({ element, size }, place) {
    wear(element, place.form);
    if (size.step !== undefined) wearStep(element, size.step);
    if (this.#kind.one) {
      element.style.width = `${place.rect.width / place.scale}px`;
      element.style.height = `${place.rect.height / place.scale}px`;
    }
    const column = this.#at?.columns.find(({ x }) => Math.abs(x - place.rect.x) < 1);
    element.classList.toggle('crest', place.crest);
    element.classList.toggle('first', place.crest || Math.abs((column?.top ?? -1) - place.rect.y) < 1);
    put(element, place);
  }

  /**
   * @param {Post} post
   * @param {Geometry} at
   * @returns {(Card & {size: Measured}) | null} null: this layout has no place for it, and won't be asked again.
   */
  #card(post, at) {
    const found = this.#cards.get(post.id);
    if (found) return found;
    const card = makeCard(post, this.words.t, this.words.hashtags());
    tellAge(card, this.words.t, this.words.lang, this.words.now());
    this.measure.append(card.element);
    const size = this.#kind.measure(at, post.id, card.element);
    card.element.remove();
    if (!size) {
      this.#unfit.add(key(post));
      this.#posts = this.#posts.filter(({ id }) => id !== post.id);
      return null;
    }
    const made = { ...card, size };
    this.#cards.set(post.id, made);
    return made;
  }

  /**
   * The same words, but pinned or starred: looks change, the place does not.
   *
   * @param {Card} card
   * @param {Post} post
   */
  #refresh(card, post) {
    card.post = post;
    mark(card.element, post);
  }

  /** @param {string} id */
  #drop(id) {
    this.#cards.get(id)?.element.remove();
    this.#cards.delete(id);
    this.#places = this.#places.filter((place) => place.id !== id);
    this.#show = { ...this.#show, on: this.#show.on.filter((one) => one.id !== id) };
    this.#markSpotlight();
  }

  #afterMove() {
    this.#show.on.forEach(({ id }, index) => {
      const card = this.#cards.get(id);
      if (card) card.element.dataset['age'] = String(Math.min(3, Math.ceil(index / 2)));
    });
    this.#markSpotlight();
  }

  /** A post that needs the whole picture has it for itself. */
  #markSpotlight() {
    const lit = this.#places.some(({ form }) => form === 'spotlight');
    this.root.classList.toggle('spotlit', lit);
  }

  /** @param {readonly Post[]} posts */
  #noteArrivals(posts) {
    const now = performance.now();
    const known = new Set(posts.map(({ id }) => id));
    for (const id of this.#arrived.keys()) if (!known.has(id)) this.#arrived.delete(id);
    for (const id of known) if (!this.#arrived.has(id)) this.#arrived.set(id, this.#show === BEGINNING ? NaN : now);
  }

  /** @param {string} id */
  #painted(id) {
    const arrived = this.#arrived.get(id);
    if (arrived === undefined || Number.isNaN(arrived)) return;
    this.#arrived.set(id, NaN);
    requestAnimationFrame(() => {
      this.delayMs = Math.round(performance.now() - arrived);
    });
  }
}

/** @param {Post} post */
function key(post) {
  return `${post.id} ${post.revision}`;
}

/**
 * A rule between two columns.
 *
 * @param {{x: number, y: number, height: number}} line
 */
function rule({ x, y, height }) {
  const element = document.createElement('i');
  element.className = 'rule';
  element.style.transform = `translate(${x.toFixed(1)}px, ${y.toFixed(1)}px)`;
  element.style.height = `${height}px`;
  return element;
}
