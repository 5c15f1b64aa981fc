import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { words } from '../lib/words.js';
import { ago, countsWords, factRows, factsInShort, foundWords, inSentence, listens } from './network-words.js';

const catalogue = (lang) => JSON.parse(readFileSync(new URL(`../locale/${lang}/organise.json`, import.meta.url), 'utf8'));
const t = words(catalogue('nl'), 'nl');
const english = words(catalogue('en'), 'en');
const FACTS = { live: true, deletes: 'live', thirdCountry: '', cost: { nl: 'Niets.', en: 'Nothing.' }, needs: { nl: 'Een naam.', en: 'A name.' }, push: false };
const MINUTE_MS = 60_000;

const short = (t, lang, facts) => factsInShort(t, lang, { ...FACTS, ...facts }).map(({ words, warn }) => (warn ? `! ${words}` : words));

test('a network that costs nothing says so in a few words', () => {
  assert.deepEqual(short(t, 'nl', {}), ['Meteen: ja', 'Wissen: ja', 'Buiten de EU: nee', 'Kosten: niets']);
  assert.deepEqual(short(english, 'en', {}), ['At once: yes', 'Deletes: yes', 'Outside the EU: no', 'Cost: nothing']);
});

test('what an organiser should think about stands out', () => {
  const cost = { nl: 'X rekent 0,5 cent. En meer.', en: 'X charges 0.5 cents. And more.' };

  assert.deepEqual(short(english, 'en', { live: false, deletes: 'none', thirdCountry: 'US', cost }), ['At once: no', '! Deletes: no', '! Outside the EU: United States', 'Cost: X charges 0.5 cents']);
  assert.equal(short(t, 'nl', { deletes: 'recheck' })[1], 'Wissen: ja, iets later');
});

for (const [text, after] of [['Een naam.', 'een naam.'], ['A name.', 'a name.'], ['X rekent.', 'X rekent.'], ['API', 'API'], ['', '']]) {
  test(`"${text}" after a colon is "${after}"`, () => assert.equal(inSentence(text), after));
}

test('what an organiser must know first is said for each network', () => {
  const rows = factRows(t, 'nl', { ...FACTS, live: false, deletes: 'none', thirdCountry: 'US' });

  assert.deepEqual(rows.map(([name]) => name), ['Je hebt nodig', 'Meteen', 'Wissen', 'Buiten de EU', 'Kosten']);
  assert.equal(rows[0]?.[1], 'Een naam.');
  assert.match(rows[2]?.[1] ?? '', /^Nee/);
  assert.match(rows[3]?.[1] ?? '', /Verenigde Staten/);
});

test('a country that is written out is left as it is', () => {
  assert.match(factRows(t, 'nl', { ...FACTS, thirdCountry: 'ergens' })[3]?.[1] ?? '', /ergens/);
});

for (const [name, count, created, text] of [
  ['nothing', 0, null, 'Het werkt. Er is nog geen bericht gevonden.'],
  ['one of long ago', 1, 0, '1 bericht gevonden.'],
  ['three', 3, 6 * MINUTE_MS * 1000, '3 berichten gevonden, het nieuwste 4 minuten geleden.'],
]) {
  test(`a trial that found ${name} says so`, () => {
    const found = count ? [{ name: 'a', text: 'b', created }] : [];
    assert.equal(foundWords(t, 'nl', { ok: true, count, found, problem: null, servers: [], facts: FACTS }, 10 * MINUTE_MS), text);
  });
}

for (const [seconds, text] of [[-5, 'nu'], [59, 'nu'], [60, '1 minuut geleden'], [7199, '1 uur geleden'], [86_400, 'gisteren']]) {
  test(`${seconds} seconds is ${text}`, () => assert.equal(ago('nl', -seconds * 1000, 0), text));
}

const NETWORK = {
  id: 'x', name: 'X',
  options: [['server', 'text'], ['tags', 'words'], ['rooms', 'words'], ['which', 'choice'], ['token', 'secret']].map(([name, type]) => ({
    name, type, choices: type === 'choice' ? [{ value: 'all', label: { nl: 'Alles', en: 'All' } }] : [],
  })),
};

for (const [name, options, called, words] of [
  ['hashtags first, then places, and no choices', { server: 'a.example', tags: ['dag', 'week'], rooms: ['hal', 'zaal'], which: 'all', token: true }, 'X', '#dag #week · a.example · hal, zaal'],
  ['what was chosen where there is no place', { which: 'all', token: true }, 'x', 'Alles'],
  ['its own name where there is nothing else', {}, 'Hal', 'Hal'],
  ['nothing twice', {}, 'x', ''],
]) {
  test(`what a source listens to: ${name}`, () => assert.equal(listens('nl', NETWORK, options, called), words));
}

test('of what a source met only what is there and of use is said', () => {
  assert.equal(countsWords(t, { streams: 1, 'cents-today': 40, posts: 1, unreadable: 0 }), '1 bericht gezien · vandaag 40 dollarcent');
  assert.equal(countsWords(t, undefined), '');
});

test('a network that is not there any more still says its hashtags', () => {
  assert.equal(listens('nl', undefined, { tags: ['dag'] }, 'Hal'), '#dag');
});
