import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { choices, left, sessionOf } from './about.js';
import { command } from './keys.js';
import { back, lists, stepOf } from './questions.js';
import { NONE, STANDS_MS, heard, standing } from './signs.js';
import { swiped } from './swipe.js';

const MIN = 60_000;

/** @param {string} id @param {number} start In minutes. @param {string | null} [room] @returns {any} */
const session = (id, start, room = 'a') => ({ id, title: id, room, kind: 'talk', startMs: start * MIN, endMs: (start + 30) * MIN, questionsS: 0, day: 'd', speakers: [] });
const item = /** @type {any} */ ({ rooms: [{ id: 'a', name: 'A' }, { id: 'b', name: 'B' }], onStage: {}, shifts: {} });

/** @param {string} post @param {string} stand @param {Partial<{session: string | null, votes: number, asked: number, changed: number}>} [more] @returns {any} */
const q = (post, stand, more = {}) => ({ post, stand, session: 's', votes: 0, asked: 1, changed: 1, ...more });

describe('the session that the page is about', () => {
  const sessions = [session('one', 0), session('two', 30), session('other', 30, 'b')];

  it('is what is on stage', () => {
    assert.equal(sessionOf({ sessions, item, nowMs: 10 * MIN }, '', null)?.id, 'one');
    assert.equal(sessionOf({ sessions, item, nowMs: 90 * MIN }, '', null), null);
  });

  it('is that of the first room where several are on, and of the room that was chosen', () => {
    assert.equal(sessionOf({ sessions, item, nowMs: 40 * MIN }, '', null)?.id, 'two');
    assert.equal(sessionOf({ sessions, item, nowMs: 40 * MIN }, 'room:b', null)?.id, 'other');
  });

  it('is the one that was chosen, at any time', () => {
    assert.equal(sessionOf({ sessions, item, nowMs: 0 }, 'two', null)?.id, 'two');
  });

  it('is a speaker’s own, whatever was chosen', () => {
    assert.equal(sessionOf({ sessions, item, nowMs: 0 }, 'two', 'other')?.id, 'other');
    assert.equal(sessionOf({ sessions, item, nowMs: 0 }, 'two', 'gone'), null);
  });

  it('can be chosen among the rooms and the sessions of the day', () => {
    const { rooms, sessions: found } = choices({ sessions: [...sessions, { ...session('later', 0), day: 'e' }, { ...session('lunch', 1), kind: 'break' }], item, nowMs: 0 }, 'd');
    assert.deepEqual(rooms.map(({ id }) => id), ['a', 'b']);
    assert.deepEqual(found.map(({ id }) => id), ['one', 'two', 'other']);
  });
});

describe('the time that is left', () => {
  const its = session('one', 60);

  it('counts whole minutes to the beginning, to the end, and from the end on', () => {
    assert.deepEqual(left(its, 50 * MIN), { phase: 'early', minutes: 10 });
    assert.deepEqual(left(its, 60 * MIN), { phase: 'running', minutes: 30 });
    assert.deepEqual(left(its, 85 * MIN), { phase: 'soon', minutes: 5 });
    assert.deepEqual(left(its, 90 * MIN - 1), { phase: 'soon', minutes: 1 });
    assert.deepEqual(left(its, 90 * MIN), { phase: 'over', minutes: 0 });
    assert.deepEqual(left(its, 93 * MIN), { phase: 'over', minutes: 3 });
  });
});

describe('the questions', () => {
  const all = [q('now', 'on-stage'), q('open', 'open'), q('wanted', 'open', { votes: 9 }), q('parked', 'later'), q('done', 'answered', { changed: 5 }), q('done-before', 'answered'), q('else', 'open', { session: 'x' }), q('free', 'open', { session: null, votes: 4 })];

  it('are those of the session and of none, by how they stand', () => {
    const { now, next, later, answered } = lists(all, { session: 's', only: false });
    assert.equal(now?.post, 'now');
    assert.deepEqual(next.map(({ post }) => post), ['wanted', 'free', 'open']);
    assert.deepEqual(later.map(({ post }) => post), ['parked']);
    assert.deepEqual(answered.map(({ post }) => post), ['done', 'done-before']);
  });

  it('are only those of the session for who may answer no others', () => {
    assert.deepEqual(lists(all, { session: 's', only: true }).next.map(({ post }) => post), ['wanted', 'open']);
  });

  it('are all where nothing is on stage', () => {
    assert.equal(lists(all, { session: null, only: false }).next.length, 4);
  });
});

