/** @import {DeskPost, Translate} from '../types.js' */
/** @import {Colleague} from './colleagues.js' */
/** @import {Row} from './queue.js' */
/** @import {State} from './state.js' */
/** @import {Places} from './virtual.js' */
import { isolate } from '../elements/doer.js';
import { waited } from '../elements/waited.js';
import { el } from '../lib/html.js';
import { icon } from '../lib/icon.js';
import { initials, nameOf } from '../elements/people.js';
import { known, sourceOf } from './words.js';
import { places, shift, stretch } from './virtual.js';

/** A finger that was here this short ago may come down again. */
const LINGER_MS = 2_000;

/** Rows drawn above and below what is in sight, so that scrolling shows no empty stretch. */
const AROUND = 8;

/** So many rows before the end, the rest of the queue is asked for. */
const NEAR_END = 40;

/**
 * The queue: only the rows in sight are on the page. A row keeps its element for as long as it is drawn, and its height from
 * the moment it arrives, so that nothing moves or loses the focus that did not have to.
 */
export class ListView {
  /** @type {Map<string, {li: HTMLLIElement, drawn: ReadonlyArray<unknown>}>} */
  #drawn = new Map();
  /** Rows with a third line when they came. @type {Map<string, boolean>} */
  #tall = new Map();
  /** @type {Places} */
  #places = { tops: [0], at: new Map() };
  #heights = { short: 85, tall: 107 };
  /** @type {{state: State, posts: ReadonlyMap<string, DeskPost>, taken: ReadonlyMap<string, Colleague>} | null} */
  #last = null;
  /** @type {ReadonlyArray<Row> | null} */
  #rows = null;
  #list = el('ul', { role: 'list', class: 'rows' });
  #empty = el('div', { class: 'empty', hidden: true });
  #more = el('p', { class: 'meta more-below', hidden: true });
  #probes = [probe(false), probe(true)];
  #touched = -Infinity;
  #painting = 0;

