import assert from 'node:assert/strict';
import { test } from 'node:test';

globalThis.window = Object.assign(new EventTarget(), { setTimeout: () => 0, clearTimeout: () => {} });
const { deliver } = await import('./deliver.js');
const { isPassing } = await import('./passing.js');
const { Sender } = await import('./sender.js');

const senderOf = (box) => new Sender(box, 'lock', (item) => deliver('/v1/symposia/dag', box, item));

/** A server that knows the pictures in `known`, and hands out `new-1`, `new-2`… unless it `loses` them at once. */
function serve({ known = [], loses = false } = {}) {
  const asked = { uploads: 0, posts: [] };
  const pictures = new Set(known);
  const answer = (status, body) => new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } });
  globalThis.fetch = async (url, { body }) => {
    if (String(url).endsWith('/media')) {
      const id = `new-${(asked.uploads += 1)}`;
      if (!loses) pictures.add(id);
      return answer(201, { id });
    }
    const media = JSON.parse(body).media.map(({ id }) => id);
    asked.posts.push(media);
    return media.every((id) => pictures.has(id)) ? answer(201, { id: 'p' }) : answer(422, { title: 'No', status: 422, detail: '', code: 'unknown-picture' });
  };
  return asked;
}

/** An outbox in memory with one post, whose photo went up before. */
function outbox() {
  const all = [{ key: 'k', text: 'Dag', name: '', at: 1, photos: [{ blob: new Blob(['x']), alt: '', id: 'old' }] }];
  return { all, get: (key) => all.find((item) => item.key === key), reload: async () => {}, put: async () => true, done: async () => void all.pop() };
}

test('a photo that the server still has is not sent again', async () => {
  const [asked, box] = [serve({ known: ['old'] }), outbox()];

  await senderOf(box).flush();

  assert.deepEqual([asked.uploads, asked.posts, box.all.length], [0, [['old']], 0]);
});

test('a photo that the server no longer has goes up again, and the post arrives', async () => {
  const [asked, box] = [serve(), outbox()];

  await senderOf(box).flush();

  assert.deepEqual([asked.uploads, asked.posts, box.all.length], [1, [['old'], ['new-1']], 0]);
});

test('it goes up again once per try, and then the post is refused', async () => {
  const [asked, box] = [serve({ loses: true }), outbox()];
  const sender = senderOf(box);

  await sender.flush();

  assert.deepEqual([asked.uploads, asked.posts.length, sender.isRefused('k')], [1, 2, true]);
});

/** A server that refuses with each of `problems` in turn. */
function refuse(...problems) {
  globalThis.fetch = async () => {
    const problem = { title: 'No', detail: '', ...problems.shift() };
    return new Response(JSON.stringify(problem), { status: problem.status, headers: { 'content-type': 'application/problem+json' } });
  };
  const all = [{ key: 'k', text: 'Dag', name: '', at: 1, photos: [] }];
  return { all, get: (key) => all.find((item) => item.key === key), reload: async () => {}, put: async () => true, done: async () => void all.pop() };
}

const CAP = { status: 429, code: 'pending-cap', retryAfter: 60 };
const RATE = { status: 429, code: 'rate', retryAfter: 5 };
const BUSY = { status: 503, code: 'busy', retryAfter: 9 };

for (const [name, answers, told] of [
  ['too many wait, and then it came too fast: too many wait', [CAP, RATE], ['pending-cap', 5]],
  ['it came too fast: that is the reason', [RATE, RATE], ['rate', 5]],
  ['too many wait, and then something else: that is the reason', [CAP, BUSY], ['busy', 9]],
]) {
  test(`told after two tries: ${name}`, async () => {
    const sender = senderOf(refuse(...answers));

    await sender.flush();
    await sender.flush();

    const { code, retryAfter } = sender.problems.get('k');
    assert.deepEqual([code, retryAfter], told);
  });
}

/** An outbox in memory, as votes wait in it: one for each key, the newest. */
function votes(...waiting) {
  const all = new Map(waiting.map((vote) => [vote.key, vote]));
  const put = (vote) => all.set(vote.key, vote);
  const done = async ({ key, at }) => void (all.get(key)?.at === at && all.delete(key));
  return { put, box: { get all() { return [...all.values()]; }, get: (key) => all.get(key), has: (key) => all.has(key), ready: null, reload: async () => {}, done } };
}

test('a vote that takes the place of one under way goes too, and goes last', async () => {
  const { put, box } = votes({ key: 'vote p', at: 1, answers: [0] });
  const sent = [];
  const bring = async ({ answers }) => {
    if (sent.length === 0) put({ key: 'vote p', at: 2, answers: [2] });
    sent.push(answers);
    return null;
  };

  await new Sender(box, 'lock', bring).flush();

  assert.deepEqual([sent, box.all], [[[0], [2]], []]);
});

test('why an older vote did not count is not said of the one that took its place', async () => {
  const { put, box } = votes({ key: 'vote p', at: 1 });
  const problems = [{ status: 409, code: 'poll-changed' }, null];
  const bring = async () => {
    if (problems.length === 2) put({ key: 'vote p', at: 2 });
    return problems.shift();
  };
  const sender = new Sender(box, 'lock', bring);

  await sender.flush();

  assert.deepEqual([sender.problems.size, box.all], [0, []]);
});

for (const [status, code, passes] of [
  [0, 'offline', true], [429, 'rate', true], [503, 'busy', true], [507, 'storage-full', true], [409, 'request-in-progress', true],
  [409, 'poll-closed', false], [409, 'poll-changed', false], [409, 'code-used', false], [409, 'answered', false], [409, 'questions-off', false],
  [403, 'no-code', false], [404, 'unknown', false], [422, 'bad-answer', false],
]) {
  test(`${status} ${code} ${passes ? 'comes right by itself' : 'is for good'}`, () => assert.equal(isPassing({ status, code }), passes));
}
