import assert from 'node:assert/strict';
import { test } from 'node:test';
import { direction } from './direction.js';

for (const [name, text, expected] of [
  ['Dutch', 'Mooi.', 'ltr'],
  ['Arabic', 'شكرا على العرض', 'rtl'],
  ['Hebrew', '«תודה» רבה', 'rtl'],
  ['Chinese', '你好', 'ltr'],
  ['Thai', 'สวัสดี', 'ltr'],
  ['Arabic after numbers and emoji', '👏 100 شكرا', 'rtl'],
  ['a hashtag in front does not turn the text', '#proefdag شكرا', 'rtl'],
  ['only a hashtag', '#שלום', 'rtl'],
  ['nothing to read', '👏 100', null],
  ['empty', '', null],
]) {
  test(name, () => assert.equal(direction(text), expected));
}
