/** @import {Frame, Geometry} from '../lib/fountain.js' */
/** @import {Look} from '../lib/look.js' */
import { basics } from '../lib/fountain.js';
import { numberOption } from '../lib/look.js';
import { reading } from '../lib/type.js';

/** Title and announcement grow with the depth of the room up to this; posts go on. */
const BAND_SCALE_MAX = 1.15;

/**
 * How large everything is, for the style sheets: type and margins first, then what stands at the top is measured, and what is left
 * is for the cards.
 *
 * @param {Look} look
 * @param {HTMLElement} band
 * @param {HTMLElement} official
 * @returns {Frame}
 */
export function frameOf(look, band, official) {
  const screen = { width: window.innerWidth, height: window.innerHeight };
  const { scale } = readingOf(look);
  const { body, margin, code, gap, content } = basics({ screen, scale });
  setSizes({ '--f': body, '--band-f': (body / scale) * Math.min(scale, BAND_SCALE_MAX), '--margin': margin, '--code': code });
  const under = look.layout === 'lower-third' ? margin : bottomOf(band, content.y - gap * 0.6);
  setSizes({ '--official-top': under + gap * 0.3 });
  const last = official.hidden || look.layout === 'lower-third' ? under : bottomOf(official, under);
  const top = Math.max(content.y, last + gap * (look.layout === 'columns' || !official.hidden ? 1 : 0.75));
  setSizes({ '--top': top });
  return { screen, scale, top, bare: look.options['join'] === false, cards: numberOption(look, 'cards', Infinity), columns: numberOption(look, 'columns', Infinity) };
}

/**
 * @param {Look} look
 * @returns {ReturnType<typeof reading>} How far the type carries in this room, as far as the organiser told about it.
 */
export function readingOf(look) {
  return reading({ depthM: numberOption(look, 'room-depth-m', 0), pictureM: numberOption(look, 'picture-height-cm', 0) / 100 });
}

/**
 * Where cards are laid out, for the style sheets, and the join code's place.
 *
 * @param {Geometry} at
 * @param {HTMLElement} join
 */
export function wearGeometry(at, join) {
  setSizes({ '--code': at.code, '--crest-width': at.crestWidth, '--side-width': at.sideWidth, '--spotlight-width': at.spotlight.width, '--join-width': at.join.width + at.gap, '--gap': at.gap, '--bar-room': window.innerHeight - at.spotlight.y + at.gap });
  document.documentElement.toggleAttribute('data-code-alone', at.join.width < at.code * 1.2);
  join.style.transform = `translate(${at.join.x.toFixed(1)}px, ${at.join.y.toFixed(1)}px)`;
  join.style.width = `${at.join.width}px`;
  join.style.height = `${at.join.height}px`;
}

/** @param {Readonly<Record<string, number>>} sizes In px. */
function setSizes(sizes) {
  for (const [name, size] of Object.entries(sizes)) document.documentElement.style.setProperty(name, `${size.toFixed(2)}px`);
}

/**
 * @param {HTMLElement} element
 * @param {number} least
 */
function bottomOf(element, least) {
  return Math.max(least, element.offsetTop + element.offsetHeight);
}
