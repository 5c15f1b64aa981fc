import assert from 'node:assert/strict';
import { test } from 'node:test';
import { read, write } from './drafts.js';
import { addSession, empty } from './model.js';

const begun = empty({ day: '2026-11-12', zone: 'Europe/Amsterdam', room: { id: 'zaal', name: 'Zaal' } });
const draft = addSession(begun, { id: 'a', day: '2026-11-12', room: 'zaal', kind: 'talk', title: 'Dag', lang: 'nl' });

test('what was kept is read as it was written', () => {
  const kept = { draft, known: null, at: 1 };

  assert.deepEqual(read(write(kept)), kept);
});

test('what is spoilt, cut off or of another make is nothing', () => {
  const cut = write({ draft, known: null, at: 1 }).slice(0, -9);
  const odd = write({ draft: { ...draft, sessions: [{ id: 'a' }] }, known: null, at: 1 });

  for (const text of [null, '', 'null', '{}', '[]', cut, odd, write({ draft, known: {}, at: 1 })]) assert.equal(read(text), null, String(text));
});
