import assert from 'node:assert/strict';
import { test } from 'node:test';
import { continued, countWords, linked, marked, pieces, postsIn, prefixed, withPaper, withPost } from './markdown.js';

const POST = 'abcdefgh234567ab';

/** `|` is the caret, `[`…`]` the selection. */
function at(shown) {
  const start = shown.search(/[|‹]/);
  const end = shown.includes('›') ? shown.indexOf('›') - 1 : start;
  return [shown.replace(/[|‹›]/g, ''), start, end];
}

function after(text, { from, to, words, start, end }) {
  const made = text.slice(0, from) + words + text.slice(to);
  return start === end ? `${made.slice(0, start)}|${made.slice(start)}` : `${made.slice(0, start)}‹${made.slice(start, end)}›${made.slice(end)}`;
}

const does = (work, shown, ...more) => {
  const [text, start, end] = at(shown);
  return after(text, work(text, start, end, ...more));
};

test('a selection becomes strong, and plain again', () => {
  assert.equal(does(marked, 'een ‹twee› drie', '**'), 'een **‹twee›** drie');
  assert.equal(does(marked, 'een **‹twee›** drie', '**'), 'een ‹twee› drie');
  assert.equal(does(marked, 'een ‹**twee**› drie', '**'), 'een ‹twee› drie');
});

test('stress is not half of strong', () => {
  assert.equal(does(marked, '**‹twee›**', '*'), '***‹twee›***');
  assert.equal(does(marked, '‹**twee**›', '*'), '*‹**twee**›*');
  assert.equal(does(marked, '***‹twee›***', '*'), '**‹twee›**');
});

test('white space at the ends stays outside the marks', () => assert.equal(does(marked, 'een‹ twee ›drie', '*'), 'een *‹twee›* drie'));
test('without a selection one types between the marks', () => assert.equal(does(marked, 'een |', '**'), 'een **|**'));

test('words become a link whose address is typed next', () => {
  assert.equal(does(linked, 'zie ‹hier›.', 'tekst'), 'zie [hier](‹https://›).');
  assert.equal(does(linked, '‹https://a.nl/b›', 'tekst'), '[‹tekst›](https://a.nl/b)');
  assert.equal(does(linked, '|', 'tekst'), '[‹tekst›](https://)');
});

test('lines become a list, another list, and lines again', () => {
  assert.equal(does(prefixed, '‹een\ntwee›', 'bullets'), '‹- een\n- twee›');
  assert.equal(does(prefixed, '‹- een\n- twee›', 'numbers'), '‹1. een\n2. twee›');
  assert.equal(does(prefixed, '‹1. een\n2. twee›', 'numbers'), '‹een\ntwee›');
  assert.equal(does(prefixed, 'nul\n‹een›\ntwee', 'quote'), 'nul\n‹> een›\ntwee');
  assert.equal(does(prefixed, 'Het ko|p', 'heading'), '## Het ko|p');
  assert.equal(does(prefixed, '## Het ko|p', 'heading'), 'Het ko|p');
  assert.equal(does(prefixed, '|', 'bullets'), '- |');
  assert.equal(does(prefixed, '‹een\n\ntwee›', 'numbers'), '‹1. een\n\n2. twee›');
});

test('enter goes on with a list, and leaves it after an empty item', () => {
  const enter = (shown) => {
    const [text, caret] = at(shown);
    const edit = continued(text, caret);
    return edit && after(text, edit);
  };
  assert.equal(enter('- een|'), '- een\n- |');
  assert.equal(enter('9. een|\nx'), '9. een\n10. |\nx');
  assert.equal(enter('  * een|'), '  * een\n  * |');
  assert.equal(enter('- een\n- |'), '- een\n|');
  assert.equal(enter('gewoon|'), null);
  assert.equal(enter('|- een'), null);
  assert.equal(enter('-een|'), null);
});

test('a post comes as a quote of its own, and never cuts a sentence in two', () => {
  const put = (shown) => {
    const [text, caret] = at(shown);
    return after(text, withPost(text, caret, POST));
  };
  assert.equal(put('|'), `> {{post ${POST}}}\n\n|`);
  assert.equal(put('Een z|in.\n\nTwee.'), `Een zin.\n\n> {{post ${POST}}}\n\n|Twee.`);
  assert.equal(put('Een.\n\n|\n\nTwee.'), `Een.\n\n> {{post ${POST}}}\n\n|Twee.`);
  assert.equal(put('|Een.'), `Een.\n\n> {{post ${POST}}}\n\n|`);
});

test('a note to a paper stands where the caret is, and nothing in it can end it', () => {
  const put = (place) => after('Het waren er 58.', withPaper(16, { code: 'k7', place }));
  assert.equal(put('p. 14'), 'Het waren er 58.[^p:k7 p. 14]|');
  assert.equal(put(' '), 'Het waren er 58.[^p:k7]|');
  assert.equal(put('p. [14]\n'), 'Het waren er 58.[^p:k7 p. [14]|');
});

test('the posts of a text are found once each', () => assert.deepEqual(postsIn(`> {{post ${POST}}}\n\n{{post ${POST}}} {{post te-kort}}`), [POST]));

test('pieces are the whole text', () => {
  const text = `Ja.\n\n> {{post ${POST}}}\n\nHet waren er 58.[^p:k7 p. 14] Nee.`;
  assert.equal(pieces(text).map(({ words }) => words).join(''), text);
  assert.deepEqual(pieces(text).filter(({ pointer }) => pointer).map(({ words }) => words), [`> {{post ${POST}}}`, '[^p:k7 p. 14]']);
});

test('marks, addresses and pointers are no words', () => {
  assert.equal(countWords(`## Een **twee**\n\n- [drie](https://a.nl/vier/vijf)[^p:k7 p. 14]\n\n> {{post ${POST}}}`, 'nl'), 3);
  assert.equal(countWords('', 'nl'), 0);
});
