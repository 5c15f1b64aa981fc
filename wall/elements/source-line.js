/** @import {Post, Translate} from '../types.js' */
import { el } from '../lib/html.js';
import { icon } from '../lib/icon.js';
import { handleBeside, markOf, sourceName } from '../lib/post.js';

/**
 * Where a post comes from, beside its author's name: a word, or the network's mark and what its author is called there.
 *
 * @param {Post} post
 * @param {Translate} t
 */
export function sourceLine(post, t) {
  const name = sourceName(post, t);
  const mark = markOf(post);
  if (!mark) return [name];
  const handle = handleBeside(post);
  return [el('span', { class: 'network-mark', role: 'img', 'aria-label': name }, icon(mark)), handle ? el('bdi', {}, ` ${handle}`) : ''];
}