describe('a step', () => {
  it('knows what it was, and what made way for it', () => {
    const all = [q('a', 'on-stage'), q('b', 'open'), q('c', 'on-stage', { session: 'x' })];
    assert.deepEqual(stepOf(all, 'b', 'on-stage'), { post: 'b', was: 'open', to: 'on-stage', instead: 'a' });
    assert.deepEqual(stepOf(all, 'a', 'later'), { post: 'a', was: 'on-stage', to: 'later', instead: null });
    assert.equal(stepOf(all, 'a', 'on-stage'), null);
    assert.equal(stepOf(all, 'gone', 'later'), null);
  });

  it('is taken back by putting back what made way, and then the question itself', () => {
    const step = stepOf([q('a', 'on-stage'), q('b', 'open')], 'b', 'on-stage');
    assert.ok(step);
    assert.deepEqual(back([q('a', 'answered'), q('b', 'on-stage')], step), [{ post: 'a', to: 'on-stage' }, { post: 'b', to: 'open' }]);
  });

  it('is not taken back over what somebody else did since', () => {
    const step = stepOf([q('a', 'on-stage')], 'a', 'answered');
    assert.ok(step);
    assert.deepEqual(back([q('a', 'later')], step), []);
    assert.deepEqual(back([], step), []);
    assert.deepEqual(back([q('a', 'answered')], step), [{ post: 'a', to: 'on-stage' }]);
  });
});

describe('a swipe', () => {
  it('is far, or quick, and rather across than along', () => {
    assert.equal(swiped(120, 10, 400), 'right');
    assert.equal(swiped(-120, 10, 400), 'left');
    assert.equal(swiped(60, 5, 80), 'right');
    assert.equal(swiped(60, 5, 400), null);
    assert.equal(swiped(120, 100, 200), null);
    assert.equal(swiped(0, 0, 0), null);
  });
});

describe('a key', () => {
  const free = { field: false, dialog: false, on: true };

  it('does what it stands for', () => {
    const keys = ['n', 'A', 'l', 'u', 's', '3', '?', 'PageDown', 'PageUp', '0', 'x'];
    assert.deepEqual(keys.map((key) => command({ key }, free)), ['next', 'answered', 'later', 'undo', 'signal', 'ask-3', 'help', 'next', 'undo', null, null]);
  });

  it('does nothing in a field, in a dialog, held down, or with another key', () => {
    assert.equal(command({ key: 'n' }, { ...free, field: true }), null);
    assert.equal(command({ key: 'n' }, { ...free, dialog: true }), null);
    assert.equal(command({ key: 'n', repeat: true }, free), null);
    assert.equal(command({ key: 'n', ctrlKey: true }, free), null);
  });

  it('can be switched off where it is a single one; a clicker still works', () => {
    assert.equal(command({ key: 'n' }, { ...free, on: false }), null);
    assert.equal(command({ key: 'PageDown' }, { ...free, on: false }), 'next');
    assert.equal(command({ key: '?' }, { ...free, on: false }), 'help');
  });
});

describe('a sign', () => {
  const two = (/** @type {string} */ by, at = 1_000) => ({ kind: 'two-minutes', at, by });
  const thanks = (/** @type {string} */ by) => ({ kind: 'thanks', at: 2_000, by });

  it('of somebody else came; of oneself was sent', () => {
    assert.deepEqual(heard(NONE, two('other'), 'me'), { came: two('other'), sent: null, seen: false });
    assert.deepEqual(heard(NONE, two('me'), 'me'), { came: null, sent: two('me'), seen: false });
  });

  it('is seen when another says thanks, and gone when oneself does', () => {
    assert.equal(heard(heard(NONE, two('me'), 'me'), thanks('other'), 'me').seen, true);
    assert.equal(heard(heard(NONE, two('other'), 'me'), thanks('me'), 'me').came, null);
    assert.deepEqual(heard(NONE, thanks('other'), 'me'), NONE);
    assert.deepEqual(heard(NONE, { kind: 'dance', at: 1, by: 'x' }, 'me'), NONE);
  });

  it('goes by itself', () => {
    const came = heard(NONE, two('other'), 'me');
    assert.equal(standing(came, STANDS_MS), came);
    assert.deepEqual(standing(came, STANDS_MS + 1), NONE);
  });
});
