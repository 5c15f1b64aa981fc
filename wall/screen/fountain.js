/** @import {Post, Translate} from '../types.js' */
/** @import {Card as Measured, Form, Geometry, Place, Size} from '../lib/fountain.js' */
/** @import {Card} from './card.js' */
/** @import {Show} from '../lib/pacing.js' */
import { arrange, formOf, geometry, plan } from '../lib/fountain.js';
import { BEGINNING, begin, byRelease, enter, leaving, next, prune } from '../lib/pacing.js';
import { makeCard, mark, picturesReady, tellAge } from './card.js';
import { moveAside, put, rise, sink } from './motion.js';

/** @type {readonly Form[]} */
const FORMS = ['normal', 'long', 'spotlight'];
/** How many of the newest are measured for a first picture; no screen holds more. */
const FIRST = 12;
/** So few rise one by one; with more, a wall that starts is full at once. */
const FEW = 2;

/**
 * The cards on the wall. Decides nothing itself: `lib/pacing.js` says who and when, `lib/fountain.js` says where.
 *
 * Taking away is at once and needs no animation; coming is one card at a time.
 */
export class Fountain {
  /** @type {Show} */
  #show = BEGINNING;
  /** @type {Map<string, Card & {size: Size}>} */
  #cards = new Map();
  /** @type {Place[]} */
  #places = [];
  /** @type {readonly Post[]} */
  #posts = [];
  /** @type {Geometry} */
  #at;
  /** Raised whenever what is under way must not go on. */
  #turn = 0;
  #busy = false;
  /** When a post first came to this page. @type {Map<string, number>} */
  #arrived = new Map();
  /** Milliseconds between the arrival and the first painting of the newest post that was shown. @type {number | null} */
  delayMs = null;

  /**
   * @param {HTMLElement} root
   * @param {HTMLElement} measure
   * @param {{t: Translate, lang: string, hashtags: () => readonly string[], now: () => number}} words `now`: the server's clock, in ms. The pace follows this machine's own steady clock.
   */
  constructor(root, measure, words) {
    this.root = root;
    this.measure = measure;
    this.words = words;
    this.#at = this.#newGeometry();
  }

  get count() {
    return this.#places.length;
  }

  /**
   * What may be seen from now on. Whatever is not in it leaves the picture before this returns.
   *
   * @param {readonly Post[]} posts
   */
  take(posts) {
    this.#posts = posts;
    const known = new Map(posts.map((post) => [post.id, post]));
    for (const [id, card] of this.#cards) {
      const post = known.get(id);
      if (!post || post.revision !== card.post.revision) this.#drop(id);
      else if (post !== card.post) this.#refresh(card, post);
    }
    this.#show = prune(this.#show, posts);
    this.#noteArrivals();
  }

  /** Everything off, at once; what was seen is remembered. */
  clear() {
    this.#turn += 1;
    this.#busy = false;
    this.#posts = [];
    for (const id of [...this.#cards.keys()]) this.#drop(id);
    this.root.replaceChildren();
    this.root.classList.remove('spotlit');
    this.#show = { ...this.#show, on: [] };
  }

  /** The window has another size: everything is measured and placed anew. */
  resize() {
    this.clear();
    this.#at = this.#newGeometry();
  }

  /**
   * A moment passed.
   *
   * @param {boolean} paused Nobody comes or goes by themselves.
   */
  tick(paused) {
    const now = performance.now();
    for (const card of this.#cards.values()) tellAge(card, this.words.t, this.words.lang, this.words.now());
    if (this.#busy || this.#posts.length === 0) return;
    if (this.#places.length === 0 && this.#posts.length > FEW) return this.#begin(now);
    if (paused) return;
    const crest = this.#cards.get(this.#show.on[0]?.id ?? '');
    const post = next(this.#show, this.#posts, now, crest !== undefined && crest.form !== 'normal');
    if (post) void this.#bring(post);
  }

  /** @param {number} now */
  #begin(now) {
    const cards = byRelease(this.#posts).slice(0, FIRST).map((post) => this.#card(post));
    const places = arrange(this.#at, cards.map(measured));
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
    put(card.element, place);
    card.element.animate([{ opacity: 0 }, { opacity: 1 }], { duration: 300 });
  }

  /**
   * One arrival: who makes room sinks, the old crest moves aside, the new one rises; one after the other.
   *
   * @param {Post} post
   */
  async #bring(post) {
    this.#busy = true;
    const turn = this.#turn;
    try {
      const again = this.#places.some(({ id }) => id === post.id);
      const card = this.#card(post);
      if (!again) await picturesReady(card);
      if (turn === this.#turn && this.#cards.get(post.id) === card) await this.#carryOut(card, turn);
    } finally {
      // Whatever went wrong with one card, the wall goes on.
      if (turn === this.#turn) this.#busy = false;
    }
  }

  /**
   * @param {Card & {size: Size}} card
   * @param {number} turn
   */
  async #carryOut(card, turn) {
    const now = performance.now();
    const { id } = card.post;
    const cards = [...this.#cards.values()].map(measured);
    const steps = plan(this.#at, this.#places, cards, measured(card), leaving(this.#show, this.#posts, now));
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
    this.#afterMove();
    this.#painted(id);
    await rise(card.element, steps.rise);
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
    await sink(card.element, place);
    if (forGood && this.#cards.get(id) === card) this.#drop(id);
  }

  /** @param {Place} to */
  async #moveAside(to) {
    const from = this.#places.find(({ id }) => id === to.id);
    const card = this.#cards.get(to.id);
    if (!from || !card) return;
    this.#places = this.#places.map((place) => (place === from ? to : place));
    await moveAside(card.element, from, to);
  }

  /** @param {Post} post */
  #card(post) {
    const found = this.#cards.get(post.id);
    if (found) return found;
    const card = makeCard(post, this.words.t, this.words.hashtags());
    tellAge(card, this.words.t, this.words.lang, this.words.now());
    const made = { ...card, ...this.#measure(card.element) };
    this.#cards.set(post.id, made);
    return made;
  }

  /**
   * @param {HTMLElement} element
   * @returns {{form: Form, size: Size}}
   */
  #measure(element) {
    this.measure.append(element);
    const sizes = Object.fromEntries(FORMS.map((form) => [form, sizeIn(element, form)]));
    const form = formOf(this.#at, /** @type {Record<Form, Size>} */ (sizes));
    const size = sizeIn(element, form);
    element.remove();
    return { form, size };
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

  #markSpotlight() {
    const lit = this.#places.some(({ id }) => this.#cards.get(id)?.form === 'spotlight');
    this.root.classList.toggle('spotlit', lit);
  }

  #noteArrivals() {
    const now = performance.now();
    const known = new Set(this.#posts.map(({ id }) => id));
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

  #newGeometry() {
    const at = geometry({ width: window.innerWidth, height: window.innerHeight });
    const style = document.documentElement.style;
    style.setProperty('--f', `${at.body}px`);
    style.setProperty('--margin', `${at.margin}px`);
    style.setProperty('--crest-width', `${at.crestWidth}px`);
    style.setProperty('--spotlight-width', `${at.spotlight.width}px`);
    return at;
  }
}

/**
 * @param {HTMLElement} element
 * @param {Form} form
 * @returns {Size}
 */
function sizeIn(element, form) {
  element.classList.remove(...FORMS);
  element.classList.add(form);
  return { width: element.offsetWidth, height: element.offsetHeight };
}

/**
 * @param {Card & {size: Size}} card
 * @returns {Measured}
 */
function measured({ post, size, form }) {
  return { id: post.id, size, form };
}
