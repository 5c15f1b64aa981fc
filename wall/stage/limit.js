/** How much still fits in a field. Pure. */
import { countGraphemes } from '../lib/graphemes.js';

/** The server takes no longer announcement, in graphemes and lines. */
export const ANNOUNCEMENT = { graphemes: 280, lines: 2 };
/** And no longer slide. */
export const TITLE = { graphemes: 120, lines: 1 };
export const TEXT = { graphemes: 500, lines: Infinity };

/**
 * @param {string} text
 * @param {{graphemes: number, lines: number}} limit
 * @returns {{left: number, lines: boolean, fits: boolean}} `left` below 0: so many too many; `lines`: there are too many lines.
 */
export function room(text, limit) {
  const said = text.trim();
  const left = limit.graphemes - countGraphemes(said);
  const lines = said.split('\n').length > limit.lines;
  return { left, lines, fits: left >= 0 && !lines };
}
