import assert from 'node:assert/strict';
import { test } from 'node:test';

globalThis.window = Object.assign(new EventTarget(), { setTimeout: () => 0, clearTimeout: () => {} });
const { Sender } = await import('./sender.js');

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
  return { all, reload: async () => {}, put: async () => true, remove: async () => void all.pop() };
}

test('a photo that the server still has is not sent again', async () => {
  const [asked, box] = [serve({ known: ['old'] }), outbox()];

  await new Sender('/v1/symposia/dag', box).flush();

  assert.deepEqual([asked.uploads, asked.posts, box.all.length], [0, [['old']], 0]);
});

test('a photo that the server no longer has goes up again, and the post arrives', async () => {
  const [asked, box] = [serve(), outbox()];

  await new Sender('/v1/symposia/dag', box).flush();

  assert.deepEqual([asked.uploads, asked.posts, box.all.length], [1, [['old'], ['new-1']], 0]);
});

test('it goes up again once per try, and then the post is refused', async () => {
  const [asked, box] = [serve({ loses: true }), outbox()];
  const sender = new Sender('/v1/symposia/dag', box);

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
  return { all, reload: async () => {}, put: async () => true, remove: async () => void all.pop() };
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
    const sender = new Sender('/v1/symposia/dag', refuse(...answers));

    await sender.flush();
    await sender.flush();

    const { code, retryAfter } = sender.problems.get('k');
    assert.deepEqual([code, retryAfter], told);
  });
}
