/** @import {Translate} from '../types.js' */
/** @import {Asking} from './asking.js' */
/** @import {Wanted} from './asked.js' */
/** @import {State} from './state.js' */
import { isolate } from '../elements/doer.js';
import { waited } from '../elements/waited.js';
import { el } from '../lib/html.js';
import { icon } from '../lib/icon.js';

/** A finger that was here this short ago may come down again. */
const LINGER_MS = 2_000;

/** @typedef {{li: HTMLLIElement, box: HTMLInputElement, button: HTMLButtonElement, votes: HTMLElement, drawn: string}} Made */

/** The questions of the hall, in the place of the queue. Rows keep their elements, and stay where they are while somebody reads. */
export class AskedView {
  /** @type {Map<string, Made>} */
  #made = new Map();
  #list = el('ul', { role: 'list', class: 'asked-rows' });
  #empty = el('div', { class: 'empty', hidden: true });
  #moved;
  #scroll = el('div', { class: 'asked-scroll' }, this.#list, this.#empty);
  #touched = -Infinity;
  /** Sessions have other names: every row is drawn anew. */
  #names = 0;

  /**
   * @param {HTMLElement} root
   * @param {object} parts
   * @param {Translate} parts.t
   * @param {() => number} parts.now Milliseconds of the server's clock.
   * @param {(id: string | null) => string} parts.session Its title.
   * @param {(id: string) => void} parts.open
   * @param {(id: string) => void} parts.select
   * @param {() => void} parts.reorder
   */
  constructor(root, { t, now, session, open, select, reorder }) {
    this.root = root;
    this.t = t;
    this.now = now;
    this.session = session;
    this.open = open;
    this.select = select;
    this.#moved = el('button', { class: 'button quiet asked-moved', type: 'button', hidden: true, on: { click: reorder } }, icon('history', 'small'), t('desk.asked.moved'));
    root.append(this.#moved, this.#scroll);
    for (const name of ['pointermove', 'pointerdown', 'scroll']) this.#scroll.addEventListener(name, () => this.#touch(), { passive: true });
  }

  #touch() {
    this.#touched = performance.now();
  }

  /** Somebody is in the list, or was just now. */
  still() {
    return this.hasFocus || performance.now() - this.#touched < LINGER_MS || this.#scroll.matches(':hover');
  }

