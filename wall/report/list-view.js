/** @import {Row} from './model.js' */
/** @import {RowParts} from './row-view.js' */
/** @import {Places} from '../desk/virtual.js' */
import { el } from '../lib/html.js';
import { places, shift, stretch } from '../desk/virtual.js';
import { rowParts, signature } from './row-view.js';

/** Rows drawn above and below what is in sight, so that scrolling shows no empty stretch. */
const AROUND = 8;
/** What a row is taken to be until it was drawn: two lines and a head. */
const GUESS_PX = 92;
/** Drawing rows may change their heights, and those which rows are in sight; it settles at once. */
const ROUNDS = 3;

/**
 * A long list of which only the rows in sight are on the page. A post stands there whole, so that each row is as high as its words;
 * what is read stays where it is when one above it turns out higher than it was taken to be.
 */
export class ListView {
  /** @type {Map<string, {li: HTMLLIElement, signature: string}>} */
  #drawn = new Map();
  /** @type {Map<string, number>} */
  #heights = new Map();
  /** @type {Places} */
  #places = { tops: [0], at: new Map() };
  /** @type {readonly Row[]} */
  #rows = [];
  /** @type {string | null} */
  #current = null;
  /** @type {RowParts | null} */
  #parts = null;
  #list;
  #painting = 0;
  #width = 0;
  #watcher;

  /**
   * @param {HTMLElement} root Scrolls.
   * @param {string} label
   */
  constructor(root, label) {
    this.root = root;
    this.#list = el('ul', { role: 'list', class: 'post-rows', 'aria-label': label });
    root.append(this.#list);
    for (const source of [root, window]) source.addEventListener('scroll', () => this.#paintSoon(), { passive: true });
    this.#watcher = new ResizeObserver(() => this.#resized());
    this.#watcher.observe(root);
  }

  /**
   * @param {readonly Row[]} rows
   * @param {string | null} current
   * @param {RowParts} parts
   */
  render(rows, current, parts) {
    const held = this.hasFocus;
    const focused = held ? focusIn(document.activeElement) : null;
    this.#rows = rows;
    this.#current = current;
    this.#parts = parts;
    this.#layOut();
    this.#paint();
    if (held && !this.hasFocus) this.#refocus(focused ?? '.row-open');
  }

  /** Another list: it begins at its top. */
  toTop() {
    this.root.scrollTop = 0;
  }

  #resized() {
    if (this.root.clientWidth !== this.#width) {
      this.#width = this.root.clientWidth;
      this.#heights.clear(); // lines break elsewhere now
    }
    this.#paintSoon();
  }

  /** Which part of the list can be seen. */
  #sight() {
    const box = this.root.getBoundingClientRect();
    const top = this.#list.getBoundingClientRect().top;
    return { from: Math.max(0, box.top) - top, to: Math.min(window.innerHeight, box.bottom) - top };
  }

  #layOut() {
    const { from, to } = this.#sight();
    const { first, end } = stretch(this.#places.tops, from, to);
    const seen = [...this.#places.at].filter(([, at]) => at >= first && at < end).map(([id]) => id);
    const now = places(this.#rows, (id) => this.#heights.get(id) ?? GUESS_PX);
    const by = this.root.scrollTop > 0 ? shift(this.#places, now, this.#current !== null && seen.includes(this.#current) ? [this.#current, ...seen] : seen) : 0;
    this.#places = now;
    this.#list.style.height = `${now.tops.at(-1) ?? 0}px`;
    if (by !== 0) this.root.scrollTop += by;
  }

  #paintSoon() {
    this.#painting ||= requestAnimationFrame(() => {
      this.#painting = 0;
      this.#paint();
    });
  }

