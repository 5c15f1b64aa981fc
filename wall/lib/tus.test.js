import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeMetadata, fileKey, nextPiece, PIECE_MAX, PIECE_MIN, Upload } from './tus.js';

const KB = 1024;

/** A server of tus. `cut(call)` answers how many bytes of a PATCH come through before the line breaks; undefined: all of it. */
function server({ cut = () => undefined, knows = true } = {}) {
  const house = { uploads: new Map(), calls: [], next: 0 };
  house.fetch = async (url, { method, headers, body, signal }) => {
    signal.throwIfAborted();
    const call = { n: house.calls.length, method, url, headers };
    house.calls.push(call);
    assert.equal(headers['Tus-Resumable'], '1.0.0');
    if (method === 'POST') {
      const where = `/uploads/${(house.next += 1)}`;
      house.uploads.set(where, { length: Number(headers['Upload-Length']), bytes: Buffer.alloc(0) });
      return new Response(null, { status: 201, headers: { Location: where } });
    }
    const upload = house.uploads.get(url);
    if (!upload || !knows) return new Response(null, { status: 404 });
    const offset = () => ({ 'Upload-Offset': String(upload.bytes.length), 'Upload-Length': String(upload.length) });
    if (method === 'HEAD') return new Response(null, { headers: offset() });
    if (method === 'DELETE') return new Response(null, { status: house.uploads.delete(url) ? 204 : 404 });
    if (Number(headers['Upload-Offset']) !== upload.bytes.length) return new Response('{}', { status: 409 });
    const bytes = new Uint8Array(await body.arrayBuffer());
    const through = cut(call);
    upload.bytes = Buffer.concat([upload.bytes, bytes.slice(0, through ?? bytes.length)]);
    if (through !== undefined) throw new TypeError('network');
    if (upload.bytes.length === upload.length) return Response.json({ file: 1 }, { headers: offset() });
    return new Response(null, { status: 204, headers: offset() });
  };
  return house;
}

function memory(start = {}) {
  const all = new Map(Object.entries(start));
  return { all, get: (key) => all.get(key) ?? null, set: (key, url) => (url === null ? all.delete(key) : all.set(key, url)) };
}

const content = (size) => Buffer.from(Uint8Array.from({ length: size }, (_, at) => (at * 31 + (at >> 8)) % 251));
const file = (size) => new File([content(size)], 'stuk.pdf', { lastModified: 7 });
const upload = (house, kept, size = 2500 * KB, more = {}) =>
  new Upload({ url: '/uploads', file: file(size), key: 'k', memory: kept, metadata: { filename: 'stuk.pdf' }, fetch: house.fetch, wait: async () => {}, ...more });

test('a file goes up in pieces, and is remembered until it is there', async () => {
  const [house, kept] = [server(), memory()];
  const one = upload(house, kept);
  const seen = [];
  one.addEventListener('change', () => seen.push(kept.get('k')));

  await one.start();

  assert.equal(one.state, 'done');
  assert.deepEqual(one.answer, { file: 1 });
  assert.ok(house.uploads.get('/uploads/1').bytes.equals(content(2500 * KB)));
  assert.ok(house.calls.filter(({ method }) => method === 'PATCH').length >= 2);
  assert.ok(seen.includes('/uploads/1'));
  assert.equal(kept.get('k'), null);
  assert.equal(house.calls[0].headers['Upload-Metadata'], 'filename c3R1ay5wZGY=');
});

test('cut at many points, every byte comes once and in its place', async () => {
  for (let seed = 1; seed <= 12; seed += 1) {
    let cuts = 0;
    const cut = ({ n }) => (cuts < seed ? ((cuts += 1), (n * 131_071 * seed) % (400 * KB)) : undefined);
    const house = server({ cut });
    const one = upload(house, memory());

    await one.start();

    assert.equal(one.state, 'done', `seed ${seed}`);
    assert.equal(cuts, seed);
    assert.ok(house.uploads.get('/uploads/1').bytes.equals(content(2500 * KB)));
  }
});

