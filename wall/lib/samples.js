/** @import {Post, Translate} from '../types.js' */

const MINUTE_US = 60_000_000;
const NAMES = ['first', 'second', 'third', 'fourth'];

/**
 * Posts that nobody wrote, for the wall on which an organiser tries a theme before the first post is there. Pure.
 *
 * @param {Translate} t
 * @param {object} about
 * @param {string} about.lang Of the words.
 * @param {readonly string[]} about.hashtags Those of the symposium; the first stands in a post, so that its colour is seen.
 * @param {number} about.nowMs
 * @returns {Post[]}
 */
export function samples(t, { lang, hashtags, nowMs }) {
  const [hashtag] = hashtags;
  /** @param {number} index The last is the newest. */
  const at = (index) => nowMs * 1_000 - (NAMES.length - index) * MINUTE_US;
  return NAMES.map((name, index) => ({
    id: `sample-${name}`,
    revision: 1,
    status: 'shown',
    kind: 'post',
    source: 'demo',
    author: { name: t(`screen.sample.${name}.name`), handle: '', avatar: null, color: index * 3 },
    text: `${t(`screen.sample.${name}`)}${index === 0 && hashtag ? ` #${hashtag}` : ''}`,
    whole: true,
    lang,
    created: at(index),
    received: at(index),
    released: index + 1,
    permalink: null,
    session: null,
    media: [],
    emojis: [],
    warning: null,
    pinned: false,
    starred: index === 2,
  }));
}
