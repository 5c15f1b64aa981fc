/** @import {DeskPost} from '../types.js' */

/**
 * Searching among the posts of every state. Pure.
 */

/**
 * Letters as somebody types them in a hurry: no capitals, no accents.
 * @param {string} text
 */
export function plain(text) {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}

/**
 * The posts that have all these words, in the text or in the name of their author, newest first.
 *
 * @param {Iterable<DeskPost>} posts
 * @param {{words: string, author: {key: string} | null}} search
 * @param {number} most
 * @returns {DeskPost[]}
 */
export function find(posts, { words, author }, most) {
  const wanted = plain(words).split(/\s+/u).filter(Boolean);
  if (wanted.length === 0 && author === null) return [];
  const found = [...posts].filter((post) => {
    if (author !== null && post.authorKey !== author.key) return false;
    const said = plain(`${post.author.name} ${post.author.handle} ${post.text} ${post.media.map((photo) => photo.alt).join(' ')}`);
    return wanted.every((word) => said.includes(word));
  });
  return found.sort((a, b) => b.received - a.received).slice(0, most);
}