  /**
   * @param {HTMLElement} root Scrolls.
   * @param {object} parts
   * @param {Translate} parts.t
   * @param {() => number} parts.now Milliseconds of the server's clock.
   * @param {(id: string | null) => string} parts.session Its title.
   * @param {(id: string) => string} parts.poll What it asks.
   * @param {(id: string) => void} parts.open
   * @param {(id: string) => void} parts.select
   * @param {() => void} parts.more The end of what is known is near.
   */
  constructor(root, { t, now, session, poll, open, select, more }) {
    this.root = root;
    this.t = t;
    this.now = now;
    this.session = session;
    this.poll = poll;
    this.open = open;
    this.select = select;
    this.more = more;
    root.append(this.#list, this.#empty, this.#more, el('div', { class: 'row-probes', 'aria-hidden': 'true', inert: true }, this.#probes));
    for (const name of ['pointermove', 'pointerdown', 'scroll']) {
      root.addEventListener(name, () => this.#touch(), { passive: true });
    }
    for (const source of [root, window]) source.addEventListener('scroll', () => this.#paintSoon(), { passive: true });
    const watcher = new ResizeObserver(() => this.#measure());
    for (const watched of [root, ...this.#probes]) watcher.observe(watched);
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
    const { from, to } = this.#sight();
    return to <= from ? this.#places.tops.length - 1 : stretch(this.#places.tops, from, to).end;
  }

  /** Which part of the list can be seen. */
  #sight() {
    const box = this.root.getBoundingClientRect();
    const top = this.#list.getBoundingClientRect().top;
    return { from: Math.max(0, box.top) - top, to: Math.min(window.innerHeight, box.bottom) - top };
  }

  /** How high rows are, in the letters of this page. */
  #measure() {
    const [short = 0, tall = 0] = this.#probes.map((row) => row.offsetHeight);
    if (short === 0) return;
    const changed = short !== this.#heights.short || tall !== this.#heights.tall;
    this.#heights = { short, tall };
    if (changed && this.#last) this.#layOut(this.#last.state, true);
    this.#paintSoon();
  }

  /**
   * @param {State} state
   * @param {ReadonlyMap<string, DeskPost>} posts
   * @param {number} held How many wait in all.
   * @param {ReadonlyMap<string, Colleague>} taken Rows that a colleague reads.
   */
  render(state, posts, held, taken) {
    this.root.hidden = state.asked.open;
    const before = this.#list.contains(document.activeElement);
    this.#last = { state, posts, taken };
    this.#layOut(state, false);
    this.#paint();
    if (before && !this.#list.contains(document.activeElement)) this.focusCurrent(state.current);
    const every = state.session === null && state.kind === null;
    this.#say(state, every ? posts.size : state.rows.filter((row) => !row.gone).length, held - (every ? 0 : posts.size));
  }

  /**
   * @param {State} state
   * @param {boolean} anew
   */
  #layOut(state, anew) {
    const { rows } = state;
    if (rows === this.#rows && !anew) return;
    const anchors = [state.current ?? '', ...this.#inSight()];
    for (const id of this.#tall.keys()) if (!this.#places.at.has(id)) this.#tall.delete(id);
    for (const { id } of rows) if (!this.#tall.has(id)) this.#tall.set(id, this.#third(id) !== null);
    const now = places(rows, (id) => (this.#tall.get(id) ? this.#heights.tall : this.#heights.short));
    const by = this.root.scrollTop > 0 ? shift(this.#places, now, anchors) : 0;
    this.#rows = rows;
    this.#places = now;
    this.#list.style.height = `${now.tops.at(-1) ?? 0}px`;
    if (by !== 0) this.root.scrollTop += by;
  }

  /** @returns {string[]} */
  #inSight() {
    const { from, to } = this.#sight();
    const { first, end } = stretch(this.#places.tops, from, to);
    return (this.#rows ?? []).slice(first, end).map((row) => row.id);
  }

  #paintSoon() {
    if (this.#painting) return;
    this.#painting = requestAnimationFrame(() => {
      this.#painting = 0;
      this.#paint();
    });
  }

  #paint() {
    const rows = this.#rows;
    if (!this.#last || !rows) return;
    const { state } = this.#last;
    const { from, to } = this.#sight();
    const { first, end } = stretch(this.#places.tops, from, to, AROUND);
    const wanted = new Set(rows.slice(first, end).map((row) => row.id));
    if (state.current !== null && this.#places.at.has(state.current)) wanted.add(state.current);
    for (const id of [...this.#drawn.keys()]) if (!wanted.has(id)) this.#drop(id);
    const ordered = [...wanted].map((id) => this.#places.at.get(id) ?? 0).sort((a, b) => a - b);
    ordered.forEach((at, n) => this.#place(rows[at], at, n));
    if (rows.length > 0 && end >= rows.length - NEAR_END && to > from) this.more();
  }

  /** @param {string} id */
  #drop(id) {
    this.#drawn.get(id)?.li.remove();
    this.#drawn.delete(id);
  }

  /**
   * @param {Row | undefined} row
   * @param {number} at In the whole list.
   * @param {number} n Among those on the page.
   */
  #place(row, at, n) {
    if (!row || !this.#last) return;
    const { state, posts, taken } = this.#last;
    const known = this.#drawn.get(row.id) ?? { li: el('li', { class: 'row-item', data: { id: row.id } }), drawn: [] };
    this.#drawn.set(row.id, known);
    const { li } = known;
    this.#fill(known, posts.get(row.id) ?? null, state.families.get(row.id)?.length ?? 1, taken.get(row.id)?.name ?? null);
    li.classList.toggle('gone', row.gone);
    li.inert = row.gone;
    li.style.transform = `translateY(${this.#places.tops[at] ?? 0}px)`;
    li.style.height = `${(this.#places.tops[at + 1] ?? 0) - (this.#places.tops[at] ?? 0)}px`;
    li.setAttribute('aria-setsize', String(state.rows.length));
    li.setAttribute('aria-posinset', String(at + 1));
    this.#mark(li, row.id === state.current, this.#chosen(state, row.id));
    if (this.#list.children[n] !== li) this.#list.insertBefore(li, this.#list.children[n] ?? null);
  }

  /**
   * @param {State} state
   * @param {string} id
   */
  #chosen(state, id) {
    return (state.families.get(id) ?? [id]).every((member) => state.selected.has(member));
  }

  /**
   * @param {{li: HTMLLIElement, drawn: ReadonlyArray<unknown>}} row
   * @param {DeskPost | null} post
   * @param {number} count How many it stands for.
   * @param {string | null} reader The colleague who reads it.
   */
  #fill(row, post, count, reader) {
    const drawn = [post, count, reader];
    if (!post || drawn.every((part, at) => part === row.drawn[at])) return;
    row.li.replaceChildren(...this.#parts(post, count, reader));
    row.li.classList.toggle('taken', reader !== null);
    row.li.classList.toggle('squeezed', !this.#tall.get(post.id) && (reader !== null || this.#why(post, count) !== null));
    row.drawn = drawn;
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
   * @param {number} count
   * @param {string | null} reader
   */
  #parts(post, count, reader) {
    const name = nameOf(this.t, post.author);
    const box = el('input', { type: 'checkbox', 'aria-label': this.t('desk.select', { name: isolate(name) }) });
    box.addEventListener('change', () => this.select(post.id));
    const button = el('button', { type: 'button', class: 'row-open', on: { click: () => this.open(post.id) } },
      el('span', { class: 'row-head' }, el('bdi', { class: 'row-name' }, name), ' ', this.#from(post), ' ', this.#age(post)),
      el('span', { class: 'row-text', dir: 'auto', lang: post.lang }, post.text),
      reader === null ? this.#why(post, count) : this.#reader(reader, post));
    const [photo] = post.media;
    const thumb = photo ? el('img', { class: 'row-thumb', src: photo.small ?? photo.url, alt: '', width: 48, height: 48, loading: 'lazy', decoding: 'async' }) : null;
    const all = [el('label', { class: 'row-check' }, box), button];
    return thumb ? [...all, thumb] : all;
  }

  /** @param {DeskPost} post Its source, and its session where it has one. */
  #from(post) {
    const session = this.session(post.session);
    const source = session && post.device ? '' : sourceOf(this.t, post); // In a narrow row the session says more than that it came from a phone.
    return el('span', { class: 'row-source' }, source, session ? [source ? ' · ' : '', el('bdi', { class: 'row-session' }, session)] : null);
  }

  /** Sessions have other names: every row is made anew. */
  renamed() {
    for (const row of this.#drawn.values()) row.drawn = [];
  }

  /** @param {DeskPost} post */
  #age(post) {
    return post.status === 'held'
      ? el('span', { class: 'row-age', data: { since: post.waitsSince ?? post.received } }, waited(this.now() - (post.waitsSince ?? post.received) / 1000))
      : el('span', { class: 'row-age' }, this.t(`desk.status.${post.status}`));
  }

  /**
   * @param {string} name
   * @param {DeskPost} post
   */
  #reader(name, { poll, question }) {
    const kind = poll ? this.t('desk.answer-short') : question ? this.t('desk.asks-short') : '';
    return el('span', { class: 'row-why row-reader' }, el('span', { class: 'face tiny', 'aria-hidden': 'true' }, initials(name) || '·'),
      el('span', {}, [kind, this.t('desk.looks-at', { name: isolate(name) })].filter(Boolean).join(' · ')));
  }

  /** What the third line says when the row arrives. @param {string} id */
  #third(id) {
    const post = this.#last?.posts.get(id);
    return post ? this.#why(post, this.#last?.state.families.get(id)?.length ?? 1) : null;
  }

  /**
   * @param {DeskPost} post
   * @param {number} count
   */
  #why(post, count) {
    const words = [];
    if (post.poll) words.push(this.t('desk.answers-short', { title: isolate(this.poll(post.poll)) }));
    else if (post.question) words.push(post.to ? this.t('desk.asks-to-short', { name: isolate(post.to) }) : this.t('desk.asks-short'));
    if (count > 1) words.push(this.t('desk.alike', { n: count }));
    if (post.status === 'held' && post.why && post.why.rule !== 'policy') words.push(known(this.t, 'desk.rule', post.why.rule));
    if (post.media.length > 0) words.push(this.t('photos', { n: post.media.length }));
    if (post.pinned) words.push(this.t('desk.pinned'));
    if (post.starred) words.push(this.t('desk.starred'));
    if (words.length === 0) return null;
    const sign = post.poll ? 'bars' : post.question ? 'hand' : count > 1 ? 'copy' : post.media.length > 0 ? 'image' : post.pinned ? 'pin' : post.starred ? 'star' : 'info';
    return el('span', { class: `row-why${post.poll || post.question ? ' row-asks' : ''}` }, icon(sign, 'tiny'), el('span', {}, words.join(' · ')));
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
    const text = state.loading ? t('loading') : state.kind !== null ? t(`desk.empty.${state.kind}`) : state.session === null ? t(`desk.empty.${state.tab}`) : t('desk.empty.session');
    if (count === 0 && this.#empty.dataset['text'] !== text) {
      this.#empty.dataset['text'] = text;
      this.#empty.replaceChildren(icon(state.loading ? 'clock' : state.tab === 'found' ? 'search' : 'check'), el('p', {}, text));
      if (state.tab === 'held' && state.session === null && state.kind === null) this.#empty.append(el('p', { class: 'meta' }, t('desk.empty.held-text')));
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
    this.#drawn.get(id ?? '')?.li.querySelector('button')?.focus({ preventScroll: true });
  }

  /** @param {string | null} id The current one: it is always on the page. */
  scrollTo(id) {
    this.#drawn.get(id ?? '')?.li.scrollIntoView({ block: 'nearest' });
    this.#paintSoon();
  }

  get hasFocus() {
    return this.#list.contains(document.activeElement);
  }
}

/**
 * A row that nobody sees, to measure how high one is.
 * @param {boolean} tall With a third line.
 */
function probe(tall) {
  const lines = [el('span', { class: 'row-head' }, el('span', { class: 'row-name' }, 'X')), el('span', { class: 'row-text' }, 'X', el('br'), 'X')];
  if (tall) lines.push(el('span', { class: 'row-why' }, icon('info', 'tiny'), el('span', {}, 'X')));
  return el('div', { class: 'row-probe' }, el('span', { class: 'row-check' }), el('span', { class: 'row-open' }, lines));
}
