import assert from 'node:assert/strict';
import { test } from 'node:test';

import { calledIn, keepPlaces, knownOf, listsOf, mergedOf, pollText, rowOf, target, threads, withChoice, withMove, withPick, withPoll, withPull } from './model.js';
import { resultRows } from './hall-row.js';

const post = (id, at, more = {}) => ({ id, at, name: 'Noor van Dalen', initials: 'N. v. D.', like: null, photos: [], end: null, ...more });
const postsOf = (...all) => new Map(all.map((each) => [each.id, each]));
const section = (more = {}) => ({ id: 's', kind: 'talk', title: 'S', chosen: ['a', 'b', 'd'], pulls: ['b'], answers: {}, posts: 5, mark: '1', questions: [], polls: [], ...more });
const draft = (more = {}) => ({ seq: 1, names: 'initials', picks: {}, sections: [section()], texts: {}, versions: [], ...more });
const five = postsOf(post('a', 1), post('b', 2), post('c', 3), post('d', 4), post('e', 5));
const pick = (more) => ({ choice: 'auto', pull: 'auto', names: null, into: null, ...more });
const ids = (rows) => rows.map((row) => row.id);
const rowsOf = (draft, section, posts, tab) => listsOf(knownOf(draft, section, posts))[tab].map((each) => rowOf(knownOf(draft, section, posts), each));

test('chosen posts stand in their order, the others by time', () => {
  const moved = section({ chosen: ['d', 'a', 'b'] });

  assert.deepEqual(ids(rowsOf(draft(), moved, five, 'chosen')), ['d', 'a', 'b']);
  assert.deepEqual(ids(rowsOf(draft(), moved, five, 'open')), ['c', 'e']);
});

test('a chosen post that was taken back keeps its place by time, until an author leaves it out', () => {
  const posts = postsOf(post('a', 1), post('b', 2), post('c', 3, { end: { status: 'gone', at: 9 } }), post('d', 4));

  assert.deepEqual(ids(rowsOf(draft({ picks: { c: pick({ choice: 'in' }) } }), section(), posts, 'chosen')), ['a', 'b', 'c', 'd']);
  assert.deepEqual(ids(rowsOf(draft({ picks: { c: pick({ choice: 'out' }) } }), section(), posts, 'chosen')), ['a', 'b', 'd']);
  assert.deepEqual(ids(rowsOf(draft(), section(), posts, 'open')), []);
});

test('photos of all posts are in one list, chosen or not', () => {
  const posts = postsOf(post('a', 1, { photos: [{}] }), post('b', 2), post('c', 3, { photos: [{}] }));

  assert.deepEqual(rowsOf(draft(), section(), posts, 'photos').map(({ id, chosen }) => [id, chosen]), [['a', true], ['c', false]]);
});

test('merged posts are counted under the last one, also in turn, and in no list', () => {
  const merged = draft({ picks: { b: pick({ into: 'a' }), c: pick({ into: 'b' }) } });

  assert.deepEqual([...mergedOf(merged, five)].map(([stays, under]) => [stays, ids(under)]), [['a', ['b', 'c']]]);
  assert.deepEqual(ids(rowsOf(merged, section({ chosen: ['a', 'd'] }), five, 'open')), ['e']);
});

test('posts that were merged in a ring do not hang the page', () => {
  assert.equal(mergedOf(draft({ picks: { a: pick({ into: 'b' }), b: pick({ into: 'a' }) } }), postsOf(post('a', 1), post('b', 2))).size, 2);
});

for (const [what, before, now, stay, expected] of [
  ['what left stays where it was', ['a', 'b', 'c'], ['a', 'c'], ['b'], ['a', 'b', 'c']],
  ['the first one stays first', ['a', 'b'], ['b'], ['a'], ['a', 'b']],
  ['two in a row stay in their order', ['a', 'b', 'c', 'd'], ['a', 'd'], ['b', 'c'], ['a', 'b', 'c', 'd']],
  ['what a colleague took away goes', ['a', 'b', 'c'], ['a', 'c'], [], ['a', 'c']],
  ['what is new comes in', ['a', 'b'], ['a', 'x'], ['b'], ['a', 'b', 'x']],
  ['what never stood there does not come', ['a'], ['a'], ['z'], ['a']],
]) {
  test(`list: ${what}`, () => assert.deepEqual(keepPlaces(before, now, new Set(stay)), expected));
}

test('a choice is seen at once, in its place by time, and doing it twice changes nothing', () => {
  const once = withChoice(draft(), section(), five, 'c', 'in');

  assert.deepEqual(once.sections[0].chosen, ['a', 'b', 'c', 'd']);
  assert.equal(once.picks.c.choice, 'in');
  assert.deepEqual(withChoice(once, once.sections[0], five, 'c', 'in'), once);
  assert.deepEqual(withChoice(once, once.sections[0], five, 'a', 'out').sections[0].chosen, ['b', 'c', 'd']);
});

test('a pull quote is one more or one less', () => {
  assert.deepEqual(withPull(draft(), 's', 'a', 'in').sections[0].pulls, ['b', 'a']);
  assert.deepEqual(withPull(draft(), 's', 'b', 'out').sections[0].pulls, []);
});

