/** @import {Post, Translate} from '../types.js' */
/** @import {Form} from '../lib/fountain.js' */
import { el } from '../lib/html.js';
import { icon } from '../lib/icon.js';
import { authorName, initials, sourceName } from '../lib/post.js';
import { postText } from '../lib/rich.js';
import { age } from '../lib/time.js';

/** Longest wait for a picture before a card rises without it, in ms. */
const PICTURE_MS = 3_000;

/**
 * One post on the wall.
 *
 * @typedef {{post: Post, element: HTMLElement, meta: HTMLElement, form: Form}} Card
 *
 * @param {Post} post
 * @param {Translate} t
 * @param {readonly string[]} hashtags
 * @returns {Card}
 */
export function makeCard(post, t, hashtags) {
  const meta = el('p', { class: 'card-meta' });
  const names = el('div', { class: 'card-names' }, el('p', { class: 'card-name', dir: 'auto' }, authorName(post, t)), meta);
  const head = el('header', { class: 'card-head' }, avatar(post, t), names);
  head.append(icon('drop', 'card-star'));
  const body = el('div', { class: 'card-body' }, head);
  if (post.warning) body.append(el('p', { class: 'card-warning', dir: 'auto' }, t('warning', { warning: post.warning })));
  if (post.text) body.append(postText(post, hashtags));
  const element = el('article', { class: 'card normal', data: { post: post.id, age: 0 } }, photos(post, t), body);
  mark(element, post);
  return { post, element, meta, form: 'normal' };
}

/**
 * What a moderator may change while the words stay the same.
 *
 * @param {HTMLElement} element
 * @param {Post} post
 */
export function mark(element, post) {
  element.classList.toggle('pinned', post.pinned);
  element.classList.toggle('starred', post.starred);
}

/**
 * "telefoon · 2 min". One line, always: the card was measured with it, and must not grow.
 *
 * @param {Card} card
 * @param {Translate} t
 * @param {string} lang
 * @param {number} nowMs
 */
export function tellAge({ post, meta }, t, lang, nowMs) {
  const text = `${sourceName(post, t)} · ${age(t, lang, post.received / 1000, nowMs)}`;
  if (meta.textContent !== text) meta.textContent = text;
}

/**
 * Wait until the pictures of a card can be painted, so that none pops in while it is read.
 *
 * @param {Card} card
 * @returns {Promise<void>} Also when a picture never comes.
 */
export async function picturesReady({ element }) {
  const all = [...element.querySelectorAll('img')].map((image) => image.decode().catch(() => undefined));
  if (all.length === 0) return;
  await Promise.race([Promise.all(all), new Promise((done) => setTimeout(done, PICTURE_MS))]);
}

/**
 * @param {Post} post
 * @param {Translate} t
 */
function avatar(post, t) {
  const letters = el('span', { class: 'avatar', 'aria-hidden': 'true', data: { color: post.author.color } }, initials(authorName(post, t)));
  if (!post.author.avatar) return letters;
  const image = el('img', { class: 'avatar', src: post.author.avatar, alt: '' });
  image.addEventListener('error', () => image.replaceWith(letters), { once: true });
  return image;
}

/**
 * @param {Post} post
 * @param {Translate} t
 */
function photos(post, t) {
  const shown = post.media.slice(0, 4);
  if (shown.length === 0) return null;
  return el('div', { class: 'photos', data: { count: shown.length } }, shown.map((photo) => picture(photo.url, photo.alt || t('photo.without-alt'))));
}

/**
 * @param {string} url
 * @param {string} alt
 */
function picture(url, alt) {
  const image = el('img', { src: url, alt });
  image.addEventListener('error', () => image.replaceWith(el('p', { dir: 'auto' }, alt)), { once: true });
  return image;
}