  #paint() {
    if (!this.#parts) return;
    for (let round = 0; round < ROUNDS; round++) {
      this.#draw();
      if (!this.#measure()) return;
      this.#layOut();
    }
    this.#draw();
  }

  #draw() {
    const { from, to } = this.#sight();
    const { first, end } = stretch(this.#places.tops, from, to, AROUND);
    const wanted = new Set(this.#rows.slice(first, end).map((row) => row.id));
    if (this.#current !== null && this.#places.at.has(this.#current)) wanted.add(this.#current);
    for (const [id, { li }] of this.#drawn) {
      if (wanted.has(id)) continue;
      li.remove();
      this.#drawn.delete(id);
    }
    const ordered = [...wanted].map((id) => this.#places.at.get(id) ?? 0).sort((a, b) => a - b);
    ordered.forEach((at, n) => this.#place(at, n));
  }

  /**
   * @param {number} at In the whole list.
   * @param {number} n Among those on the page.
   */
  #place(at, n) {
    const row = this.#rows[at];
    if (!row || !this.#parts) return;
    const current = row.id === this.#current;
    const drawn = this.#drawn.get(row.id) ?? { li: el('li', { class: 'post-item', data: { id: row.id } }), signature: '' };
    this.#drawn.set(row.id, drawn);
    const { li } = drawn;
    const now = signature(row, current, this.#parts);
    if (drawn.signature !== now) {
      const opened = li.querySelector('details')?.open ?? false;
      const focused = li.contains(document.activeElement) ? focusIn(document.activeElement) : null;
      li.replaceChildren(...rowParts(row, current, this.#parts));
      const merged = li.querySelector('details');
      if (merged) merged.open = opened;
      drawn.signature = now;
      if (focused) this.#focusIn(li, focused);
    }
    li.className = ['post-item', current && 'current', row.below && 'below', row.chosen || 'left-out', row.post.end && 'gone'].filter((name) => typeof name === 'string').join(' ');
    li.style.transform = `translateY(${this.#places.tops[at] ?? 0}px)`;
    li.setAttribute('aria-setsize', String(this.#rows.length));
    li.setAttribute('aria-posinset', String(at + 1));
    mark(li, current);
    if (this.#list.children[n] !== li) this.#list.insertBefore(li, this.#list.children[n] ?? null);
  }

  /** @returns {boolean} Whether one is as high as nobody knew. */
  #measure() {
    let other = false;
    for (const [id, { li }] of this.#drawn) {
      const height = li.offsetHeight;
      if (height === 0 || Math.abs((this.#heights.get(id) ?? GUESS_PX) - height) < 1) continue;
      this.#heights.set(id, height);
      other = true;
    }
    return other;
  }

  /** @param {HTMLElement} li @param {string} selector */
  #focusIn(li, selector) {
    const found = li.querySelector(selector) ?? li.querySelector('.row-open');
    if (found instanceof HTMLElement) found.focus({ preventScroll: true });
  }

  /** @param {string} selector */
  #refocus(selector) {
    const li = this.#drawn.get(this.#current ?? '')?.li;
    if (li) this.#focusIn(li, selector);
    else this.root.focus({ preventScroll: true });
  }

  get hasFocus() {
    return this.#list.contains(document.activeElement);
  }

  focusCurrent() {
    this.#refocus('.row-open');
  }

  /** Bring the current row into sight. */
  show() {
    const drawn = this.#drawn.get(this.#current ?? '');
    drawn?.li.scrollIntoView({ block: 'nearest' });
    this.#paint();
  }
}

/**
 * One stop for the Tab key; the arrows go through the list.
 *
 * @param {HTMLElement} li
 * @param {boolean} current
 */
function mark(li, current) {
  const open = li.querySelector('.row-open');
  if (current) open?.setAttribute('aria-current', 'true');
  else open?.removeAttribute('aria-current');
  for (const part of li.querySelectorAll('button, input, summary')) /** @type {HTMLElement} */ (part).tabIndex = current ? 0 : -1;
}

/**
 * Which part of a row has the focus, as a selector that finds it in the same row made anew.
 *
 * @param {Element | null} active
 * @returns {string}
 */
function focusIn(active) {
  if (active instanceof HTMLInputElement) return 'input';
  if (active?.classList.contains('row-pull')) return '.row-pull';
  return active?.tagName === 'SUMMARY' ? 'summary' : '.row-open';
}
