/** @import {Post, Translate} from '../types.js' */
/** @import {Shown} from './shown.js' */
import { el } from '../lib/html.js';
import { icon } from '../lib/icon.js';
import { keyed } from '../lib/keyed.js';
import { authorName, sourceName } from '../lib/post.js';

/**
 * The shown posts to choose from. Nothing moves under a finger: one that left the screens stays in its place and cannot be chosen,
 * new ones come when asked for.
 */
export class PostList {
  root = el('div', { class: 'picking' });
  #list = el('ul', { role: 'list', class: 'choices' });
  #none = el('p', { class: 'meta' });
  #more = el('button', { class: 'button tint wide', type: 'button', hidden: true });
  /** @type {Post[]} */
  #kept = [];

  /**
   * @param {Shown} shown
   * @param {object} parts
   * @param {Translate} parts.t
   * @param {(id: string) => void} parts.choose
   * @param {(id: string) => string} [parts.mark] What stands on a chosen one; empty: not chosen. Without it a press acts at once.
   */
  constructor(shown, { t, choose, mark }) {
    this.shown = shown;
    this.t = t;
    this.choose = choose;
    this.mark = mark;
    this.#none.textContent = t('stage.choose-none');
    this.#more.addEventListener('click', () => this.#renew());
    this.root.append(this.#more, this.#none, this.#list);
    this.#kept = shown.posts;
    this.render();
  }

  render() {
    const now = new Map(this.shown.posts.map((post) => [post.id, post]));
    if (this.#kept.length === 0) this.#kept = this.shown.posts;
    const known = new Set(this.#kept.map((post) => post.id));
    const fresh = [...now.keys()].filter((id) => !known.has(id)).length;
    this.#more.hidden = fresh === 0;
    this.#more.textContent = this.t('list.new', { n: fresh });
    this.#none.hidden = this.#kept.length > 0;
    keyed(this.#list, this.#kept, {
      key: (post) => post.id,
      signature: (post) => `${now.has(post.id)} ${now.get(post.id)?.starred} ${this.mark?.(post.id) ?? ''}`,
      make: (post) => this.#row(now.get(post.id) ?? null, post.id),
    });
  }

  #renew() {
    this.#kept = this.shown.posts;
    this.render();
    this.#list.querySelector('button')?.focus();
  }

  /**
   * @param {Post | null} post null: it left the screens, and its words with it.
   * @param {string} id
   */
  #row(post, id) {
    if (!post) return el('li', {}, el('p', { class: 'choice gone meta' }, this.t('stage.choose-gone')));
    const mark = this.mark?.(id) ?? '';
    const pressed = this.mark ? { 'aria-pressed': String(mark !== '') } : {};
    return el('li', {}, el('button', { class: 'choice', type: 'button', data: { id }, ...pressed, on: { click: () => this.choose(id) } },
      el('span', { class: 'choice-words' }, postWords(post, this.t)), mark ? el('span', { class: 'badge-count' }, mark) : null));
  }
}

/**
 * Who, and what: enough to know it again.
 *
 * @param {Post} post
 * @param {Translate} t
 */
export function postWords(post, t) {
  const photos = post.media.length > 0 ? el('span', { class: 'choice-photos' }, icon('image', 'small'), post.media[0]?.alt || t('photos', { n: post.media.length })) : null;
  return [
    el('span', { class: 'choice-who' }, post.starred ? [icon('star', 'small star'), el('span', { class: 'visually-hidden' }, `${t('stage.starred')} `)] : null,
      el('bdi', {}, authorName(post, t)), el('span', { class: 'meta' }, ` ${sourceName(post, t)}`)),
    el('span', { class: 'choice-text', dir: 'auto', lang: post.lang }, post.text),
    photos,
  ];
}
