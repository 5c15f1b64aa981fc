import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BEGINNING, GAP_MS, begin, byRelease, enter, leaving, next, nextSingle, prune, readingMs } from './pacing.js';

const post = (id, released, more = {}) => ({
  id, released, revision: 1, source: 'phone', author: { name: `author of ${id}`, handle: '', color: 0 }, text: 'Kort bericht.', media: [], pinned: false, starred: false, ...more,
});
const by = (name) => ({ author: { name, handle: '', color: 1 } });
const START = 1_000_000;

/** Let a wall with room for `room` run, a quarter of a second at a time. */
function run(show, posts, { from = START, seconds, room = 6 }) {
  const arrivals = [];
  for (let now = from; now < from + seconds * 1_000; now += 250) {
    const chosen = next(show, posts, now);
    if (!chosen) continue;
    const gone = show.on.length >= room ? leaving(show, posts, now).slice(0, 1) : [];
    show = enter(show, chosen.id, gone, now);
    arrivals.push({ id: chosen.id, now });
  }
  return { show, arrivals };
}

test('the first post of the day comes at once', () => assert.equal(next(BEGINNING, [post('a', 1)], START)?.id, 'a'));

test('of two waiting posts by different people the newest goes first', () => {
  const posts = [post('old', 1), post('new', 2)];

  assert.equal(next(BEGINNING, posts, START)?.id, 'new');
});

test('a fresh post goes before the best of the day', () => {
  const old = [post('a', 1, { starred: true }), post('b', 2)];
  const show = begin(BEGINNING, old, ['b'], START);

  assert.equal(next(show, [...old, post('fresh', 3)], START + 60_000)?.id, 'fresh');
});

test('in a flood no two cards come within 2.5 s, and each comes once before any comes again', () => {
  const posts = Array.from({ length: 40 }, (_, index) => post(`p${index}`, index));
  const { arrivals } = run(BEGINNING, posts, { seconds: 120 });
  const gaps = arrivals.slice(1).map(({ now }, index) => now - arrivals[index].now);

  assert.ok(Math.min(...gaps) >= GAP_MS);
  assert.equal(new Set(arrivals.slice(0, 40).map(({ id }) => id)).size, 40);
});

test('one word of a quiet person goes before the tenth of a loud one', () => {
  const loud = Array.from({ length: 10 }, (_, index) => post(`loud${index}`, index + 10, by('loud')));
  const { arrivals } = run(BEGINNING, [...loud, post('quiet', 1, by('quiet'))], { seconds: 20 });

  assert.deepEqual(arrivals.slice(0, 2).map(({ id }) => id), ['loud9', 'quiet']);
});

test('a card is not taken off before it could be read, while another was read', () => {
  const long = post('long', 1, { text: 'Een heel lang bericht. '.repeat(15) });
  const short = post('short', 2);
  let show = enter(enter(BEGINNING, 'long', [], START), 'short', [], START + 3_000);

  assert.deepEqual(leaving(show, [long, short], START + 10_000), ['short', 'long']);
  assert.deepEqual(leaving(show, [long, short], START + 60_000), ['long', 'short']);
});

test('a card that can not move aside is read to its end, also in a flood; another makes room', () => {
  const long = post('long', 1, { text: 'a'.repeat(300) });
  const flood = Array.from({ length: 10 }, (_, index) => post(`p${index}`, index + 2));
  const show = enter(BEGINNING, 'long', [], START);
  const soon = START + readingMs(long) - 250;

  assert.equal(next(show, [long, ...flood], soon, true), null);
  assert.notEqual(next(show, [long, ...flood], soon, false), null);
  assert.notEqual(next(show, [long, ...flood], soon + 250, true), null);
});

test('a pinned card leaves last', () => {
  const posts = [post('pinned', 1, { pinned: true }), post('a', 2), post('b', 3)];
  const show = begin(BEGINNING, posts, ['b', 'a', 'pinned'], START);

  assert.equal(leaving(show, posts, START + 60_000).at(-1), 'pinned');
});

