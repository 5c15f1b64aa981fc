/** Which screens there are: those that staff know, and those that were only heard. Pure. */

/** @import {PairedScreen, Translate} from '../types.js' */
/** @import {Screen} from './health.js' */

/** Before a room's id, where its scene stands among those of screens. */
const ROOM = 'room:';

/** @param {string} room @returns {string} Where the scene of a room stands. */
export function placeOf(room) {
  return `${ROOM}${room}`;
}

/** @param {string | null} place @returns {string | null} null: it is no room. */
export function roomOf(place) {
  return place?.startsWith(ROOM) ? place.slice(ROOM.length) : null;
}

/**
 * @typedef {Screen & {paired: PairedScreen | null, heard: boolean}} Known `heard`: since this page opened; else `at` is when it opened.
 */

/**
 * Those that staff know first, by name; then the others in the order in which they were heard.
 *
 * @param {ReadonlyMap<string, Screen>} heard
 * @param {Readonly<Record<string, PairedScreen>>} paired
 * @param {number} openedMs When this page began to listen.
 * @returns {Known[]}
 */
export function allScreens(heard, paired, openedMs) {
  const known = Object.entries(paired).map(([id, one]) => {
    const screen = heard.get(id);
    return { ...(screen ?? { id, pulse: {}, at: openedMs }), paired: one, heard: screen !== undefined };
  });
  known.sort((a, b) => compare(a.paired.name, b.paired.name) || compare(a.id, b.id));
  const others = [...heard.values()].filter(({ id }) => !(id in paired)).map((screen) => ({ ...screen, paired: null, heard: true }));
  return [...known, ...others];
}

/**
 * What a screen is called: as staff call it, else as its address says; the second of one name gets a number, one without a name too.
 *
 * @param {ReadonlyArray<Known>} screens
 * @param {string} id
 * @param {Translate} t
 * @returns {string}
 */
export function nameOf(screens, id, t) {
  const at = screens.findIndex((screen) => screen.id === id);
  const name = ownName(screens[at]);
  if (at < 0) return t('stage.screen-unheard');
  if (!name) return t('stage.screen', { n: screens.slice(0, at + 1).filter((screen) => !screen.paired).length });
  const before = screens.slice(0, at).filter((screen) => ownName(screen) === name).length;
  return before > 0 ? `${name} (${before + 1})` : name;
}

/** @param {Known | undefined} screen */
function ownName(screen) {
  return screen?.paired?.name || screen?.pulse.name || '';
}

/** @param {string} a @param {string} b */
function compare(a, b) {
  return a.localeCompare(b);
}
