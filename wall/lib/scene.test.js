import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NOTHING, reduce } from './changes.js';
import { LEASE_MS, sceneOf, titleSize } from './scene.js';

const view = (entries) => reduce(NOTHING, { type: 'snapshot', epoch: 'e', to: 1, view: entries });

const TABLE = [
  ['posts and no stop: the fountain', {}, 0, 5, 'fountain'],
  ['no posts yet: an invitation', {}, 0, 0, 'join'],
  ['stopped: the safe slide, also with posts at hand', { stop: { on: true } }, 0, 5, 'safe'],
  ['stopped while blank: the safe slide', { stop: { on: true }, scene: { scene: 'blank' } }, 0, 5, 'safe'],
  ['stop lifted: the fountain', { stop: { on: false } }, 0, 5, 'fountain'],
  ['the stage chose join', { scene: { scene: 'join' } }, 0, 5, 'join'],
  ['the stage chose blank', { scene: { scene: 'blank' } }, 0, 5, 'blank'],
  ['a minute without the server: still the fountain', {}, LEASE_MS, 5, 'fountain'],
  ['more than a minute: the safe slide', {}, LEASE_MS + 1, 5, 'safe'],
];
for (const [name, entries, silentMs, posts, scene] of TABLE) {
  test(name, () => assert.equal(sceneOf(view(entries), silentMs, posts), scene));
}
test('a wall that has heard nothing yet invites', () => assert.equal(sceneOf(NOTHING, 0, 0), 'join'));

for (const [title, size] of [
  ['Overheid aan tafel', 'large'],
  ['Dag van de Begrijpelijke Brief', 'middle'],
  ['Toegankelijkheid nu', 'small'],
  ['Dag van de Begrijpelijke Brief in de Gemeente Súdwest-Fryslân', 'small'],
  ['Meervoudigepersoonlijkheidsstoornis', 'tiny'],
  ['Een titel '.repeat(12), 'tiny'],
]) {
  test(`on a slide the title "${title.slice(0, 30)}" is ${size}`, () => assert.equal(titleSize(title), size));
}
