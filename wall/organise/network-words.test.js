import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { words } from '../lib/words.js';
import { ago, broughtWords, countsWords, estimateWords, factRows, factsInShort, factsMet, factsOf, foundWords, inAllWords, inSentence, laterWords, listens, namesServers, reachWords, troubleWords, varyingFacts } from './network-words.js';

const catalogue = (lang) => JSON.parse(readFileSync(new URL(`../locale/${lang}/organise.json`, import.meta.url), 'utf8'));
const t = words(catalogue('nl'), 'nl');
const english = words(catalogue('en'), 'en');
const FACTS = { live: true, deletes: 'live', thirdCountry: '', cost: { nl: 'Niets.', en: 'Nothing.' }, needs: { nl: 'Een naam.', en: 'A name.' }, push: false };
const MINUTE_MS = 60_000;

const short = (t, lang, facts) => factsInShort(t, lang, { ...FACTS, ...facts }).map(({ words, warn }) => (warn ? `! ${words}` : words));

test('a network that costs nothing says so in a few words', () => {
  assert.deepEqual(short(t, 'nl', {}), ['Meteen: ja', 'Wissen werkt door: ja', 'Buiten de EU: nee', 'Kosten: niets']);
  assert.deepEqual(short(english, 'en', {}), ['At once: yes', 'Deletes reach us: yes', 'Outside the EU: no', 'Cost: nothing']);
});

test('what an organiser should think about stands out', () => {
  const cost = { nl: 'X rekent 0,5 cent. En meer.', en: 'X charges 0.5 cents. And more.' };

  assert.deepEqual(short(english, 'en', { live: false, deletes: 'none', thirdCountry: 'US', cost }), ['At once: no', '! Deletes reach us: no', '! Outside the EU: United States', 'Cost: X charges 0.5 cents']);
  assert.equal(short(t, 'nl', { deletes: 'recheck' })[1], 'Wissen werkt door: ja, iets later');
});

for (const [text, after] of [['Een naam.', 'een naam.'], ['A name.', 'a name.'], ['X rekent.', 'X rekent.'], ['API', 'API'], ['', '']]) {
  test(`"${text}" after a colon is "${after}"`, () => assert.equal(inSentence(text), after));
}

test('what an organiser must know first is said for each network', () => {
  const rows = factRows(t, 'nl', { ...FACTS, live: false, deletes: 'none', thirdCountry: 'US' });

  assert.deepEqual(rows.map(([name]) => name), ['Je hebt nodig', 'Meteen', 'Wissen werkt door', 'Buiten de EU', 'Kosten']);
  assert.equal(rows[0]?.[1], 'Een naam.');
  assert.match(rows[2]?.[1] ?? '', /^Nee/);
  assert.match(rows[3]?.[1] ?? '', /Verenigde Staten/);
});

test('what a network that asks money would cost is said before it is switched on', () => {
  const estimate = { postsPerDay: 40, centsPerDay: 60, mostCentsPerDay: 500, trialCents: 15 };

  assert.equal(estimateWords(english, 'en', estimate), 'At this pace: 40 posts a day, about $0.60. On the day itself it may be more, $5.00 at most. This test cost $0.15.');
  assert.match(estimateWords(t, 'nl', { ...estimate, centsPerDay: 900 }), /Dat is meer dan US\$\s5,00: dan wachten we/);
});

test('when a trial that costs money may be done again is said to the minute, never too early', () => {
  const now = new Date(2026, 10, 21, 14, 30, 20).getTime();

  assert.equal(laterWords(t, 'nl', 60, now), 'Een proef kost hier geld, en er is er net een gedaan. Om 14:32 kun je het weer proberen.');
  assert.equal(laterWords(english, 'en', 100, now), 'A test costs money here, and one was just done. You can test again at 14:32.');
});

for (const [found, newest, text] of [
  [0, null, 'nog geen bericht'],
  [1, 6 * MINUTE_MS * 1000, '1 bericht gevonden, het nieuwste 4 minuten geleden'],
  [12, null, '12 berichten gevonden'],
]) {
  test(`a source that brought ${found} says "${text}"`, () => assert.equal(broughtWords(t, 'nl', { found, newest }, 10 * MINUTE_MS), text));
}

for (const [kinds, text, kind] of [
  [[], '', 'ok'],
  [['warn'], '', 'ok'],
  [['ok', 'ok', 'warn'], '2 netwerken werken.', 'ok'],
  [['ok', 'bad'], '1 netwerk heeft hulp nodig: B.', 'warn'],
  [['bad', 'bad'], '2 netwerken hebben hulp nodig: A, B.', 'warn'],
]) {
  test(`of networks that are ${kinds.join(', ') || 'not there'} it says "${text}"`, () => {
    const sources = kinds.map((each, at) => ({ name: 'ABC'[at] ?? '', kind: each }));
    assert.deepEqual(inAllWords(t, sources), { words: text, kind });
  });
}

test('what depends on a choice is no promise', () => {
  const network = { facts: FACTS, options: [{ name: 'who', choices: [{ value: 'a', facts: { thirdCountry: 'US', deletes: 'none', cost: { nl: 'Een nummer.', en: 'A number.' } } }] }] };
  const said = factsInShort(t, 'nl', FACTS, { varying: varyingFacts(network) });

  assert.deepEqual(said.map(({ words, warn }) => (warn ? `! ${words}` : words)), ['Meteen: ja', 'Wissen werkt door: hangt af van je keuze', '! Buiten de EU: hangt af van je keuze', 'Kosten: hangt af van je keuze']);
});

