/** @import {Post} from '../types.js' */
import { el } from './html.js';
import { parts } from './post.js';

/**
 * A post's text as nodes: hashtags of the event marked, custom emoji as pictures, all else as text.
 *
 * @param {Pick<Post, 'text' | 'emojis' | 'lang'>} post
 * @param {readonly string[]} hashtags Without `#`.
 * @param {string} [className]
 * @returns {HTMLParagraphElement} With `lang` when known and `dir="auto"`: who writes Arabic reads it from the right.
 */
export function postText(post, hashtags, className = 'post-text') {
  const nodes = parts(post.text, post.emojis, hashtags).map((part) => {
    switch (part.kind) {
      case 'tag':
        return el('span', { class: 'tag' }, part.text);
      case 'emoji':
        return emoji(part.text, part.url);
      case 'text':
        return document.createTextNode(part.text);
    }
  });
  return el('p', { class: className, dir: 'auto', lang: post.lang }, ...nodes);
}

/**
 * @param {string} shortcode
 * @param {string} url
 */
function emoji(shortcode, url) {
  const image = el('img', { class: 'emoji', src: url, alt: shortcode, title: shortcode, draggable: 'false' });
  image.addEventListener('error', () => image.replaceWith(shortcode), { once: true });
  return image;
}
