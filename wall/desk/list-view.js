/** @import {DeskPost, Translate} from '../types.js' */
/** @import {State} from './state.js' */
import { waited } from '../elements/waited.js';
import { el } from '../lib/html.js';
import { icon } from '../lib/icon.js';
import { nameOf } from '../elements/people.js';
import { countAlike } from './queue.js';
import { isolate, known, sourceOf } from './words.js';

/** A finger that was here this short ago may come down again. */
const LINGER_MS = 2_000;

/**
 * The queue. A row keeps its element for as long as its post is in the list, so that nothing moves or loses the focus that
 * did not have to.
 */
export class ListView {
  /** @type {Map<string, {li: HTMLLIElement, post: DeskPost | null, alike: number}>} */
  #rows = new Map();
  #list = el('ul', { role: 'list', class: 'rows' });
  #empty = el('div', { class: 'empty', hidden: true });
  #more = el('p', { class: 'meta more-below', hidden: true });
  #touched = -Infinity;

  /**
   * @param {HTMLElement} root Scrolls.
   * @param {object} parts
   * @param {Translate} parts.t
   * @param {() => number} parts.now Milliseconds of the server's clock.
   * @param {(id: string) => void} parts.open
   * @param {(id: string) => void} parts.select
   */
  constructor(root, { t, now, open, select }) {
    this.root = root;
    this.t = t;
    this.now = now;
    this.open = open;
    this.select = select;
    root.append(this.#list, this.#empty, this.#more);
    for (const name of ['pointermove', 'pointerdown', 'scroll']) {
      root.addEventListener(name, () => this.#touch(), { passive: true });
    }
  }

  #touch() {
    this.#touched = performance.now();
  }

  /** A pointer is over the list, or just was. */
  still() {
    return performance.now() - this.#touched < LINGER_MS || this.root.matches(':hover');
  }

  /** How many rows, from the top, are in sight or above it. */
  frozen() {
    const bottom = this.root.getBoundingClientRect().bottom;
    if (bottom === 0) return this.#list.childElementCount;
    return [...this.#list.children].filter((row) => row.getBoundingClientRect().top < bottom).length;
  }

  /**
   * @param {State} state
   * @param {ReadonlyMap<string, DeskPost>} posts
   * @param {number} held How many wait in all.
   */
  render(state, posts, held) {
    const before = this.#list.contains(document.activeElement);
    for (const id of [...this.#rows.keys()]) if (!state.rows.some((row) => row.id === id)) this.#drop(id);
    const alike = countAlike([...posts.values()]);
    state.rows.forEach((row, at) => this.#place(row, at, posts.get(row.id) ?? null, state, alike.get(row.id) ?? 0));
    if (before && !this.#list.contains(document.activeElement)) this.focusCurrent(state.current);
    this.#say(state, posts.size, held);
  }

  /** @param {string} id */
  #drop(id) {
    this.#rows.get(id)?.li.remove();
    this.#rows.delete(id);
  }

  /**
   * @param {import('./queue.js').Row} row
   * @param {number} at
   * @param {DeskPost | null} post
   * @param {State} state
   * @param {number} alike How many others look like it.
   */
  #place(row, at, post, state, alike) {
    const known = this.#rows.get(row.id) ?? { li: el('li', { class: 'row-item', data: { id: row.id } }), post: null, alike: 0 };
    this.#rows.set(row.id, known);
    if (post && (post !== known.post || alike !== known.alike)) {
      known.li.replaceChildren(...this.#parts(post, alike));
      known.post = post;
      known.alike = alike;
    }
    const { li } = known;
    li.classList.toggle('gone', row.gone);
    li.inert = row.gone;
    this.#mark(li, row.id === state.current, state.selected.has(row.id));
    if (this.#list.children[at] !== li) this.#list.insertBefore(li, this.#list.children[at] ?? null);
  }

  /**
   * @param {HTMLLIElement} li
   * @param {boolean} current
   * @param {boolean} selected
   */
  #mark(li, current, selected) {
    li.classList.toggle('current', current);
    const button = li.querySelector('button');
    const box = li.querySelector('input');
    if (!button || !box) return;
    if (current) button.setAttribute('aria-current', 'true');
    else button.removeAttribute('aria-current');
    // One stop for the Tab key; the arrows go through the list.
    button.tabIndex = current ? 0 : -1;
    box.tabIndex = current ? 0 : -1;
    box.checked = selected;
  }

  /**
   * @param {DeskPost} post
   * @param {number} alike
   */
  #parts(post, alike) {
    const name = nameOf(this.t, post.author);
    const box = el('input', { type: 'checkbox', 'aria-label': this.t('desk.select', { name: isolate(name) }) });
    box.addEventListener('change', () => this.select(post.id));
    const button = el('button', { type: 'button', class: 'row-open', on: { click: () => this.open(post.id) } },
      el('span', { class: 'row-head' }, el('bdi', { class: 'row-name' }, name), ' ', el('span', { class: 'row-source' }, sourceOf(this.t, post)), ' ', this.#age(post)),
      el('span', { class: 'row-text', dir: 'auto', lang: post.lang }, post.text),
      this.#why(post, alike));
    const [photo] = post.media;
    const thumb = photo ? el('img', { class: 'row-thumb', src: photo.url, alt: '', width: 48, height: 48, loading: 'lazy', decoding: 'async' }) : null;
    const all = [el('label', { class: 'row-check' }, box), button];
    return thumb ? [...all, thumb] : all;
  }

  /** @param {DeskPost} post */
  #age(post) {
    return post.status === 'held'
      ? el('span', { class: 'row-age', data: { since: post.waitsSince ?? post.received } }, waited(this.now() - (post.waitsSince ?? post.received) / 1000))
      : el('span', { class: 'row-age' }, this.t(`desk.status.${post.status}`));
  }

  /**
   * @param {DeskPost} post
   * @param {number} alike
   */
  #why(post, alike) {
    const words = [];
    if (alike > 0) words.push(this.t('desk.alike', { n: alike }));
    if (post.status === 'held' && post.why && post.why.rule !== 'policy') words.push(known(this.t, 'desk.rule', post.why.rule));
    if (post.media.length > 0) words.push(this.t('photos', { n: post.media.length }));
    if (post.pinned) words.push(this.t('desk.pinned'));
    if (post.starred) words.push(this.t('desk.starred'));
    if (words.length === 0) return null;
    const sign = alike > 0 ? 'copy' : post.media.length > 0 ? 'image' : post.pinned ? 'pin' : post.starred ? 'star' : 'info';
    return el('span', { class: 'row-why' }, icon(sign, 'tiny'), el('span', {}, words.join(' · ')));
  }

  /**
   * @param {State} state
   * @param {number} count
   * @param {number} held
   */
  #say(state, count, held) {
    const { t } = this;
    const below = state.tab === 'held' ? held - count - state.leaving.size : 0;
    this.#more.hidden = below <= 0;
    if (below > 0) this.#more.textContent = t('desk.more-below', { n: below });
    this.#empty.hidden = count > 0;
    const text = state.loading ? t('loading') : t(`desk.empty.${state.tab}`);
    if (count === 0 && this.#empty.dataset['text'] !== text) {
      this.#empty.dataset['text'] = text;
      this.#empty.replaceChildren(icon(state.loading ? 'clock' : 'check'), el('p', {}, text));
      if (state.tab === 'held') this.#empty.append(el('p', { class: 'meta' }, t('desk.empty.held-text')));
    }
  }

  /** Bring the ages up to date. */
  tick() {
    for (const age of this.#list.querySelectorAll('.row-age')) {
      if (!(age instanceof HTMLElement) || !age.dataset['since']) continue;
      const text = waited(this.now() - Number(age.dataset['since']) / 1000);
      if (age.textContent !== text) age.textContent = text;
    }
  }

  /** @param {string | null} id */
  focusCurrent(id) {
    this.#rows.get(id ?? '')?.li.querySelector('button')?.focus({ preventScroll: true });
  }

  /** @param {string | null} id */
  scrollTo(id) {
    this.#rows.get(id ?? '')?.li.scrollIntoView({ block: 'nearest' });
  }

  get hasFocus() {
    return this.#list.contains(document.activeElement);
  }
}
