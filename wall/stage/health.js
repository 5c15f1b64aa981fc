/** How the day goes, as far as the stage is told: what is worst, which screens are quiet, how old a figure is. Pure. */

/** A screen says every 10 s that it is there; two missed ones and a half are silence. */
export const QUIET_MS = 25_000;
/** A figure that is measured every 10 s is old after this, and says so. */
export const OLD_MS = 30_000;
const MINUTE_MS = 60_000;
/** The norm for the oldest post in the queue. */
export const NORM_MS = 120_000;

/**
 * @typedef {object} ScreenPulse
 * @property {string} [name]
 * @property {string} [scene] What it shows; `safe` for its safe slides.
 * @property {number | null} [delayMs]
 * @property {number} [at] Microseconds.
 * @property {boolean} [tooFar] Its last row cannot read it.
 *
 * @typedef {object} Screen A screen that was heard.
 * @property {string} id
 * @property {ScreenPulse} pulse
 * @property {number} at When it was last heard, in milliseconds of the server's clock.
 *
 * @typedef {object} SourcePulse
 * @property {'ok' | 'waiting' | 'needs-attention' | 'stale'} state
 * @property {string | null} what
 * @property {string | null} [where] The server or room that it is about, where there may be several.
 * @property {number | null} retryAt Microseconds.
 * @property {number | null} last Microseconds.
 *
 * @typedef {object} ArchivePulse How the copy at a second place does.
 * @property {number | null} at When the newest was made, in microseconds; null: none yet.
 * @property {boolean} ok
 * @property {'gone' | 'full' | 'no-room' | 'slow' | 'old' | 'failed' | null} problem
 * @property {number} behind So many older ones still hold words that were erased since.
 * @property {boolean} sameDisk
 */

/**
 * @param {ArchivePulse} archive
 * @returns {boolean} Whether somebody must look at it; the first one that is still being made is no fault.
 */
export function archiveFails({ at, ok, problem }) {
  return problem !== null || (!ok && at !== null);
}

/**
 * When something that is sent again and again was said: by its own clock where it tells, so that an old one that came late is old.
 *
 * @param {unknown} value
 * @param {number} now Milliseconds of the server's clock.
 */
export function saidAt(value, now) {
  const at = typeof value === 'object' && value !== null && 'at' in value ? Number(value.at) : NaN;
  return Number.isFinite(at) && at > 0 ? Math.min(at / 1000, now) : now;
}

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
 * @property {boolean} braked
 * @property {boolean} rehearsing
 * @property {boolean} archiveFails
 * @property {number} quietScreens
 * @property {number} badSources
 * @property {number | null} oldestMs How long the oldest post waits.
 *
 * @typedef {'lost' | 'stopped' | 'brake' | 'screens' | 'sources' | 'archive' | 'late' | 'paused' | 'rehearsal' | 'ok'} Code
 */

/** Where the chip leads to. @type {Readonly<Record<Code, string>>} */
export const LEADS_TO = {
  lost: 'notices', stopped: 'notices', brake: 'notices', screens: 'screens-part', sources: 'sources-part', archive: 'archive-part', late: 'how', paused: 'notices', rehearsal: 'rehearsal', ok: 'how',
};

/**
 * The worst thing first, for the one chip of the header.
 *
 * @param {Facts} facts
 * @returns {{code: Code, n: number}}
 */
export function worst(facts) {
  if (!facts.live) return { code: 'lost', n: 1 };
  if (facts.stopped) return { code: 'stopped', n: 1 };
  if (facts.braked) return { code: 'brake', n: 1 };
  if (facts.quietScreens > 0) return { code: 'screens', n: facts.quietScreens };
  if (facts.badSources > 0) return { code: 'sources', n: facts.badSources };
  if (facts.archiveFails) return { code: 'archive', n: 1 };
  if (facts.oldestMs !== null && facts.oldestMs > NORM_MS) return { code: 'late', n: 1 };
  if (facts.paused) return { code: 'paused', n: 1 };
  return { code: facts.rehearsing ? 'rehearsal' : 'ok', n: 1 };
}

/**
 * Counts by the minute, the last of which has only begun, with that one as if a whole minute were behind it: else every figure would
 * fall to nothing as a minute begins.
 *
 * @param {ReadonlyArray<number>} counts The newest last.
 * @param {number} at When they were counted, in milliseconds since 1970.
 * @returns {number[]}
 */
export function wholeMinutes(counts, at) {
  const [before = 0, begun] = [counts.at(-2), counts.at(-1)];
  if (begun === undefined) return [];
  const missing = 1 - (at % MINUTE_MS) / MINUTE_MS;
  return [...counts.slice(0, -1), Math.round(begun + before * missing)];
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
