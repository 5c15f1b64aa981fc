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
