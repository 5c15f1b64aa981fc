/** @import {Post, Scene, SceneItem, SceneValue, Switch, View} from '../types.js' */
import { valuesOf } from './changes.js';

/** Without a word from the server for longer than this, a screen shows nobody's words: a hide could not reach it. */
export const LEASE_MS = 60_000;

/**
 * What a wall shows now. 'safe': the title and the join code, no posts.
 *
 * @typedef {object} Showing
 * @property {Scene | 'safe'} scene
 * @property {readonly Post[]} posts Those that may be in the picture; in the order of a playlist.
 * @property {string} title Of a slide of the organiser's; empty otherwise.
 * @property {string} text
 */

/**
 * @param {View} view
 * @param {number} silentMs Since the server was last heard.
 * @param {string} [screen] This screen's id; a screen can be given a scene of its own.
 * @returns {Showing}
 */
export function showing(view, silentMs, screen = '') {
  const stop = /** @type {Switch | undefined} */ (view.entries.get('stop'));
  if (silentMs > LEASE_MS || stop?.on) return slide('safe');
  const item = /** @type {Partial<SceneItem> | undefined} */ (view.entries.get('scene'));
  const value = item?.screens?.[screen] ?? item ?? {};
  switch (value.scene) {
    case 'spotlight':
      return chosen(view, 'spotlight', [value.post]);
    case 'playlist':
      return chosen(view, 'playlist', value.posts ?? []);
    case 'join':
    case 'title':
    case 'blank':
      return slide(value.scene);
    case 'text':
      return words(value) ?? fountain(view);
    default:
      return fountain(view); // Also a scene of a newer server than this page.
  }
}

/** @param {View} view @returns {Showing} */
function fountain(view) {
  const posts = /** @type {Post[]} */ (valuesOf(view, 'post:'));
  return posts.length > 0 ? { scene: 'fountain', posts, title: '', text: '' } : slide('join');
}

/**
 * Those that may still be seen; when none is left, all of them: a hidden post must not leave a hole.
 *
 * @param {View} view
 * @param {'spotlight' | 'playlist'} scene
 * @param {readonly (string | null | undefined)[]} ids
 * @returns {Showing}
 */
function chosen(view, scene, ids) {
  const known = new Map(/** @type {Post[]} */ (valuesOf(view, 'post:')).map((post) => [post.id, post]));
  const posts = [...new Set(ids)].flatMap((id) => known.get(id ?? '') ?? []);
  return posts.length > 0 ? { scene, posts, title: '', text: '' } : fountain(view);
}

/**
 * @param {Partial<SceneValue>} value
 * @returns {Showing | null} null: there is nothing on it.
 */
function words({ title, text }) {
  return title || text ? { scene: 'text', posts: [], title: title ?? '', text: text ?? '' } : null;
}

/** @param {Scene | 'safe'} scene @returns {Showing} */
function slide(scene) {
  return { scene, posts: [], title: '', text: '' };
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
