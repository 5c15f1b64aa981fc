import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { beyond, mayBeMore, More, STEP } from './more.js';

const asked = (n, stand = 'open') => ({ post: `q${n}`, stand, votes: 0 });
const many = (count, stand) => Array.from({ length: count }, (_, n) => asked(n, stand));
const posts = (questions) => questions.map(({ post }) => post);
const WANTED = { order: 'wanted', session: '' };

const real = globalThis.fetch;
let there = [];
let requests = [];
let broken = false;

/** A server that has `there`, in that order. */
beforeEach(() => {
  [there, requests, broken] = [many(700), [], false];
  globalThis.fetch = async (url) => {
    const { searchParams } = new URL(url, 'https://wall.example');
    requests.push(Object.fromEntries(searchParams));
    if (broken) throw new TypeError('no network');
    const skip = Number(searchParams.get('skip'));
    return Response.json({ questions: there.slice(skip, skip + Math.min(400, Number(searchParams.get('limit')))), total: there.length });
  };
});
afterEach(() => (globalThis.fetch = real));

test('there may be more once the line has as many as it carries', () => {
  assert.equal(mayBeMore(many(30)), false);
  assert.equal(mayBeMore([...many(30), ...many(9, 'answered'), asked(1, 'on-stage')]), false);
  assert.equal(mayBeMore(many(31)), true);
  assert.equal(mayBeMore([...many(16), ...many(15, 'later')]), true);
  assert.equal(mayBeMore(many(10, 'answered')), true);
});

test('beyond the line are those that it does not carry, in order, so many as are wanted', () => {
  assert.deepEqual(posts(beyond(many(6), [asked(1), asked(3), asked(9)], 3)), ['q0', 'q2', 'q4']);
});

test('each time some more are shown, until all are', async () => {
  const more = new More('/v1');
  const line = there.filter((_, n) => n < 30 || n >= 670);
  const shown = [];
  while (more.total === null || line.length + more.questions(line).length < more.total) {
    assert.equal(await more.grow(WANTED, line.length), true);
    shown.push(more.questions(line).length);
  }
  assert.deepEqual(shown, [60, 120, 180, 240, 300, 360, 420, 480, 540, 600, 640]);
  assert.deepEqual(posts(more.questions(line)), posts(there.slice(30, 670)));
  assert.deepEqual(requests[0], { order: 'wanted', skip: '0', limit: String(60 + STEP) });
  assert.equal(Math.max(...requests.map(({ limit }) => Number(limit))), 400);
});

test('what is gone at the server is gone here when it is asked for anew', async () => {
  const more = new More('/v1');
  await more.grow(WANTED, 0);
  there = there.slice(1);
  assert.equal(posts(more.questions([])).includes('q0'), true, 'control: until then it is there');
  assert.equal(await more.again(WANTED, 0), true);
  assert.equal(posts(more.questions([])).includes('q0'), false);
});

test('what leaves the line, as a question that was hidden, is not shown by the copy that was fetched', async () => {
  const more = new More('/v1');
  const line = there.slice(0, 30);
  await more.grow(WANTED, line.length);
  assert.equal(posts(more.questions(line)).includes('q30'), true);
  broken = true; // nobody tells us more

  const left = posts(more.questions(line.slice(1)));

  assert.equal(left.includes('q0'), false);
  assert.equal(left.includes('q30'), true, 'the others stay');
  assert.equal(more.isDue, true, 'and the server is asked');
  broken = false;
  await more.again(WANTED, line.length);
  assert.equal(posts(more.questions(line.slice(1))).includes('q0'), true, 'which only stands lower now');
});

test('without a network what is shown stays, and nothing counts as shown that did not come', async () => {
  const more = new More('/v1');
  await more.grow(WANTED, 0);
  broken = true;
  assert.equal(await more.grow(WANTED, 0), false);
  assert.equal(more.questions([]).length, STEP);
  broken = false;
  await more.grow(WANTED, 0);
  assert.equal(more.questions([]).length, 2 * STEP);
});

test('what comes for an order that nobody looks at any more is not shown', async () => {
  const more = new More('/v1');
  const coming = more.grow(WANTED, 0);
  more.clear();
  const other = more.grow({ order: 'new', session: 'a' }, 0);
  assert.deepEqual([await coming, await other], [null, true]);
  assert.deepEqual([more.questions([]).length, requests[1].order, requests[1].session], [STEP, 'new', 'a']);
});

test('some that go while the list is read are no reason to read for ever', async () => {
  const more = new More('/v1');
  const serve = globalThis.fetch;
  globalThis.fetch = async (url) => {
    const answer = await serve(url);
    there = [];
    return answer;
  };
  assert.equal(await more.grow(WANTED, 600), true);
  assert.deepEqual([requests.length, more.total], [2, 400]);
});

test('a vote for one of these, and no other, brings them anew', async () => {
  const more = new More('/v1');
  assert.equal(more.isDue, false);
  await more.grow(WANTED, 0);
  more.voted('q999');
  assert.equal(more.isDue, false);
  more.voted('q5');
  assert.equal(more.isDue, true);
});
