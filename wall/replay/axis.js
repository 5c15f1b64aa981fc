/**
 * The axis of a day, in µs of the server's clock. Pure.
 *
 * @typedef {object} Band A session.
 * @property {string} id
 * @property {string} title
 * @property {string} room
 * @property {string} kind
 * @property {number} from
 * @property {number} until
 * @property {number} posts That stand.
 *
 * @typedef {object} Day
 * @property {number} from
 * @property {number} until
 * @property {number} posts
 * @property {readonly number[]} counts Posts in each equal part of the day.
 * @property {readonly Band[]} sessions By time.
 *
 * @typedef {Band & {lane: number, start: number, width: number}} Placed `start` and `width` are parts of the axis, 0 to 1.
 */

const SECOND_US = 1_000_000;
/** Between two hours that are written on the axis, in minutes; the first that leaves room is taken. */
const STEPS_MIN = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360];

/**
 * The sessions on the axis, those at the same time below each other.
 *
 * @param {Day} day
 * @returns {Placed[]}
 */
export function placed(day) {
  /** @type {number[]} */
  const lanes = [];
  return day.sessions.flatMap((band) => {
    const from = Math.max(band.from, day.from);
    const until = Math.min(band.until, day.until);
    if (until <= from) return [];
    const free = lanes.findIndex((end) => end <= from);
    const lane = free < 0 ? lanes.length : free;
    lanes[lane] = until;
    return { ...band, lane, start: part(day, from), width: (until - from) / length(day) };
  });
}

/**
 * How far on the axis a moment is, 0 to 1.
 *
 * @param {Day} day
 * @param {number} at
 */
export function part(day, at) {
  return Math.min(1, Math.max(0, (at - day.from) / length(day)));
}

/** @param {Day} day */
function length({ from, until }) {
  return Math.max(1, until - from);
}

/**
 * The bars of the posts as one path in a box of `counts.length` by 100; a bar of one post can be seen.
 *
 * @param {readonly number[]} counts
 */
export function bars(counts) {
  const most = Math.max(1, ...counts);
  return counts.map((n, x) => (n === 0 ? '' : `M${x} 100v${-(4 + 96 * (n / most)).toFixed(1)}h0.8V100z`)).join('');
}

/**
 * The moments that are written on an axis of so many px.
 *
 * @param {Day} day
 * @param {number} px
 * @param {number} [roomPx] That one needs.
 * @returns {number[]}
 */
export function hours(day, px, roomPx = 64) {
  const minutes = length(day) / SECOND_US / 60;
  const step = STEPS_MIN.find((each) => (px / minutes) * each >= roomPx);
  if (step === undefined) return [];
  const stepUs = step * 60 * SECOND_US;
  const first = Math.ceil(day.from / stepUs) * stepUs;
  return Array.from({ length: Math.max(0, Math.floor((day.until - first) / stepUs) + 1) }, (_, n) => first + n * stepUs);
}

/**
 * How far an arrow key goes: a hundredth of a short day, ten seconds of a long one. In seconds.
 *
 * @param {Day} day
 */
export function stepS(day) {
  return Math.min(10, Math.max(1, Math.round(length(day) / SECOND_US / 100)));
}

/**
 * The session that runs at a moment: the last one to begin, and no break where there is a talk.
 *
 * @param {Day} day
 * @param {number} at
 * @returns {Band | null}
 */
export function bandAt(day, at) {
  const running = day.sessions.filter(({ from, until }) => from <= at && at < until);
  return running.findLast(({ kind }) => kind !== 'break') ?? running.at(-1) ?? null;
}

/**
 * Where a quiet time ends that lasts longer than so many seconds; null where there is no such time.
 *
 * @param {Day} day
 * @param {number} at
 * @param {number} quietS
 * @returns {number | null}
 */
export function afterQuiet(day, at, quietS) {
  const bin = length(day) / day.counts.length;
  const here = Math.floor((at - day.from) / bin);
  const next = day.counts.findIndex((n, bin_) => bin_ >= here && n > 0);
  if (next <= here) return null;
  const to = day.from + next * bin;
  return to - at > quietS * SECOND_US ? Math.floor(to) : null;
}
