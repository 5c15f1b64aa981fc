/** What the screens show, and what they could show: the plain facts behind the tiles. Pure. */

/** @import {Post, Scene, SceneItem, SceneValue} from '../types.js' */
import { firstGraphemes } from '../lib/graphemes.js';
import { placeOf, roomOf } from './screens.js';

/** @type {ReadonlyArray<{scene: Scene, sign: string, chooses: boolean}>} `chooses`: it needs a post or words first. */
export const SCENES = [
  { scene: 'fountain', sign: 'fontein', chooses: false },
  { scene: 'spotlight', sign: 'spotlight', chooses: true },
  { scene: 'question', sign: 'hand', chooses: true },
  { scene: 'questions', sign: 'people', chooses: false },
  { scene: 'poll', sign: 'bars', chooses: true },
  { scene: 'join', sign: 'qr', chooses: false },
  { scene: 'session', sign: 'person', chooses: false },
  { scene: 'programme', sign: 'clock', chooses: false },
  { scene: 'day', sign: 'filter', chooses: false },
  { scene: 'title', sign: 'slide', chooses: false },
  { scene: 'text', sign: 'letters', chooses: true },
  { scene: 'playlist', sign: 'stack', chooses: true },
  { scene: 'papers', sign: 'copy', chooses: false },
  { scene: 'paper', sign: 'paper', chooses: true },
  { scene: 'blank', sign: 'moon', chooses: false },
];

/**
 * These need a programme, those something on the shelf, a question, or a poll that was opened: without one there is nothing to see.
 *
 * @type {ReadonlyMap<Scene, 'programme' | 'papers' | 'questions' | 'polls'>}
 */
export const NEEDS = new Map([['question', 'questions'], ['questions', 'questions'], ['poll', 'polls'], ['session', 'programme'], ['programme', 'programme'], ['day', 'programme'], ['papers', 'papers'], ['paper', 'papers']]);

/** The server takes no longer playlist. */
export const MAX_PLAYLIST = 50;

/**
 * What was chosen for a place: a screen's own comes before its room's, and that before what all show.
 *
 * @param {SceneItem | null} item
 * @param {string | null} place A screen, a room as `placeOf` names it, or null: all.
 * @param {string | null} [room] Of the screen.
 * @returns {SceneValue | null} null: not known yet.
 */
export function shownOn(item, place, room = roomOf(place)) {
  if (item === null || place === null) return item;
  return item.screens?.[place] ?? item.rooms?.[room ?? ''] ?? item;
}

/**
 * The places that show something of their own.
 *
 * @param {SceneItem | null} item
 * @returns {string[]}
 */
export function withOwn(item) {
  return [...Object.keys(item?.rooms ?? {}).map(placeOf), ...Object.keys(item?.screens ?? {})];
}

/**
 * To choose from: starred first, then the newest on the screens.
 *
 * @param {ReadonlyArray<Post>} posts
 * @returns {Post[]}
 */
export function toChoose(posts) {
  return [...posts].sort((a, b) => Number(b.starred) - Number(a.starred) || b.released - a.released);
}

/**
 * The beginning of a text, on one line.
 *
 * @param {string} text
 * @param {number} most In graphemes.
 */
export function beginning(text, most) {
  const line = text.replace(/\s+/gu, ' ').trim();
  const cut = firstGraphemes(line, most);
  return cut.length < line.length ? `${cut.trimEnd()}…` : line;
}

/**
 * @param {ReadonlyArray<string>} chosen
 * @param {string} id
 * @returns {string[]} With *id* at the end, or without it; never more than a playlist holds.
 */
export function turned(chosen, id) {
  if (chosen.includes(id)) return chosen.filter((one) => one !== id);
  return chosen.length < MAX_PLAYLIST ? [...chosen, id] : [...chosen];
}

/**
 * @param {ReadonlyArray<string>} chosen
 * @param {string} id
 * @param {-1 | 1} by
 * @returns {string[]} With *id* one place earlier or later; the ends hold it.
 */
export function moved(chosen, id, by) {
  const from = chosen.indexOf(id);
  const to = from + by;
  if (from < 0 || to < 0 || to >= chosen.length) return [...chosen];
  const rest = chosen.filter((one) => one !== id);
  return [...rest.slice(0, to), id, ...rest.slice(to)];
}
