import assert from 'node:assert/strict';
import { test } from 'node:test';

import { command } from './keys.js';

const HERE = { field: false, dialog: false, on: true, deaf: false };

for (const [key, expected] of Object.entries({
  a: 'show', A: 'show', r: 'reject', 1: 'reason-1', 4: 'reason-4', h: 'hide', p: 'pin', s: 'star', b: 'ban', u: 'undo',
  x: 'select', l: 'alike', g: 'history', t: 'back-on', 0: 'stop', '?': 'help', ArrowDown: 'next', ArrowUp: 'previous',
  Escape: 'close', q: 'question', v: 'questions', i: 'votes', z: null, o: null, w: null, n: null, c: null, d: null, 5: null, Enter: null,
})) {
  test(`key ${key} is ${expected}`, () => assert.equal(command({ key }, HERE), expected));
}

for (const [key, expected] of Object.entries({
  o: 'on-stage', w: 'answered', n: 'later', c: 'merge', d: 'split', q: 'question', v: 'questions', i: 'votes', x: 'select', l: 'alike', u: 'undo', m: 'move', 0: 'stop',
  a: null, r: null, h: null, p: null, s: null, b: null, e: null, 1: null, ArrowDown: 'next', Escape: 'close',
})) {
  test(`among the questions key ${key} is ${expected}`, () => assert.equal(command({ key }, { ...HERE, asked: true }), expected));
}

test('shift with an arrow extends the selection', () => {
  assert.equal(command({ key: 'ArrowDown', shiftKey: true }, HERE), 'extend-next');
  assert.equal(command({ key: 'ArrowUp', shiftKey: true }, HERE), 'extend-previous');
});

test('a key that is kept down decides once, and arrows go on', () => {
  assert.equal(command({ key: 'a', repeat: true }, HERE), null);
  assert.equal(command({ key: '0', repeat: true }, HERE), null);
  assert.equal(command({ key: 'ArrowDown', repeat: true }, HERE), 'next');
});

for (const modifier of ['ctrlKey', 'altKey', 'metaKey']) {
  test(`a shortcut of the browser with ${modifier} is left alone`, () => {
    assert.equal(command({ key: 'a', [modifier]: true }, HERE), null);
  });
}

test('the emergency stop works while a dialog is open, but not from a field in it', () => {
  assert.equal(command({ key: '0' }, { ...HERE, dialog: true }), 'stop');
  assert.equal(command({ key: '0' }, { ...HERE, dialog: true, field: true }), null);
});

test('keys in a field and in a dialog are left alone', () => {
  assert.equal(command({ key: 'a' }, { ...HERE, field: true }), null);
  assert.equal(command({ key: 'ArrowDown' }, { ...HERE, field: true }), null);
  assert.equal(command({ key: 'a' }, { ...HERE, dialog: true }), null);
});

test('single keys can be switched off, and arrows and escape stay', () => {
  assert.equal(command({ key: 'a' }, { ...HERE, on: false }), null);
  assert.equal(command({ key: '0' }, { ...HERE, on: false }), null);
  assert.equal(command({ key: 'ArrowDown' }, { ...HERE, on: false }), 'next');
});

test('without a server keys that decide are deaf, and reading goes on', () => {
  for (const key of ['a', 'r', '1', 'h', 'p', 's', 'b', 'u', '0', 't', 'g']) {
    assert.equal(command({ key }, { ...HERE, deaf: true }), null, key);
  }
  for (const key of ['o', 'w', 'n', 'c', 'd', 'q', 'm']) assert.equal(command({ key }, { ...HERE, asked: true, deaf: true }), null, key);
  for (const key of ['ArrowDown', 'x', '?', '/']) assert.notEqual(command({ key }, { ...HERE, deaf: true }), null, key);
});
