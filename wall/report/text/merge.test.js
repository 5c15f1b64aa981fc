import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changed, changesTo, hunksOf, joined, linesOf, merged, same } from './merge.js';

const BASE = 'Een.\n\nTwee.\n\n- drie\n- vier\n\nVijf.';

test('what one wrote stands when the other wrote nothing', () => {
  assert.equal(merged(BASE, BASE, 'Nul.\n\nTwee.'), 'Nul.\n\nTwee.');
  assert.equal(merged(BASE, 'Nul.\n\nTwee.', BASE), 'Nul.\n\nTwee.');
});

test('two paragraphs that two people changed both stand', () => {
  assert.equal(merged(BASE, BASE.replace('Een.', 'Een, en meer.'), BASE.replace('Vijf.', 'Vijf, en nog wat.')), 'Een, en meer.\n\nTwee.\n\n- drie\n- vier\n\nVijf, en nog wat.');
});

test('two lines of one list may each be changed', () => {
  assert.equal(merged(BASE, BASE.replace('- drie', '- III'), BASE.replace('- vier', '- IV')), BASE.replace('- drie', '- III').replace('- vier', '- IV'));
});

test('the same change by both is one change', () => assert.equal(merged(BASE, BASE.replace('Een', '1'), BASE.replace('Een', '1')), BASE.replace('Een', '1')));

test('one paragraph that both changed is for a person', () => assert.equal(merged(BASE, BASE.replace('Twee.', 'Twee a.'), BASE.replace('Twee.', 'Twee b.')), null));

test('two texts put in the same spot are for a person: their order would be a guess', () => {
  assert.equal(merged(BASE, `${BASE}\n\nZes.`, `${BASE}\n\nZeven.`), null);
  assert.equal(merged('', 'Van mij.', 'Van haar.'), null);
});

test('a line break at the end is no change that could collide', () => assert.equal(merged(BASE, `${BASE}\n\n`, `${BASE}\n\nZes.`), `${BASE}\n\nZes.`));

test('a text that the server tidied is the same', () => {
  assert.ok(same('Een.  \n\n\n\nTwee.\n', 'Een.\n\nTwee.'));
  assert.ok(!same('Een.\nTwee.', 'Een.\n\nTwee.'));
});

test('thousands of new lines are for a person, and take no time', () => {
  const many = (word) => Array.from({ length: 4_000 }, (_, n) => `${word} ${n}`).join('\n');
  assert.equal(merged('', many('a'), many('b')), null);
});

test('where nothing changes nothing is replaced, so that the caret stays', () => {
  assert.deepEqual(changesTo(BASE, BASE), []);
  assert.deepEqual(changesTo('Een.\n\nTwee.', 'Een.\n\nTwee.\n\nDrie.'), [{ from: 11, to: 11, words: '\n\nDrie.' }]);
  assert.deepEqual(changesTo('Een.\n\nTwee.', 'Nul.\n\nEen.\n\nTwee.'), [{ from: 0, to: 0, words: 'Nul.\n\n' }]);
});

test('any text becomes any other, and no line of anybody is lost where both can stand', () => {
  let seed = 7;
  const chance = (below) => (seed = (seed * 48_271) % 2_147_483_647) % below;
  const text = () => Array.from({ length: chance(9) }, () => `${'abcde'[chance(5)]}${chance(2) ? '\n' : '\n\n'}`).join('');
  const edited = (from) => linesOf(from).flatMap((line) => [[line], [], [line, { ...line, words: `${line.words}!` }], [line], [line]][chance(5)]);
  let stood = 0;
  for (let round = 0; round < 3_000; round += 1) {
    const [base, other] = [text(), text()];
    assert.ok(same(changed(base, changesTo(base, other)), other), JSON.stringify([base, other]));
    assert.equal(merged(base, base, other), joined(linesOf(other)));
    const [mine, theirs] = [joined(edited(base)), joined(edited(base))];
    const both = merged(base, mine, theirs);
    if (both === null) continue;
    stood += 1;
    const has = new Set(linesOf(both).map(({ words }) => words));
    for (const side of [mine, theirs]) {
      for (const { start, end } of hunksOf(linesOf(base), linesOf(side))) {
        for (const { words } of linesOf(side).slice(start, end)) assert.ok(has.has(words), JSON.stringify([base, mine, theirs, both]));
      }
    }
  }
  assert.ok(stood > 300, `${stood} were brought together`);
});
