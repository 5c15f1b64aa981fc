import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bars, filledHours, leftWords, offers, sections, titleOf } from './model.js';

const HOUR = 3_600_000_000;
const paper = (id, session, more = {}) => ({ id, session, title: id, authors: [], abstract: '', ...more });
const session = (id, kind = 'talk') => ({ id, kind });
const t = (key, holes = {}) => `${key} ${holes.n ?? ''}`.trim();

test('staff see every session, a break only where it has papers, and what belongs to none', () => {
  const found = sections([paper('a', 'two'), paper('b', null), paper('c', 'gone')], [session('one'), session('lunch', 'break'), session('two')], null);

  assert.deepEqual(found.map(({ session: of, papers }) => [of?.id ?? null, papers.map(({ id }) => id)]), [['one', []], ['two', ['a']], [null, ['b', 'c']]]);
});

test('a speaker sees one session and nothing of another', () => {
  const found = sections([paper('a', 'one'), paper('b', 'two'), paper('c', null)], [session('one'), session('two')], 'one');

  assert.deepEqual(found.map(({ session: of, papers }) => [of.id, papers.map(({ id }) => id)]), [['one', ['a']]]);
});

test('a title is made from a name as people give it', () => {
  assert.equal(titleOf('rapport_2026-def.pdf'), 'rapport 2026 def');
  assert.equal(titleOf('Van advies naar besluit.pptx'), 'Van advies naar besluit');
  assert.equal(titleOf('.pdf'), '.pdf');
});

test('only what differs is offered', () => {
  const said = { title: 'Een', authors: ['A', 'B'], abstract: 'Kort', lang: 'nl' };

  assert.deepEqual(offers(said, paper('x', null, { title: 'Twee' })).map(({ field, change }) => [field, change]), [['title', { title: 'Een' }], ['authors', { authors: ['A', 'B'] }], ['abstract', { abstract: 'Kort' }]]);
  assert.deepEqual(offers(said, paper('x', null, { title: 'Een', authors: ['A', 'B'], abstract: 'Eigen' })), []);
  assert.deepEqual(offers(null, paper('x', null)), []);
});

test('time left is told no finer than it is known', () => {
  assert.deepEqual([null, 3, 31, 70, 600].map((seconds) => leftWords(seconds, t)), ['', 'shelf.left.moment', 'shelf.left.seconds 40', 'shelf.left.minutes 2', 'shelf.left.minutes 10']);
});

test('hours without downloads stand between those with', () => {
  const found = filledHours([{ at: 5 * HOUR, n: 2, distinct: 1 }, { at: 2 * HOUR, n: 4, distinct: 4 }]);

  assert.deepEqual(found.map(({ n }) => n), [4, 0, 0, 2]);
  assert.equal(filledHours([{ at: 0, n: 1, distinct: 1 }, { at: 900 * HOUR, n: 1, distinct: 1 }]).length, 48);
  assert.deepEqual(filledHours([]), []);
});

test('bars stay within their box, the highest as high as it', () => {
  const found = bars([{ n: 0 }, { n: 5 }, { n: 10 }], 120, 24);

  assert.equal(found[2].height, 24);
  assert.ok(found.every(({ x, y, width, height }) => x >= 0 && y >= 0 && x + width <= 120 && y + height <= 24));
});