test('who answers goes along with the post that is moved', () => {
  const answered = section({ chosen: ['a', 'b', 'r', 'd'], answers: { r: 'b' } });

  assert.deepEqual(threads(answered), [['a'], ['b', 'r'], ['d']]);
  assert.deepEqual(withMove(draft({ sections: [answered] }), 's', 'b', 'd').sections[0].chosen, ['a', 'd', 'b', 'r']);
  assert.deepEqual(withMove(draft({ sections: [answered] }), 's', 'd', null).sections[0].chosen, ['d', 'a', 'b', 'r']);
});

for (const [what, id, direction, expected] of [
  ['down', 'a', 1, { after: 'b', before: null }],
  ['up', 'd', -1, { after: 'a', before: 'b' }],
  ['up to the top', 'b', -1, { after: null, before: 'a' }],
  ['beyond the top', 'a', -1, null],
  ['beyond the end', 'd', 1, null],
  ['what is not there', 'x', 1, null],
]) {
  test(`a place: ${what}`, () => assert.deepEqual(target(section(), id, direction), expected));
}

test('moving there and back again gives the order that was', () => {
  const { after, before } = target(section(), 'b', 1);
  const there = withMove(draft(), 's', 'b', after);

  assert.deepEqual(there.sections[0].chosen, ['a', 'd', 'b']);
  assert.deepEqual(withMove(there, 's', 'b', before).sections[0].chosen, ['a', 'b', 'd']);
});

test('a merge says where it goes and leaves the rest as it was', () => {
  assert.deepEqual(withPick(draft({ picks: { a: pick({ choice: 'in' }) } }), 'a', { into: 'b' }).picks.a, pick({ choice: 'in', into: 'b' }));
});

test('names are as the report has them, and a participant has none', () => {
  const nameless = post('x', 1, { name: ' ', initials: '' });

  assert.deepEqual(['full', 'initials', 'anonymous'].map((naming) => calledIn(post('a', 1), naming)), ['Noor van Dalen', 'N. v. D.', '']);
  assert.deepEqual(['full', 'initials', 'anonymous'].map((naming) => calledIn(nameless, naming)), ['', '', '']);
});

const asked = (post, more = {}) => ({ post, votes: 3, under: [], to: '', stand: 'open', changed: 0, name: '', answer: '', written: false, chosen: true, ...more });
const held = (more = {}) => ({ id: 'p', kind: 'single', title: { nl: 'Ja of nee?' }, options: [{ nl: 'Ja' }, { nl: 'Nee', en: 'No' }], low: 0, opened: 1, closed: 2, n: 8, few: false, counts: [6, 2], middle: null, words: [], chosen: true, ...more });

test('a question stands among the questions, and with what is counted under it nowhere else', () => {
  const here = section({ chosen: ['a'], questions: [asked('c', { under: ['d'] })] });

  assert.deepEqual(ids(rowsOf(draft(), here, five, 'questions')), ['c']);
  assert.deepEqual(ids(rowsOf(draft(), here, five, 'open')), ['b', 'e']);
  assert.deepEqual(rowsOf(draft(), here, five, 'questions').map(({ merged }) => ids(merged)), [['d']]);
});

test('a question that is chosen stays out of the thread', () => {
  const before = draft({ sections: [section({ chosen: ['a'], questions: [asked('c', { chosen: false })] })] });

  const [after] = withChoice(before, before.sections[0], five, 'c', 'in').sections;
  assert.deepEqual([after.chosen, after.questions.map(({ chosen }) => chosen)], [['a'], [true]]);
});

test('a poll is left out by the first line of what is written at it, and nothing that was written is lost', () => {
  assert.equal(pollText('Twee zinnen.\nNog een.', false), '{{out}}\nTwee zinnen.\nNog een.');
  assert.equal(pollText(pollText('Twee zinnen.\nNog een.', false), true), 'Twee zinnen.\nNog een.');
  assert.equal(pollText(pollText('', false), false), pollText('', false));
  const before = draft({ sections: [section({ polls: [held()] })] });
  assert.deepEqual(withPoll(before, 's', 'p', false).sections[0].polls.map(({ chosen }) => chosen), [false]);
});

for (const [what, poll, expected] of [
  ['one of several', held(), [['Ja', '75% (6)'], ['Nee', '25% (2)']]],
  ['several at once are of all voters', held({ kind: 'several', counts: [6, 4] }), [['Ja', '75% (6)'], ['Nee', '50% (4)']]],
  ['points of a scale', held({ kind: 'scale', low: 1, options: [], counts: [2, 6] }), [['1', '25% (2)'], ['2', '75% (6)']]],
  ['an order, the first one first', held({ kind: 'ranking', counts: [2, 6] }), [['Nee', '1.3'], ['Ja', '1.8']]],
  ['words', held({ kind: 'words', words: [['krijt', 5]] }), [['krijt', '5']]],
  ['statements; too few are not told', held({ kind: 'statements', counts: [3, 2, 0, 0, 0, 0] }), [['Ja', 'agree 60%, disagree 40%, pass 0%'], ['Nee', '–']]],
]) {
  test(`result: ${what}`, () => assert.deepEqual(resultRows(poll, (words) => words.nl, (said) => said).map(({ label, told }) => [label, told]), expected));
}
