/** @import {Frame, Geometry, Place, Rect, Size} from './fountain.js' */
import { basics } from './fountain.js';
import { BODY_SHARE } from './type.js';

/**
 * One post, as large as it can be: a spotlight, or a whole wall behind a speaker. And the bar of a stream: one short post low in
 * the picture. Both know one place; a post comes, and goes when the next one comes.
 */

/** Type of the text in body sizes, largest first; the first in which the post fits is taken. */
export const STEPS = [5, 4.2, 3.5, 3.1, 2.8, 2.5, 2.2, 1.95, 1.75, 1.55, 1.4, 1.25, 1.15, 1];

/** Of a line, in ems of its type: in less, words stand one by one, a ladder. */
const LINE_EMS = 8;

/**
 * Which step is the largest whose lines hold more than a word.
 *
 * @param {number} width Of a line, in px.
 * @param {number} body Type of body size, in px.
 * @returns {number} Its index.
 */
export function firstStep(width, body) {
  return Math.max(0, STEPS.findIndex((step) => step * body * LINE_EMS <= width));
}

/**
 * @param {Frame} frame
 * @param {boolean} own Nothing else is in the picture: who wrote the post stands beside the join code, at the bottom.
 * @returns {Geometry & {place: Rect}}
 */
export function geometry(frame, own) {
  const at = basics(frame);
  const { content, join, gap, body } = at;
  const beside = own && frame.screen.width > frame.screen.height;
  const code = beside ? { ...join, x: content.x + content.width - join.width } : join;
  const place = { ...content, height: join.y - gap - content.y };
  return {
    ...at, body, join: code, place, spotlight: place, crestWidth: place.width, sideWidth: place.width, crestX: place.x, columns: [], lines: [],
    sideScale: 1, sideForm: 'normal', crestMax: place.height, normalMax: place.height, sideMax: 0,
  };
}

/** Of the picture's height: a name and three lines. */
const BAR_SHARE = 0.232;
const BAR_MARGIN_SHARE = 0.07;
const BAR_SIDE_SHARE = 0.05;
/** Narrower than this beside the code, its words would be a column of letters: the code stands alone. */
const BAR_WORDS_IN_BODIES = 2.4;

/**
 * @param {Frame} frame
 * @returns {Geometry & {place: Rect}}
 */
export function barGeometry(frame) {
  const { screen } = frame;
  const at = basics(frame);
  const x = screen.width * BAR_SIDE_SHARE;
  const height = at.body * (BAR_SHARE / BODY_SHARE);
  const y = screen.height - at.short * BAR_MARGIN_SHARE - height;
  const inner = screen.width - 2 * x;
  const code = Math.min(height * 0.84, inner * 0.22);
  const words = inner * 0.3 - code * 1.1 - at.body * 0.45;
  const beside = frame.bare ? 0 : words < at.body * BAR_WORDS_IN_BODIES ? code * 1.15 : inner * 0.3;
  const join = { x: x + inner - beside, y, width: beside, height };
  const place = { x, y, width: inner - join.width, height };
  return { ...at, join, code, place, spotlight: place, crestWidth: place.width, sideWidth: place.width, crestX: x, columns: [], lines: [], sideScale: 1, sideForm: 'normal', crestMax: height, normalMax: height, sideMax: 0 };
}

/**
 * The largest step in which the whole text stands in the place.
 *
 * @param {Rect} place
 * @param {readonly Size[]} sizes Of each step, as measured.
 * @returns {number} Its index; the last one when none fits: then it is made smaller as a whole.
 */
export function stepOf(place, sizes) {
  const fitting = sizes.findIndex((size) => size.height <= place.height + 0.5 && size.width <= place.width + 0.5);
  return fitting === -1 ? sizes.length - 1 : fitting;
}

/**
 * @param {Rect} place
 * @param {string} id
 * @param {Size} size In the step that was chosen.
 * @returns {Place} The whole place, or less where the post is too much even for the smallest type.
 */
export function placeIn(place, id, size) {
  const scale = Math.min(1, place.height / size.height);
  const width = place.width * scale;
  const height = Math.max(size.height, place.height) * scale;
  const x = place.x + (place.width - width) / 2;
  return { id, rect: { x, y: place.y, width, height }, scale, crest: true, form: 'spotlight' };
}
