import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lookOf, numberOption } from './look.js';

const KRANT = { name: 'krant', mode: 'light', css: '/dag/theme.css?v=9', layout: 'columns', logo: '/dag/blobs/1', options: { seconds: 20 } };
const look = (item, address = '') => lookOf(item, new URLSearchParams(address));

const TABLE = [
  ['nothing known: the fountain, as it came with the page', undefined, '', { theme: 'fontein', mode: '', layout: 'fountain', transparent: false, css: null }],
  ['the organiser chose', KRANT, '', { theme: 'krant', mode: 'light', layout: 'columns', transparent: false, css: '/dag/theme.css?v=9' }],
  ['this screen another theme', KRANT, 'theme=podium', { theme: 'podium', mode: 'light', layout: 'single', css: '/dag/theme.css?v=9&theme=podium' }],
  ['this screen another mode', KRANT, 'mode=dark', { theme: 'krant', mode: 'dark', layout: 'columns', css: '/dag/theme.css?v=9&mode=dark' }],
  ['a theme of the house keeps its layout', { ...KRANT, name: 'huis', layout: 'single' }, '', { theme: 'huis', layout: 'single' }],
  ['nonsense in the address is not heard', KRANT, 'theme=../x&mode=pink&layout=spiral', { theme: 'krant', mode: 'light', layout: 'columns', css: '/dag/theme.css?v=9' }],
  ['nonsense from the server: the fountain', { name: 'X"', mode: 7, layout: 'x' }, '', { theme: 'fontein', mode: '', layout: 'fountain', css: null }],
  ['for a stream', KRANT, 'layout=lower-third', { theme: 'krant', layout: 'lower-third', transparent: true }],
  ['transparent', KRANT, 'bg=transparent', { layout: 'columns', transparent: true }],
];
for (const [name, item, address, expected] of TABLE) {
  test(name, () => {
    const found = look(item, address);
    assert.deepEqual(Object.fromEntries(Object.keys(expected).map((key) => [key, found[key]])), expected);
  });
}

test('the address can take the join code away', () => {
  assert.deepEqual([look(KRANT, 'code=off').options.join, look(KRANT, 'code=on').options.join], [false, undefined]);
});

test('options go with their own theme only', () => {
  assert.equal(numberOption(look(KRANT), 'seconds', 5), 20);
  assert.equal(numberOption(look(KRANT, 'theme=podium'), 'seconds', 5), 5);
  assert.equal(numberOption(look({ ...KRANT, options: { seconds: 'many' } }), 'seconds', 5), 5);
});

test('the clear theme has its lines unless they were switched off', () => {
  assert.deepEqual(look({ name: 'contrast', mode: '', options: {} }).options, { lines: true, calm: true });
  assert.deepEqual(look({ name: 'contrast', mode: '', options: { lines: false } }).options, { lines: false, calm: true });
});
