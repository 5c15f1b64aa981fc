import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bestFile, firstSession, grouped, kindName, sizeWords, totalSize } from './papers-order.js';

const NOW = 1_000_000;
const session = (id, startMs, endMs) => ({ id, startMs, endMs });
const DAY = [session('was', 100, 200), session('on', NOW - 10, NOW + 10), session('next', NOW + 20, NOW + 30)];
const paper = (id, of, files = []) => ({ id, session: of, open: true, files });

test('papers stand by session: the first one, then what comes, then what was, then those of none', () => {
  const papers = [paper('a', 'was'), paper('b', 'next'), paper('c', null), paper('d', 'on'), paper('e', 'gone')];

  const groups = grouped(papers, DAY, NOW, 'on');

  assert.deepEqual(groups.map(({ session: of, papers: all }) => [of?.id ?? null, ...all.map(({ id }) => id)]), [['on', 'd'], ['next', 'b'], ['was', 'a'], [null, 'c', 'e']]);
});

test('a session that was chosen stands first, also without papers', () => {
  assert.deepEqual(grouped([paper('a', 'was')], DAY, NOW, 'next').map(({ session: of, papers: all }) => [of.id, all.length]), [['next', 0], ['was', 1]]);
});

test('what is on comes first, else what runs, else what comes, else what was last', () => {
  assert.equal(firstSession([paper('a', 'next')], DAY, NOW, ['was']), 'was');
  assert.equal(firstSession([paper('a', 'was'), paper('b', 'on')], DAY, NOW, [null, 'unknown']), 'on');
  assert.equal(firstSession([paper('a', 'was'), paper('b', 'next')], DAY, NOW, []), 'next');
  assert.equal(firstSession([paper('a', 'was')], DAY, NOW, []), 'was');
  assert.equal(firstSession([paper('a', null)], DAY, NOW, []), null);
});

test('the file in the reader’s language is offered first', () => {
  const files = [{ id: 1, lang: 'nl' }, { id: 2, lang: 'en-GB' }];

  assert.equal(bestFile({ files }, 'en').id, 2);
  assert.equal(bestFile({ files }, 'fr').id, 1);
  assert.equal(bestFile({ files: [] }, 'nl'), null);
});

test('sizes are said as people say them, in their language', () => {
  assert.equal(sizeWords(1_800_000, 'nl'), '1,8\u00a0MB');
  assert.equal(sizeWords(1_800_000, 'en'), '1.8\u00a0MB');
  assert.equal(sizeWords(199_900_000, 'nl'), '200\u00a0MB');
  assert.equal(sizeWords(310_400, 'nl'), '310\u00a0kB');
  assert.equal(sizeWords(12, 'nl'), '1\u00a0kB');
});

test('a closed paper does not count in what can be fetched', () => {
  assert.equal(totalSize([paper('a', 'on', [{ size: 5 }, { size: 6 }]), { ...paper('b', 'on', [{ size: 90 }]), open: false }]), 11);
});

test('kinds are called as people call them', () => {
  assert.deepEqual(['application/pdf', 'application/x-strange', 'image/jpeg'].map(kindName), ['PDF', 'X-STRANGE', 'JPEG']);
});
