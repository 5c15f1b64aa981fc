import assert from 'node:assert/strict';
import { test } from 'node:test';
import { begin, changed, MAX_STEPS, redone, undone } from './history.js';

test('undo goes back step by step, redo forward again', () => {
  const two = changed(changed(begin('a'), 'b'), 'c');

  assert.equal(undone(two).present, 'b');
  assert.equal(undone(undone(two)).present, 'a');
  assert.equal(redone(undone(two)).present, 'c');
});

test('typing on in one field is one step', () => {
  const typed = ['d', 'da', 'dag'].reduce((history, word) => changed(history, word, 'title'), begin(''));

  assert.equal(undone(typed).present, '');
  assert.equal(undone(changed(typed, 'avond', 'subtitle')).present, 'dag');
});

test('an undo ends the step, so that typing on can be undone by itself', () => {
  const history = changed(undone(changed(changed(begin(''), 'a', 'title'), 'b')), 'c', 'title');

  assert.equal(undone(history).present, 'a');
});

test('a change after an undo forgets what was undone', () => {
  const history = changed(undone(changed(begin('a'), 'b')), 'c');

  assert.equal(redone(history), history);
  assert.equal(undone(history).present, 'a');
});

test('nothing to undo, and nothing that changed, is the same history', () => {
  const history = begin('a');

  assert.equal(undone(history), history);
  assert.equal(redone(history), history);
  assert.equal(changed(history, 'a'), history);
});

test('the past has an end', () => {
  let history = begin(0);
  for (let n = 1; n <= MAX_STEPS + 50; n += 1) history = changed(history, n);

  assert.equal(history.past.length, MAX_STEPS);
});