test('reading time grows with the text, within 4 and 30 s', () => {
  const times = [1, 100, 5_000].map((length) => readingMs(post('x', 1, { text: 'a'.repeat(length) })));

  assert.deepEqual(times, [4_000, 8_000, 30_000]);
});

test('without new posts the wall still moves: the best of the day comes again, the starred ones more often', () => {
  const posts = Array.from({ length: 12 }, (_, index) => post(`p${index}`, index, { starred: index === 3 }));
  const show = begin(BEGINNING, posts, ['p11', 'p10', 'p9', 'p8', 'p7', 'p6'], START);
  const { arrivals } = run(show, posts, { seconds: 900 });
  const times = (id) => arrivals.filter((arrival) => arrival.id === id).length;

  assert.ok(arrivals.length >= 60);
  assert.ok(posts.every(({ id }) => times(id) > 0));
  assert.ok(posts.filter(({ id }) => id !== 'p3').every(({ id }) => times('p3') > times(id)));
});

test('a wall with a few posts moves too: the oldest rises again', () => {
  const posts = ['a', 'b', 'c'].map((id, index) => post(id, index));
  const show = begin(BEGINNING, posts, ['c', 'b', 'a'], START);

  assert.equal(next(show, posts, START + 20_000)?.id, 'a');
});

test('one post alone stays where it is', () => {
  const posts = [post('a', 1)];
  const show = begin(BEGINNING, posts, ['a'], START);

  assert.equal(next(show, posts, START + 600_000), null);
});

test('what may no longer be seen is forgotten, what may is remembered', () => {
  const posts = [post('a', 1), post('b', 2)];
  const show = prune(begin(BEGINNING, posts, ['b', 'a'], START), [posts[0]]);

  assert.deepEqual([show.on.map(({ id }) => id), [...show.turns.keys()]], [['a'], ['a']]);
});

test('a wall that starts has the pinned ones first, then the newest', () => {
  const posts = [post('a', 1, { pinned: true }), post('b', 2), post('c', 3)];

  assert.deepEqual(byRelease(posts).map(({ id }) => id), ['a', 'c', 'b']);
});

test('in a playlist one post comes after the other, each for as long as it takes to read, and round again', () => {
  const posts = [post('c', 3), post('a', 1), post('b', 2)];
  const seen = [];
  let show = BEGINNING;
  for (let now = START; now < START + 40_000; now += 250) {
    const chosen = nextSingle(show, posts, now, { inOrder: true, holdMs: 8_000 });
    if (chosen) show = enter(show, chosen.id, show.on.map(({ id }) => id), now);
    if (chosen) seen.push([chosen.id, (now - START) / 1_000]);
  }

  assert.deepEqual(seen, [['c', 0], ['a', 8], ['b', 16], ['c', 24], ['a', 32]]);
});

test('a playlist of one stays', () => {
  const show = enter(BEGINNING, 'a', [], START);

  assert.equal(nextSingle(show, [post('a', 1)], START + 600_000, { inOrder: true, holdMs: 0 }), null);
});

test('behind a speaker a post stays as long as the theme says, whatever waits', () => {
  const show = enter(BEGINNING, 'a', [], START);
  const posts = [post('a', 1), post('b', 2)];
  const at = (seconds, holdMs = 20_000) => nextSingle(show, posts, START + seconds * 1_000, { inOrder: false, holdMs })?.id;

  assert.deepEqual([at(10), at(21)], [undefined, 'b']);
  assert.equal(at(7_200, Infinity), undefined, 'by hand only');
});

test('behind a speaker a pinned post stays until it is unpinned', () => {
  const pinned = [post('a', 1, { pinned: true }), post('b', 2)];
  const how = { inOrder: false, holdMs: 1_000 };

  assert.equal(nextSingle(BEGINNING, pinned, START, how)?.id, 'a');
  assert.equal(nextSingle(enter(BEGINNING, 'a', [], START), pinned, START + 60_000, how), null);
  assert.equal(nextSingle(enter(BEGINNING, 'b', [], START), pinned, START + 60_000, how)?.id, 'a');
});
