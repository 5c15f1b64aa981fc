import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NOTHING, reduce } from './changes.js';
import { RESULT_MS, concerns, following, hallOf, pollNow, questionOnStage } from './hall.js';

const S = 1_000_000;
const asked = (post, more) => ({ post, text: post, name: '', lang: null, session: null, to: '', merged: 0, stand: 'open', asked: 1, changed: 1, answer: null, ...more });
const poll = (id, more) => ({ id, kind: 'single', opening: 5, opened: 10 * S, closed: 0, session: null, ...more });
const view = (entries) => reduce(NOTHING, { type: 'snapshot', epoch: 'e', to: 1, view: entries });
const SESSIONS = [{ id: 'a', room: 'hall' }, { id: 'b', room: 'foyer' }, { id: 'c', room: null }];
const HOUSE = { sessions: SESSIONS, room: null, nowMs: 20_000 };
const HALL = { ...HOUSE, room: 'hall' };
const SWITCHES = { questions: true, reactions: false, follows: true };
const hall = (questions, polls, switches = SWITCHES) => ({ switches, questions, polls });

test('questions come with their votes, polls with their tally, drafts not at all', () => {
  const found = hallOf(view({ 'question:q': asked('q'), 'votes:q': 7, 'question:r': asked('r'), 'poll:p': poll('p'), 'tally:p': { n: 3, result: null }, 'poll:d': poll('d', { opening: 0 }) }));

  assert.deepEqual(found.questions.map(({ post, votes }) => [post, votes]), [['q', 7], ['r', 0]]);
  assert.deepEqual(found.polls.map(({ id, tally }) => [id, tally.n]), [['p', 3]]);
});

test('a question is gone the moment its post is covered, and words when everything is', () => {
  const entries = { 'question:q': asked('q'), 'poll:w': poll('w', { kind: 'words' }), 'tally:w': { n: 9, result: { n: 9, words: [['x', 9]] } } };
  const covered = (keys) => hallOf(reduce(view(entries), { type: 'cover', keys }));

  assert.equal(covered(['post:other']).questions.length, 1);
  assert.equal(covered(['post:q']).questions.length, 0);
  assert.equal(covered(['question:q']).questions.length, 0);
  assert.equal(covered('all').questions.length, 0);
  assert.notEqual(covered(['post:q']).polls[0].tally.result, null);
  assert.equal(covered('all').polls[0].tally.result, null);
});

const ABOUT = [
  ['of no session', null, 'hall', true], ['of a session here', 'a', 'hall', true], ['of one elsewhere', 'b', 'hall', false],
  ['of one without a room', 'c', 'hall', true], ['of one that nobody knows', 'x', 'hall', true], ['on a screen of the house', 'b', null, true],
];
for (const [name, session, room, expected] of ABOUT) {
  test(`a screen is about what is ${name}: ${expected}`, () => assert.equal(concerns({ session }, { sessions: SESSIONS, room }), expected));
}

test('without a name: the question that came on stage last, the poll that is open, else the one closed last', () => {
  const questions = [asked('old', { stand: 'on-stage', changed: 1 }), asked('new', { stand: 'on-stage', changed: 9 }), asked('there', { stand: 'on-stage', changed: 10, session: 'b' }), asked('open')];
  const polls = [poll('first', { closed: 3 * S }), poll('last', { closed: 4 * S }), poll('open', { opened: 1 })];

  assert.equal(questionOnStage(hall(questions, []), HALL)?.post, 'new');
  assert.equal(questionOnStage(hall([asked('open')], []), HALL), null);
  assert.equal(pollNow(hall([], polls), HALL)?.id, 'open');
  assert.equal(pollNow(hall([], polls.slice(0, 2)), HALL)?.id, 'last');
  assert.equal(pollNow(hall([], []), HALL), null);
});

const ON = asked('q', { stand: 'on-stage', changed: 12 * S, session: 'a' });
const FOUNTAIN = { scene: 'fountain' };
const FOLLOWS = [
  ['the question on stage comes onto the fountain', [ON], [], FOUNTAIN, HALL, 'q'],
  ['and onto the title card of its session', [ON], [], { scene: 'session', session: 'a' }, HALL, 'q'],
  ['but not onto that of another', [ON], [], { scene: 'session', session: 'b' }, HALL, null],
  ['nor into another room', [ON], [], FOUNTAIN, { ...HOUSE, room: 'foyer' }, null],
  ['nor onto a scene that a person chose', [ON], [], { scene: 'programme' }, HALL, null],
  ['an open question stays where it is', [asked('q')], [], FOUNTAIN, HALL, null],
  ['an open poll comes', [], [poll('p')], FOUNTAIN, HALL, 'p'],
  ['a poll for all does not take the place of a speaker', [], [poll('p')], { scene: 'session', session: 'a' }, HALL, null],
  ['what happened last comes: the question', [ON], [poll('p', { opened: 11 * S })], FOUNTAIN, HALL, 'q'],
  ['what happened last comes: the poll', [ON], [poll('p', { opened: 13 * S })], FOUNTAIN, HALL, 'p'],
  ['a result comes, also over a question', [ON], [poll('p', { closed: 14 * S })], FOUNTAIN, HALL, 'p'],
];
for (const [name, questions, polls, directed, where, expected] of FOLLOWS) {
  test(name, () => {
    const found = following(hall(questions, polls), directed, where);
    assert.equal(found?.post ?? found?.poll ?? null, expected);
  });
}

test('a result goes half a minute after closing, by the server’s clock', () => {
  const closed = hall([], [poll('p', { closed: 10 * S })]);
  const at = (nowMs) => following(closed, FOUNTAIN, { ...HALL, nowMs })?.poll ?? null;

  assert.equal(at(10_000 + RESULT_MS - 1), 'p');
  assert.equal(at(10_000 + RESULT_MS), null);
});

test('nothing comes by itself where staff said so', () => {
  const switches = { ...SWITCHES, follows: false };
  assert.equal(following(hall([ON], [poll('p')], switches), FOUNTAIN, HALL), null);
});
