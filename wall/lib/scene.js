/** @import {Scene, Switch, View} from '../types.js' */

/** Without a word from the server for longer than this, a screen shows nobody's words: a hide could not reach it. */
export const LEASE_MS = 60_000;

/**
 * What a wall shows now.
 *
 * @param {View} view
 * @param {number} silentMs Since the server was last heard.
 * @param {number} posts How many may be seen.
 * @returns {Scene | 'safe'} 'safe': the title and the join code, no posts.
 */
export function sceneOf(view, silentMs, posts) {
  const stop = /** @type {Switch | undefined} */ (view.entries.get('stop'));
  if (silentMs > LEASE_MS || stop?.on) return 'safe';
  const scene = /** @type {{scene: Scene} | undefined} */ (view.entries.get('scene'))?.scene ?? 'fountain';
  return scene === 'fountain' && posts === 0 ? 'join' : scene;
}

/** Longest title, and longest word in it, that fits beside the join code on a 4:3 screen, in characters; larger type first. */
const TITLE_SIZES = [{ size: 'large', title: 24, word: 10 }, { size: 'middle', title: 44, word: 13 }, { size: 'small', title: 80, word: 17 }];

/**
 * How large the title of a slide is, so that a long one never pushes the join address out of the picture.
 *
 * @param {string} title
 * @returns {string} large, middle, small or tiny.
 */
export function titleSize(title) {
  const word = Math.max(...title.split(/[\s-]+/u).map((one) => one.length));
  return TITLE_SIZES.find((limit) => title.length <= limit.title && word <= limit.word)?.size ?? 'tiny';
}
