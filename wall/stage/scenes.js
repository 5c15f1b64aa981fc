/** What the screens show, and what they could show: the plain facts behind the tiles. Pure. */

/** @import {Post, Scene, SceneItem, SceneValue, Translate} from '../types.js' */
/** @import {Screen} from './health.js' */
import { firstGraphemes } from '../lib/graphemes.js';

/** @type {ReadonlyArray<{scene: Scene, sign: string, chooses: boolean}>} `chooses`: it needs a post or words first. */
export const SCENES = [
  { scene: 'fountain', sign: 'fontein', chooses: false },
  { scene: 'spotlight', sign: 'spotlight', chooses: true },
  { scene: 'join', sign: 'qr', chooses: false },
  { scene: 'title', sign: 'slide', chooses: false },
  { scene: 'text', sign: 'letters', chooses: true },
  { scene: 'playlist', sign: 'stack', chooses: true },
  { scene: 'blank', sign: 'moon', chooses: false },
];

/** The server takes no longer playlist. */
export const MAX_PLAYLIST = 50;

/**
 * What *screen* shows, or all of them.
 *
 * @param {SceneItem | null} item
 * @param {string | null} screen null: all.
 * @returns {SceneValue | null} null: not known yet.
 */
export function shownOn(item, screen) {
  return item === null || screen === null ? item : (item.screens?.[screen] ?? item);
}

/**
 * The screens that show something of their own.
 *
 * @param {SceneItem | null} item
 * @returns {string[]}
 */
export function withOwn(item) {
  return Object.keys(item?.screens ?? {});
}

/**
 * What a screen is called: as its address says; the second of one name gets a number, one without a name too.
 *
 * @param {ReadonlyArray<Screen>} screens In the order in which they were heard first.
 * @param {string} id
 * @param {Translate} t
 * @returns {string}
 */
export function nameOf(screens, id, t) {
  const at = screens.findIndex((screen) => screen.id === id);
  if (at < 0) return t('stage.screen-unheard');
  const name = screens[at]?.pulse.name;
  if (!name) return t('stage.screen', { n: at + 1 });
  const before = screens.slice(0, at).filter((screen) => screen.pulse.name === name).length;
  return before > 0 ? `${name} (${before + 1})` : name;
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
