/** How the day goes, as far as the stage is told: what is worst, which screens are quiet, how old a figure is. Pure. */

/** A screen says every 10 s that it is there; two missed ones and a half are silence. */
export const QUIET_MS = 25_000;
/** A figure that is measured every 10 s is old after this, and says so. */
export const OLD_MS = 30_000;
/** The norm for the oldest post in the queue. */
export const NORM_MS = 120_000;

/**
 * @typedef {object} ScreenPulse
 * @property {string} [name]
 * @property {string} [scene]
 * @property {number | null} [delayMs]
 *
 * @typedef {object} Screen A screen that was heard.
 * @property {string} id
 * @property {ScreenPulse} pulse
 * @property {number} at When it was last heard, in milliseconds of the server's clock.
 *
 * @typedef {object} SourcePulse
 * @property {'ok' | 'waiting' | 'needs-attention' | 'stale'} state
 * @property {string | null} what
 * @property {number | null} retryAt Microseconds.
 * @property {number | null} last Microseconds.
 */

/**
 * @param {Screen} screen
 * @param {number} now
 */
export function isQuiet(screen, now) {
  return now - screen.at > QUIET_MS;
}

/**
 * @typedef {object} Facts
 * @property {boolean} live The connection stands.
 * @property {boolean} stopped
 * @property {boolean} paused
 * @property {number} quietScreens
 * @property {number} badSources
 * @property {number | null} oldestMs How long the oldest post waits.
 */

/**
 * The worst thing first, for the one chip of the header.
 *
 * @param {Facts} facts
 * @returns {{code: 'lost' | 'stopped' | 'screens' | 'sources' | 'late' | 'paused' | 'ok', n: number}}
 */
export function worst(facts) {
  if (!facts.live) return { code: 'lost', n: 1 };
  if (facts.stopped) return { code: 'stopped', n: 1 };
  if (facts.quietScreens > 0) return { code: 'screens', n: facts.quietScreens };
  if (facts.badSources > 0) return { code: 'sources', n: facts.badSources };
  if (facts.oldestMs !== null && facts.oldestMs > NORM_MS) return { code: 'late', n: 1 };
  return { code: facts.paused ? 'paused' : 'ok', n: 1 };
}

/**
 * A sparkline as the points of an SVG polyline.
 *
 * @param {ReadonlyArray<number>} numbers
 * @param {number} width
 * @param {number} height
 * @returns {string} Empty for fewer than two numbers.
 */
export function sparkline(numbers, width, height) {
  if (numbers.length < 2) return '';
  const top = Math.max(1, ...numbers);
  const across = width / (numbers.length - 1);
  return numbers.map((value, at) => `${round(at * across)},${round(height - (value / top) * height)}`).join(' ');
}

/** @param {number} value One decimal is enough for a line. */
function round(value) {
  return Math.round(value * 10) / 10;
}

/**
 * Milliseconds as seconds with two decimals below ten, for a person: 240 is "0,24".
 *
 * @param {string} lang
 * @param {number} ms
 */
export function seconds(lang, ms) {
  const digits = ms < 10_000 ? 2 : 0;
  return new Intl.NumberFormat(lang, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(ms / 1000);
}
