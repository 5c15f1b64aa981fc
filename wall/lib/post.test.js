import assert from 'node:assert/strict';
import { test } from 'node:test';
import { handleBeside, initials, markOf, parts } from './post.js';

const EMOJI = [{ shortcode: 'cat', url: '/cat.png' }];
const kinds = (text) => parts(text, EMOJI, ['dichtbij', 'Straße']).map(({ kind, text: words }) => `${kind} ${words}`);

test('a hashtag of the event is marked, whatever its case', () => assert.deepEqual(kinds('ja #DichtBij!'), ['text ja ', 'tag #DichtBij', 'text !']));
test('another hashtag is plain text', () => assert.deepEqual(kinds('#dichtbijer'), ['text #dichtbijer']));
test('a known shortcode is a picture', () => assert.deepEqual(kinds(':cat:'), ['emoji :cat:']));
test('an unknown shortcode is plain text', () => assert.deepEqual(kinds(':dog: 12:30:45'), ['text :dog: 12:30:45']));
test('a text without anything is one part, an empty one none', () => assert.deepEqual([kinds('<b>ja</b>'), kinds('')], [['text <b>ja</b>'], []]));
test('all parts together are the text', () => {
  const text = ':cat: a #dichtbij:cat:\n#Straße #x';

  assert.equal(parts(text, EMOJI, ['dichtbij', 'Straße']).map((part) => part.text).join(''), text);
});

for (const [name, letters] of [['Marijke Verbeek', 'MV'], ['Willemijn van Nieuwenhuizen', 'WN'], ['noor', 'N'], ['@joris@x.nl', 'JN'], ['👏', ''], ['李雷', '李']]) {
  test(`"${name}" is drawn as "${letters}"`, () => assert.equal(initials(name), letters));
}

for (const [source, name, mark, handle] of [
  ['x', 'Anna', 'mark-x', '@anna'],
  ['x', ' ', 'mark-x', ''],
  ['mastodon', 'Anna', '', ''],
  ['__proto__', 'Anna', '', ''],
]) {
  test(`beside "${name}" of ${source} stands "${mark}" and "${handle}"`, () => {
    const post = { source, author: { name, handle: '@anna', avatar: null, color: 1 } };

    assert.deepEqual([markOf(post), handleBeside(post)], [mark, handle]);
  });
}
