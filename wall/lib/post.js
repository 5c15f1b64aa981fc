/** @import {CustomEmoji, Post, Translate} from '../types.js' */

/** @typedef {{kind: 'text', text: string} | {kind: 'tag', text: string} | {kind: 'emoji', text: string, url: string}} Part */

const TAG = /#[\p{L}\p{N}\p{M}_]+/gu;
const SHORTCODE = /:([a-zA-Z0-9_]+):/g;

/**
 * Cut a post's text into plain text, hashtags of the event and custom emoji. Joined again it is the same text.
 *
 * @param {string} text
 * @param {readonly CustomEmoji[]} emojis
 * @param {readonly string[]} hashtags Without `#`.
 * @returns {Part[]}
 */
export function parts(text, emojis, hashtags) {
  const wanted = new Set(hashtags.map(fold));
  const pictures = new Map(emojis.map((emoji) => [emoji.shortcode, emoji.url]));
  /** @type {(Part & {at: number})[]} */
  const found = [];
  for (const match of text.matchAll(TAG)) {
    if (wanted.has(fold(match[0].slice(1)))) found.push({ kind: 'tag', text: match[0], at: match.index });
  }
  for (const match of text.matchAll(SHORTCODE)) {
    const url = pictures.get(match[1] ?? '');
    if (url) found.push({ kind: 'emoji', text: match[0], url, at: match.index });
  }
  return withPlain(text, found);
}

/**
 * "MV" for Marijke Verbeek: what stands in a picture's place.
 *
 * @param {string} name
 */
export function initials(name) {
  const letters = (name.match(/[\p{L}\p{N}]+/gu) ?? []).map((word) => [...word][0] ?? '');
  const chosen = letters.length > 1 ? [letters[0], letters[letters.length - 1]] : letters;
  return chosen.join('').toLocaleUpperCase();
}

/**
 * @param {Post} post
 * @param {Translate} t
 */
export function authorName(post, t) {
  return post.author.name.trim() || post.author.handle || t('author.nameless');
}

/** Networks that ask for their mark and for the author's handle on everything of theirs that is shown. */
const MARKED = new Set(['x']);

/**
 * The icon of the post's network, where that asks for it; else empty: its name in words will do.
 *
 * @param {Pick<Post, 'source'>} post
 */
export function markOf({ source }) {
  return MARKED.has(source) ? `mark-${source}` : '';
}

/**
 * What stands beside the author's name: the handle, where the network asks for it. Empty where it is the name already.
 *
 * @param {Pick<Post, 'source' | 'author'>} post
 */
export function handleBeside({ source, author }) {
  return MARKED.has(source) && author.name.trim() ? author.handle : '';
}

/**
 * Who wrote it, as far as a screen may know: enough to share the screen fairly.
 *
 * @param {Post} post
 */
export function authorKey({ source, author }) {
  return `${source} ${author.handle} ${author.name} ${author.color}`;
}

/**
 * The source's name in words; an unknown network is called by its own id.
 *
 * @param {Post} post
 * @param {Translate} t
 */
export function sourceName(post, t) {
  const key = `source.${post.source}`;
  const name = t(key);
  return name === key ? post.source : name;
}

/**
 * @param {string} text
 * @param {(Part & {at: number})[]} found
 * @returns {Part[]}
 */
function withPlain(text, found) {
  /** @type {Part[]} */
  const all = [];
  let end = 0;
  for (const { at, ...part } of found.sort((a, b) => a.at - b.at)) {
    if (at < end) continue;
    if (at > end) all.push({ kind: 'text', text: text.slice(end, at) });
    all.push(part);
    end = at + part.text.length;
  }
  if (end < text.length) all.push({ kind: 'text', text: text.slice(end) });
  return all;
}

/** @param {string} tag */
function fold(tag) {
  return tag.normalize('NFKC').toLowerCase();
}
