/**
 * What goes when. Times are microseconds since 1970; days count from the end of the symposium.
 *
 * @typedef {'devices' | 'posts' | 'pictures' | 'audit'} Kind
 * @typedef {Kind | 'rejected'} Class
 *
 * @typedef {object} Keeping What `GET keeping` answers.
 * @property {number} now
 * @property {number | null} end
 * @property {'programme' | 'date'} endOf
 * @property {number} calm Before this nothing goes: people were at work just before.
 * @property {{rejected: {hours: number}} & Record<Kind, {days: number | null}>} classes
 * @property {Record<Class, number | null>} due
 * @property {Record<Kind, number | null>} lapsed
 * @property {Record<Class, number>} kept
 * @property {{on: boolean, reason: string, at: number | null, by: string | null}} hold
 * @property {number} suppressed
 * @property {number} versions Frozen reports that have their files.
 * @property {number} held Those that lose them when the hold ends.
 *
 * @typedef {{rejectedHours: number, postsDays: number | null, picturesDays: number | null, auditDays: number | null, devicesDays: number | null}} Periods
 *
 * @typedef {{unit: 'days' | 'hours' | 'minutes' | 'now', n: number}} Span
 *
 * @typedef {object} Moment
 * @property {'today' | 'end' | 'goes' | 'gone' | 'waits' | 'rest' | 'stays'} what
 * @property {number | null} at
 * @property {Kind[]} kinds
 */

export const MAX_HOURS = 744;
export const MAX_DAYS = 3660;

const MINUTE_US = 60_000_000;
const HOUR_US = 60 * MINUTE_US;
const DAY_US = 24 * HOUR_US;

/** @type {readonly Kind[]} */
export const KINDS = ['posts', 'pictures', 'devices', 'audit'];

/** @type {Record<Kind, 'postsDays' | 'picturesDays' | 'auditDays' | 'devicesDays'>} */
export const FIELDS = { posts: 'postsDays', pictures: 'picturesDays', audit: 'auditDays', devices: 'devicesDays' };

/**
 * @param {Keeping} keeping
 * @returns {Periods}
 */
export function periodsOf({ classes }) {
  return {
    rejectedHours: classes.rejected.hours,
    postsDays: classes.posts.days,
    picturesDays: classes.pictures.days,
    auditDays: classes.audit.days,
    devicesDays: classes.devices.days,
  };
}

/** What the box of a period says when it is no longer "not by itself". */
export const USUAL = { rejected: 24, posts: 30, pictures: 30, devices: 30, audit: 90 };

/**
 * When a kind would go with these periods; null: not by itself, or nobody knows when the end is. Pictures go with their
 * posts at the latest.
 *
 * @param {Keeping} keeping
 * @param {Periods} periods
 * @param {Kind} kind
 */
export function dueWith(keeping, periods, kind) {
  const { end } = keeping;
  const all = (kind === 'pictures' ? [periods.picturesDays, periods.postsDays] : [periods[FIELDS[kind]]]).filter((n) => n !== null);
  return end === null || all.length === 0 ? null : Math.max(end + Math.min(...all) * DAY_US, keeping.calm);
}

/**
 * Whether pictures would go because their posts do.
 *
 * @param {Periods} periods
 */
export function goWithPosts({ picturesDays, postsDays }) {
  return postsDays !== null && (picturesDays === null || postsDays < picturesDays);
}

/**
 * When the first post that was not shown would go with these periods; null: there is none.
 *
 * @param {Keeping} keeping
 * @param {Periods} periods
 */
export function firstRejected(keeping, periods) {
  const first = keeping.due.rejected;
  return first === null ? null : first + (periods.rejectedHours - keeping.classes.rejected.hours) * HOUR_US;
}

/**
 * What a change would take at once: what is there, whose time would be over, and was not before.
 *
 * @param {Keeping} keeping
 * @param {Periods} periods
 * @param {number} now
 * @returns {Class[]}
 */
export function goesNow(keeping, periods, now) {
  if (keeping.hold.on) return [];
  const over = (/** @type {number | null} */ at) => at !== null && at <= now;
  const kinds = KINDS.filter((kind) => keeping.kept[kind] > 0 && over(dueWith(keeping, periods, kind)) && !over(keeping.due[kind]));
  const rejected = over(firstRejected(keeping, periods)) && !over(keeping.due.rejected);
  return rejected ? ['rejected', ...kinds] : kinds;
}

/**
 * What the end of a legal hold would take.
 *
 * @param {Keeping} keeping
 * @param {number} now
 * @returns {Class[]}
 */
export function goesAfterHold(keeping, now) {
  return goesNow({ ...keeping, hold: { ...keeping.hold, on: false }, due: NEVER }, periodsOf(keeping), now)
    .concat(keeping.due.rejected !== null && keeping.due.rejected <= now ? ['rejected'] : []);
}

/** @type {Record<Class, null>} */
const NEVER = { rejected: null, devices: null, posts: null, pictures: null, audit: null };

/**
 * The line from the end of the symposium to when nothing of people is left, by time. What goes on the same moment is one;
 * what never goes comes last.
 *
 * @param {Keeping} keeping
 * @param {number} now
 * @returns {Moment[]}
 */
export function timeline(keeping, now) {
  /** @type {Map<number, Moment>} */
  const lapses = new Map();
  for (const kind of KINDS) {
    const due = keeping.due[kind];
    if (due === null) continue;
    const what = due > now ? 'goes' : keeping.hold.on && keeping.kept[kind] > 0 ? 'waits' : 'gone';
    const at = what === 'gone' ? keeping.lapsed[kind] ?? due : due;
    const known = lapses.get(at);
    if (known?.what === what) known.kinds.push(kind);
    else lapses.set(at, { what, at, kinds: [kind] });
  }
  const stays = KINDS.filter((kind) => keeping.due[kind] === null);
  /** @type {Moment[]} */
  const moments = [
    ...(keeping.end === null ? [] : [/** @type {Moment} */ ({ what: 'end', at: keeping.end, kinds: [] })]),
    ...lapses.values(),
    { what: 'today', at: now, kinds: [] },
  ];
  moments.sort((one, other) => Number(one.at) - Number(other.at));
  const last = Math.max(...lapses.keys());
  return [...moments, stays.length ? { what: 'stays', at: null, kinds: stays } : { what: 'rest', at: last, kinds: [] }];
}

/**
 * The next kinds to go, and when; null where nothing will.
 *
 * @param {Keeping} keeping
 * @param {number} now
 */
export function next(keeping, now) {
  return keeping.hold.on ? null : timeline(keeping, now).find(({ what }) => what === 'goes') ?? null;
}

/**
 * How long it still takes, or how long ago it was, in the largest unit of which there are two; days count whole.
 *
 * @param {number} us Below 0 counts as above.
 * @returns {Span}
 */
export function span(us) {
  const long = Math.abs(us);
  if (long >= 2 * DAY_US) return { unit: 'days', n: Math.floor(long / DAY_US) };
  if (long >= 2 * HOUR_US) return { unit: 'hours', n: Math.floor(long / HOUR_US) };
  const minutes = Math.floor(long / MINUTE_US);
  return minutes > 0 ? { unit: 'minutes', n: minutes } : { unit: 'now', n: 0 };
}
