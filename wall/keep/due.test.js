import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dueWith, firstRejected, goWithPosts, goesAfterHold, goesNow, next, periodsOf, span, timeline } from './due.js';

const HOUR = 3_600_000_000;
const DAY = 24 * HOUR;
const END = 1_000 * DAY;

/** A symposium that ended, with something of everything. */
const keeping = (changes = {}) => {
  const days = { devices: 30, posts: 30, pictures: 30, audit: 90, ...changes.days };
  const end = changes.end === undefined ? END : changes.end;
  const due = Object.fromEntries(Object.entries(days).map(([kind, n]) => [kind, n === null || end === null ? null : end + n * DAY]));
  const { days: _, ...rest } = changes;
  return {
    now: END, end, calm: 0, endOf: 'programme',
    classes: { rejected: { hours: 24 }, ...Object.fromEntries(Object.entries(days).map(([kind, n]) => [kind, { days: n }])) },
    due: { rejected: END + 5 * HOUR, ...due },
    lapsed: { devices: null, posts: null, pictures: null, audit: null },
    kept: { rejected: 2, devices: 9, posts: 40, pictures: 7, audit: 50 },
    hold: { on: false, reason: '', at: null, by: null },
    suppressed: 0, versions: 1, held: 0, ...rest, end,
  };
};
const HOLD = { on: true, reason: 'Een rechtszaak', at: END, by: 'Ada' };
const lines = (moments) => moments.map(({ what, kinds }) => [what, ...kinds].join(' '));

test('the line goes from the end over today to only the report', () => {
  assert.deepEqual(lines(timeline(keeping(), END + 10 * DAY)), ['end', 'today', 'goes posts pictures devices', 'goes audit', 'rest']);
});

test('today stands before the end while the symposium is still to come', () => {
  assert.deepEqual(lines(timeline(keeping(), END - DAY)).slice(0, 2), ['today', 'end']);
});

test('what went stands before today, and the rest begins when the last is gone', () => {
  const moments = timeline(keeping(), END + 100 * DAY);
  assert.deepEqual(lines(moments), ['end', 'gone posts pictures devices', 'gone audit', 'today', 'rest']);
  assert.equal(moments.at(-1).at, END + 90 * DAY);
});

test('under a legal hold what is over waits', () => {
  assert.deepEqual(lines(timeline(keeping({ hold: HOLD }), END + 40 * DAY)), ['end', 'waits posts pictures devices', 'today', 'goes audit', 'rest']);
});

test('what does not go by itself is said to stay', () => {
  assert.deepEqual(lines(timeline(keeping({ days: { audit: null } }), END)).at(-1), 'stays audit');
});

test('without a known end nothing goes', () => {
  const unknown = keeping({ end: null });
  assert.deepEqual(lines(timeline(unknown, END)), ['today', 'stays posts pictures devices audit']);
  assert.equal(next(unknown, END), null);
  assert.equal(dueWith(unknown, periodsOf(unknown), 'posts'), null);
});

test('the next to go is the first that is still to come', () => {
  assert.equal(next(keeping(), END + 31 * DAY).at, END + 90 * DAY);
  assert.equal(next(keeping(), END + 91 * DAY), null);
  assert.equal(next(keeping({ hold: HOLD }), END), null);
});

test('what went late, after a hold, stands where it went', () => {
  const moments = timeline(keeping({ lapsed: { devices: END + 50 * DAY, posts: END + 50 * DAY, pictures: null, audit: null } }), END + 60 * DAY);
  assert.deepEqual(lines(moments), ['end', 'gone pictures', 'gone posts devices', 'today', 'goes audit', 'rest']);
});

test('pictures go with their posts at the latest', () => {
  const periods = periodsOf(keeping());
  for (const [postsDays, picturesDays, days, together] of [[5, 30, 5, true], [5, null, 5, true], [null, 30, 30, false], [30, 5, 5, false], [30, 30, 30, false]]) {
    const changed = { ...periods, postsDays, picturesDays };
    assert.equal(dueWith(keeping(), changed, 'pictures'), END + days * DAY);
    assert.equal(goWithPosts(changed), together);
  }
  assert.equal(dueWith(keeping(), { ...periods, postsDays: null, picturesDays: null }, 'pictures'), null);
});

test('a shorter period takes what is over by then, and no more', () => {
  const now = END + 10 * DAY;
  const before = keeping();
  assert.deepEqual(goesNow(before, periodsOf(before), now), []);
  assert.deepEqual(goesNow(before, { ...periodsOf(before), postsDays: 9 }, now), ['posts', 'pictures']);
  assert.deepEqual(goesNow(before, { ...periodsOf(before), picturesDays: 9 }, now), ['pictures']);
  assert.deepEqual(goesNow(before, { ...periodsOf(before), postsDays: 11 }, now), []);
  assert.deepEqual(goesNow(keeping({ hold: HOLD }), { ...periodsOf(before), postsDays: 9 }, now), []);
  assert.deepEqual(goesNow(keeping({ kept: { ...before.kept, posts: 0, pictures: 0 } }), { ...periodsOf(before), postsDays: 9 }, now), []);
});

test('fewer hours for what was not shown may take some of it at once', () => {
  const before = keeping();
  assert.equal(firstRejected(before, { ...periodsOf(before), rejectedHours: 20 }), END + HOUR);
  assert.deepEqual(goesNow(before, { ...periodsOf(before), rejectedHours: 19 }, END), ['rejected']);
  assert.equal(firstRejected(keeping({ due: { ...before.due, rejected: null } }), periodsOf(before)), null);
});

test('the end of a hold takes all that is over, and nothing else', () => {
  const held = keeping({ hold: HOLD });
  assert.deepEqual(goesAfterHold(held, END), []);
  assert.deepEqual(goesAfterHold(held, END + 31 * DAY), ['posts', 'pictures', 'devices', 'rejected']);
});

for (const [us, unit, n] of [
  [30 * DAY, 'days', 30], [2 * DAY, 'days', 2], [2 * DAY - 1, 'hours', 47], [2 * HOUR, 'hours', 2], [2 * HOUR - 1, 'minutes', 119],
  [60_000_000, 'minutes', 1], [59_999_999, 'now', 0], [0, 'now', 0], [-3 * DAY, 'days', 3],
]) {
  test(`${us} µs are ${n} ${unit}`, () => assert.deepEqual(span(us), { unit, n }));
}