for (const [name, option, own] of [
  ['servers', { name: 'servers', type: 'words' }, true],
  ['a server', { name: 'server', type: 'text', place: true }, true],
  ['a line that names no server', { name: 'nick', type: 'text', place: false }, false],
  ['hashtags', { name: 'tags', type: 'words' }, false],
  ['a secret', { name: 'key', type: 'secret' }, false],
]) {
  test(`who fills in ${name} ${own ? 'chooses' : 'does not choose'} where a server stands`, () => {
    assert.equal(namesServers({ options: [{ place: true, choices: [], ...option }] }), own);
  });
}

test('a network whose servers somebody names is no promise about the EU', () => {
  const said = factsInShort(t, 'nl', FACTS, { ownServers: true });

  assert.deepEqual(said[2], { words: 'Buiten de EU: hangt af van de server', warn: false });
  assert.deepEqual(factRows(english, 'en', FACTS, true)[3], ['Outside the EU', 'That depends on the server that you choose. Take one in the EU if you can.']);
  assert.equal(factRows(english, 'en', { ...FACTS, thirdCountry: 'US' }, true)[3]?.[1], 'Yes, data go to: United States.');
});

for (const [name, streams, facts, met] of [
  ['every server streams', [true, true], {}, {}],
  ['one of two streams', [true, false], {}, {}],
  ['none streams', [false, false], {}, { live: false, deletes: 'recheck' }],
  ['none streams and nobody tells of deletes', [false], { deletes: 'none' }, { live: false, deletes: 'none' }],
  ['it never was live', [false], { live: false, deletes: 'none' }, { live: false, deletes: 'none' }],
  ['no server is named', [], {}, {}],
]) {
  test(`a trial in which ${name} promises no more than it met`, () => {
    const servers = streams.map((each) => ({ where: 'a.example', what: '', streams: each, posts: 0 }));
    assert.deepEqual(factsMet({ facts: { ...FACTS, ...facts }, servers }), { ...FACTS, ...facts, ...met });
  });
}

test('what is chosen may be otherwise than its network', () => {
  const choices = [{ value: 'own', facts: {} }, { value: 'brought', facts: { thirdCountry: 'US', deletes: 'none' } }];
  const network = { facts: FACTS, options: [{ name: 'tags', choices: [] }, { name: 'who', choices }] };

  assert.deepEqual(factsOf(network, { who: 'brought', tags: ['brought'] }), { ...FACTS, thirdCountry: 'US', deletes: 'none' });
  assert.deepEqual(factsOf(network, { who: 'own' }), FACTS);
  assert.deepEqual(factsOf(network, {}), FACTS);
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

for (const [seconds, text] of [[-5, 'zojuist'], [59, 'zojuist'], [60, '1 minuut geleden'], [7199, '1 uur geleden'], [86_400, 'gisteren']]) {
  test(`${seconds} seconds is ${text}`, () => assert.equal(ago(t, 'nl', -seconds * 1000, 0), text));
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

test('what stayed as a network proposes it is no news to an organiser', () => {
  const option = (name, type, usual) => ({ name, type, default: usual, choices: [] });
  const network = { id: 'b', name: 'B', options: [option('tags', 'words', null), option('hosts', 'words', ['a.example', 'b.example']), option('appview', 'text', 'c.example')] };

  assert.equal(listens('nl', network, { tags: ['dag'], hosts: ['a.example', 'b.example'], appview: 'c.example' }, 'B'), '#dag');
  assert.equal(listens('nl', network, { tags: ['dag'], hosts: ['b.example'], appview: 'c.example' }, 'B'), '#dag · b.example');
});

test('of what a source met only what is there and of use is said', () => {
  assert.equal(countsWords(english, 'en', { streams: 1, 'cents-today': 40, posts: 1, unreadable: 0, refused: 2 }), '2 refused · $0.40 today');
  assert.equal(countsWords(t, 'nl', undefined), '');
});

test('the stage has the same words for the health of a source', () => {
  for (const lang of ['nl', 'en']) {
    const stage = JSON.parse(readFileSync(new URL(`../locale/${lang}/stage.json`, import.meta.url), 'utf8'));
    const ours = (/** @type {Record<string, unknown>} */ all) => Object.keys(all).filter((key) => key.startsWith('health.')).sort();
    assert.deepEqual(ours(stage), ours(catalogue(lang)));
  }
});

for (const [address, words] of [
  ['https://wand.example/v1/x', ''],
  ['http://wand.example/v1/x', 'told-open'],
  ['http://127.0.0.1:8000/v1/x', 'told-only-here'],
  ['https://localhost/v1/x', 'told-only-here'],
  ['http://[::1]:8000/v1/x', 'told-only-here'],
]) {
  test(`who sends to ${address} is told "${words}"`, () => assert.equal(reachWords((key) => key, address), words && `organise.sources.${words}`));
}

test('a server that cannot be reached may be a wrong address', () => {
  assert.deepEqual([troubleWords(t, 'unreachable'), troubleWords(t, 'limited')], ['server niet te bereiken; kijk of het adres klopt', 'te druk daar']);
});

test('a network that is not there any more still says its hashtags', () => {
  assert.equal(listens('nl', undefined, { tags: ['dag'] }, 'Hal'), '#dag');
});
