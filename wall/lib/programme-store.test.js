import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { ProgrammeStore } from './programme-store.js';

const ROOMS = [{ id: 'a', name: 'A' }];
const SESSION = { id: 's', title: 'S', speakers: [], room: 'a', start: 0, end: 60e6, kind: 'talk', questionsS: 0, abstract: 'lang' };
const item = (seq, shifts = {}) => ({ seq, zone: 'UTC', rooms: ROOMS, shifts, onStage: {} });
const real = { fetch: globalThis.fetch, storage: globalThis.localStorage };
afterEach(() => {
  globalThis.fetch = real.fetch;
  globalThis.localStorage = real.storage;
});

/** A server: answers in their order, the last one again and again. */
function serve(...answers) {
  const asked = [];
  globalThis.fetch = async (url, { headers }) => {
    asked.push({ url, headers });
    const answer = answers[Math.min(asked.length, answers.length) - 1];
    if (answer instanceof Error) throw answer;
    return answer();
  };
  return asked;
}

const body = (seq, etag = `"${seq}"`) => () => new Response(JSON.stringify({ seq, zone: 'UTC', rooms: ROOMS, sessions: [SESSION] }), { headers: { ETag: etag } });
const changed = (store) => new Promise((done) => store.addEventListener('change', done, { once: true }));
const settle = () => new Promise((done) => setTimeout(done, 5));

test('fetches when the view says that there is another one, and only then', async () => {
  const asked = serve(body(1), () => new Response(null, { status: 304 }));
  const store = new ProgrammeStore('/v1/symposia/dag');
  store.follow(item(1));
  await settle();
  assert.deepEqual([store.programme.seq, store.sessions.length, asked[0].url], [1, 1, '/v1/symposia/dag/programme?brief=1']);

  store.follow(item(1, { s: 6 }));
  await settle();
  assert.deepEqual([asked.length, store.sessions[0].late], [1, 6]);

  store.follow(item(2));
  await settle();
  assert.deepEqual([asked.length, asked[1].headers['If-None-Match'], asked[1].headers['Fontein-Seq']], [2, '"1"', '2']);
});

test('what was forgotten by the view stays', async () => {
  serve(body(1));
  const store = new ProgrammeStore('/x');
  store.follow(item(1));
  await settle();
  store.follow(undefined);
  assert.equal(store.sessions.length, 1);
});

test('asks again when it did not come, or was nonsense', async () => {
  const asked = serve(new TypeError('no network'), () => new Response('{}'), body(1));
  const store = new ProgrammeStore('/x');
  const { setTimeout: wait } = globalThis;
  globalThis.setTimeout = (run) => wait(run, 0);
  try {
    store.follow(item(1));
    await changed(store);
  } finally {
    globalThis.setTimeout = wait;
  }
  assert.deepEqual([asked.length, store.programme.seq], [3, 1]);
});

test('is kept on the device, without abstracts where nobody reads them', async () => {
  const kept = new Map();
  globalThis.localStorage = { getItem: (name) => kept.get(name) ?? null, setItem: (name, value) => kept.set(name, value) };
  serve(body(1));
  const store = new ProgrammeStore('/x', { texts: 'speakers', name: 'dag' });
  store.follow(item(1, { s: 6 }));
  await settle();

  const after = new ProgrammeStore('/x', { texts: 'speakers', name: 'dag' });
  assert.deepEqual([after.sessions[0].late, after.sessions[0].abstract, after.item.seq], [6, undefined, 1]);

  kept.set([...kept.keys()][0], '{broken');
  assert.equal(new ProgrammeStore('/x', { name: 'dag' }).programme, null);
});