test('control: a client that does not ask where it was sends bytes twice, and that is seen', async () => {
  const house = server({ cut: ({ n }) => (n === 1 ? 1000 : undefined) });
  await upload(house, memory()).start();

  const heads = house.calls.filter(({ method }) => method === 'HEAD').length;
  assert.equal(heads, 1);
  const answer = await house.fetch('/uploads/1', { method: 'PATCH', headers: { 'Tus-Resumable': '1.0.0', 'Upload-Offset': '0' }, body: new Blob(['x']), signal: AbortSignal.timeout(1000) });
  assert.equal(answer.status, 409);
});

test('after a reload the same file goes on where it stopped', async () => {
  const [house, kept] = [server(), memory()];
  const one = upload(house, kept, 3000 * KB);
  one.addEventListener('change', () => one.sent > 0 && void one.pause());
  await one.start();
  const sent = one.sent;
  assert.equal(one.state, 'paused');
  assert.ok(sent > 0 && sent < 3000 * KB);

  const again = upload(house, kept, 3000 * KB);
  await again.start();

  assert.equal(again.state, 'done');
  assert.equal(house.uploads.size, 1);
  assert.ok(house.uploads.get('/uploads/1').bytes.equals(content(3000 * KB)));
});

test('what the server forgot begins anew', async () => {
  const [house, kept] = [server(), memory({ k: '/uploads/long-ago' })];
  const one = upload(house, kept, 10 * KB);

  await one.start();

  assert.equal(one.state, 'done');
  assert.deepEqual(house.calls.map(({ method }) => method), ['HEAD', 'POST', 'PATCH']);
});

test('a lost last answer is asked for again with nothing', async () => {
  let lost = false;
  const house = server();
  const fetch = async (url, request) => {
    const answer = await house.fetch(url, request);
    if (request.method === 'PATCH' && answer.status === 200 && !lost) {
      lost = true;
      throw new TypeError('network');
    }
    return answer;
  };
  const one = upload(house, memory(), 10 * KB, { fetch });

  await one.start();

  assert.equal(one.state, 'done');
  assert.deepEqual(one.answer, { file: 1 });
});

test('a refusal ends it, with its reason; being busy does not', async () => {
  let busy = 2;
  const fetch = async (_url, { method }) => {
    if (method === 'POST' && busy-- > 0) return Response.json({ code: 'papers-busy' }, { status: 503, headers: { 'Retry-After': '2' } });
    return Response.json({ code: 'too-large' }, { status: 413 });
  };
  const waited = [];
  const one = upload({ fetch }, memory(), 10, { wait: async (ms) => void waited.push(ms) });

  await one.start();

  assert.equal(one.state, 'failed');
  assert.equal(one.problem.code, 'too-large');
  assert.deepEqual(waited, [2000, 2000]);
});

test('cancelled, the server forgets it too', async () => {
  const [house, kept] = [server(), memory()];
  const one = upload(house, kept);
  one.addEventListener('change', () => one.sent > 0 && one.state === 'sending' && void one.cancel());

  await one.start();
  await new Promise((done) => setTimeout(done));

  assert.equal(house.uploads.size, 0);
  assert.equal(kept.get('k'), null);
});

test('pieces grow on a fast line and stay small on a slow one', () => {
  assert.equal(nextPiece(PIECE_MIN, 100), PIECE_MAX);
  assert.equal(nextPiece(PIECE_MAX, 60_000), PIECE_MIN);
  assert.equal(nextPiece(PIECE_MIN, 2_000), 2 * PIECE_MIN);
});

test('files are told apart by name, size, age and paper', () => {
  const base = { name: 'a', size: 1, lastModified: 2 };

  assert.equal(fileKey(base, 'p'), fileKey({ ...base }, 'p'));
  for (const other of [{ ...base, name: 'b' }, { ...base, size: 2 }, { ...base, lastModified: 3 }]) assert.notEqual(fileKey(base, 'p'), fileKey(other, 'p'));
  assert.notEqual(fileKey(base, 'p'), fileKey(base, 'q'));
});

test('metadata of any script fits in a header', () => {
  assert.equal(encodeMetadata({ filename: 'één 論文.pdf', lang: '' }), `filename ${Buffer.from('één 論文.pdf').toString('base64')},lang `);
});