  /** How many rows, from the top, are in sight or above it. */
  frozen() {
    const { bottom } = this.#scroll.getBoundingClientRect();
    return [...this.#list.children].findLastIndex((row) => row.getBoundingClientRect().top < Math.min(bottom, window.innerHeight)) + 1;
  }

  get hasFocus() {
    return this.#list.contains(document.activeElement);
  }

  /**
   * @param {State} state
   * @param {Asking} asking
   */
  render({ asked, session }, asking) {
    this.root.hidden = !asked.open;
    if (!asked.open) return;
    this.#moved.hidden = !asked.moved;
    const { rows } = asked;
    const there = new Set(rows.map(({ id }) => id));
    for (const [id, { li }] of this.#made) if (!there.has(id)) this.#drop(id, li);
    // One stop for the Tab key; the arrows go through the list.
    const stop = there.has(asked.current ?? '') ? asked.current : rows.find((row) => !row.gone)?.id;
    rows.forEach((row, at) => this.#place(row.id, at, row.gone, row.id === stop, asked, asking));
    this.#empty.hidden = rows.length > 0;
    const text = this.t(session !== null && asking.all.size > 0 ? 'desk.asked.empty-session' : `desk.asked.empty.${asked.order}`);
    if (rows.length === 0 && this.#empty.textContent !== text) this.#empty.replaceChildren(icon('hand'), el('p', {}, text));
  }

  /** @param {string} id @param {HTMLLIElement} li */
  #drop(id, li) {
    li.remove();
    this.#made.delete(id);
  }

  /**
   * @param {string} id
   * @param {number} at
   * @param {boolean} gone
   * @param {boolean} stop The Tab key goes here.
   * @param {State['asked']} asked
   * @param {Asking} asking
   */
  #place(id, at, gone, stop, asked, asking) {
    const question = asking.all.get(id);
    const made = this.#made.get(id) ?? (question ? this.#make(question) : null);
    if (!made) return;
    const { li, box, button, votes } = made;
    if (question) this.#fill(made, question, asking.like(id).length);
    const wanted = question ? String(question.votes) : votes.textContent;
    if (votes.textContent !== wanted) votes.textContent = wanted;
    const current = id === asked.current;
    li.classList.toggle('current', current);
    li.classList.toggle('gone', gone);
    li.inert = gone;
    if (current) button.setAttribute('aria-current', 'true');
    else button.removeAttribute('aria-current');
    button.tabIndex = stop ? 0 : -1;
    box.tabIndex = stop ? 0 : -1;
    box.checked = asked.selected.has(id);
    if (this.#list.children[at] !== li) this.#list.insertBefore(li, this.#list.children[at] ?? null);
  }

  /** @param {Wanted} question @returns {Made} */
  #make({ post }) {
    const box = el('input', { type: 'checkbox' });
    box.addEventListener('change', () => this.select(post));
    const votes = el('span', { class: 'asked-votes' });
    const button = el('button', { type: 'button', class: 'row-open', on: { click: () => this.open(post) } });
    const li = el('li', { class: 'asked-row', data: { id: post } }, el('label', { class: 'row-check' }, box), button);
    const made = { li, box, button, votes, drawn: '' };
    this.#made.set(post, made);
    return made;
  }

  /**
   * @param {Made} made
   * @param {Wanted} question
   * @param {number} like How many it is alike.
   */
  #fill(made, question, like) {
    const { t } = this;
    const { text, name, to, stand, merged, session, asked, lang } = question;
    const drawn = JSON.stringify([text, name, to, stand, merged, session, like, this.#names]);
    if (drawn === made.drawn) return;
    made.drawn = drawn;
    const who = name || t('author.nameless');
    made.box.setAttribute('aria-label', t('desk.asked.select', { text: isolate(text) }));
    const facts = [to ? t('desk.asked.to', { name: isolate(to) }) : '', this.session(session)].filter(Boolean).join(' · ');
    const age = stand === 'open' ? el('span', { class: 'row-age', data: { since: asked } }, this.#age(asked)) : el('span', { class: 'row-age asked-stand' }, t(`desk.asked.stand.${stand}`));
    const more = [merged > 0 ? t('desk.asked.merged', { n: merged }) : '', like > 0 ? t('desk.asked.like', { n: like }) : ''].filter(Boolean).join(' · ');
    made.li.dataset['stand'] = stand;
    made.button.replaceChildren(
      el('span', { class: 'asked-count' }, made.votes, el('span', { class: 'visually-hidden' }, ` ${t('desk.asked.people')}. `)),
      el('span', { class: 'asked-words' },
        el('span', { class: 'row-head' }, el('bdi', { class: 'row-name' }, who), ' ', el('span', { class: 'row-source' }, el('bdi', {}, facts)), ' ', age),
        el('span', { class: 'row-text', dir: 'auto', lang }, text),
        more ? el('span', { class: 'row-why' }, icon('stack', 'tiny'), el('span', {}, more)) : null));
  }

  /** @param {number} at */
  #age(at) {
    return waited(this.now() - at / 1_000);
  }

  /** Bring the ages up to date. */
  tick() {
    for (const age of this.#list.querySelectorAll('.row-age')) {
      if (!(age instanceof HTMLElement) || !age.dataset['since']) continue;
      const text = this.#age(Number(age.dataset['since']));
      if (age.textContent !== text) age.textContent = text;
    }
  }

  /** Sessions have other names. */
  renamed() {
    this.#names += 1;
  }

  /** @param {string | null} id */
  focusCurrent(id) {
    const made = this.#made.get(id ?? '');
    made?.button.focus({ preventScroll: true });
  }

  /** @param {string | null} id */
  scrollTo(id) {
    this.#made.get(id ?? '')?.li.scrollIntoView({ block: 'nearest' });
  }
}
