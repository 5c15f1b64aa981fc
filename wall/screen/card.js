/** @import {Media, Post, Translate} from '../types.js' */
import { sourceLine } from '../elements/source-line.js';
import { PHOTOS_MAX, caption, frameRatio } from '../lib/caption.js';
import { direction } from '../lib/direction.js';
import { countGraphemes } from '../lib/graphemes.js';
import { el } from '../lib/html.js';
import { soften } from '../lib/hyphens.js';
import { icon } from '../lib/icon.js';
import { authorName, initials } from '../lib/post.js';
import { postText } from '../lib/rich.js';
import { age } from '../lib/time.js';

/** Longest wait for a picture before a card rises without it, in ms. */
const PICTURE_MS = 3_000;
/** Longer names are set smaller where they have one place of a given height. */
const NAME = 32;
/** Up to so many characters a lead story is set in its largest type; and in its second. */
const SHORT = 64;
const MEDIUM = 130;

/**
 * One post on the wall.
 *
 * @typedef {{post: Post, element: HTMLElement, age: HTMLElement}} Card
 *
 * @param {Post} post
 * @param {Translate} t
 * @param {readonly string[]} hashtags
 * @returns {Card}
 */
export function makeCard(post, t, hashtags) {
  const name = authorName(post, t);
  // The whole card runs as its words do: a name in another script stands among them, and does not turn them round.
  const dir = direction(post.text) ?? direction(name) ?? 'ltr';
  const since = el('span');
  const meta = el('p', { class: 'card-meta', dir: 'auto' }, sourceLine(post, t), ' · ', since);
  const names = el('div', { class: 'card-names' }, el('p', { class: 'card-name' }, el('bdi', {}, name)), meta);
  const head = el('header', { class: 'card-head' }, avatar(post, t), names, icon('drop', 'card-star'));
  const body = el('div', { class: 'card-body' }, head, ...written(post, t, hashtags, dir));
  const element = el('article', { class: 'card normal', dir, data: { post: post.id, age: 0, name: countGraphemes(name) > NAME ? 'long' : 'short', length: lengthOf(post), photos: Math.min(PHOTOS_MAX, post.media.length) } }, photos(post, t), body);
  mark(element, post);
  return { post, element, age: since };
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
export function tellAge({ post, age: since }, t, lang, nowMs) {
  const text = age(t, lang, post.received / 1000, nowMs);
  if (since.textContent !== text) since.textContent = text;
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
 * @param {readonly string[]} hashtags
 * @param {string} dir
 */
function written(post, t, hashtags, dir) {
  const parts = [];
  if (post.warning) parts.push(el('p', { class: 'card-warning', dir: 'auto' }, t('warning', { warning: post.warning })));
  if (post.text) {
    const text = postText({ ...post, text: soften(post.text) }, hashtags);
    text.dir = dir;
    parts.push(text);
  }
  const under = caption(post.media);
  if (under) parts.push(el('p', { class: 'card-alt', dir: 'auto' }, under));
  return parts;
}

/** @param {Post} post */
function lengthOf({ text, media }) {
  const length = countGraphemes(text);
  if (media.length > 0 || length > MEDIUM) return 'long';
  return length > SHORT ? 'medium' : 'short';
}

/**
 * @param {Post} post
 * @param {Translate} t
 */
function avatar(post, t) {
  // Who gave no name has no initials either: those of "somebody in the hall" would be a riddle.
  const nameless = post.author.name.trim() === '' && post.author.handle === '';
  const letters = el('span', { class: 'avatar', 'aria-hidden': 'true', data: { color: post.author.color } }, nameless ? icon('person') : initials(authorName(post, t)));
  if (!post.author.avatar) return letters;
  const image = el('img', { class: 'avatar', src: post.author.avatar, alt: '' });
  image.addEventListener('error', () => image.replaceWith(letters), { once: true });
  return image;
}

/**
 * @param {Post} post
 * @param {Translate} t
 */
function photos({ media }, t) {
  const shown = media.slice(0, PHOTOS_MAX);
  const [first] = shown;
  if (!first) return null;
  const more = media.length - shown.length;
  const frame = el('div', { class: 'photos', data: { count: shown.length } }, shown.map((photo) => picture(photo, t)));
  if (more > 0) frame.append(el('span', { class: 'photos-more' }, t('screen.more-photos', { n: more })));
  frame.style.setProperty('--ratio', String(shown.length === 1 ? frameRatio(first) : 1.6));
  return frame;
}

/**
 * @param {Media} photo
 * @param {Translate} t
 */
function picture({ url, alt, width, height }, t) {
  const text = alt || t('photo.without-alt');
  const image = el('img', { src: url, alt: text, class: height > width * 1.15 ? 'tall' : width > height * 1.9 ? 'flat' : '' });
  image.addEventListener('error', () => image.replaceWith(el('p', { dir: 'auto' }, text)), { once: true });
  return image;
}
