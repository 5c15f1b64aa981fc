/** The texts of desk, stage, new and organise: both languages have them, and every text that a page asks for is there. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const WALL = join(dirname(fileURLToPath(import.meta.url)), '..');
const SURFACES = ['desk', 'stage', 'new', 'organise', 'codes', 'programme-edit', 'shelf', 'keep', 'replay'];
const read = (path) => readFileSync(join(WALL, path), 'utf8');
const catalogue = (lang, name) => JSON.parse(read(`locale/${lang}/${name}.json`));
const forms = (text) => (typeof text === 'string' ? [text] : Object.values(text));
const holes = (text) => [...new Set(forms(text).flatMap((form) => form.match(/\{\w+\}/g) ?? []))].sort();

/** The files that a page loads: its entry, and all that it imports. */
function modules(path, found = new Set()) {
  if (found.has(path) || !existsSync(join(WALL, path))) return found;
  found.add(path);
  for (const [, target] of read(path).matchAll(/^(?:import|export)[^'"]*from\s+'(\.[^']+)'/gm)) {
    modules(relative(WALL, join(WALL, dirname(path), target)), found);
  }
  return found;
}

/** Keys written out in code and template, and the beginnings of those that are put together. */
function asked(surface) {
  const code = [...modules(`${surface}/${surface}.js`)].map(read).join('\n');
  const templates = [`${surface}/page.html`, 'elements/door/door.html', 'base.html'].map(read).join('\n');
  const whole = [...code.matchAll(/\bt\('([^']+)'/g), ...templates.matchAll(/\bw\['([^']+)'\]/g)].map((match) => match[1]);
  const begun = [...code.matchAll(/\bt\(`([^`$]+)\$\{/g), ...templates.matchAll(/\bw\['([^']+)' ~/g)].map((match) => match[1]);
  return { whole: new Set(whole), begun: new Set(begun) };
}

for (const surface of SURFACES) {
  const [dutch, english] = ['nl', 'en'].map((lang) => catalogue(lang, surface));

  test(`${surface}: Dutch and English have the same texts with the same holes`, () => {
    assert.deepEqual(Object.keys(dutch), Object.keys(english));
    for (const key of Object.keys(dutch)) assert.deepEqual(holes(dutch[key]), holes(english[key]), key);
  });

  test(`${surface}: every text that the page asks for is there`, () => {
    const all = { ...catalogue('nl', 'common'), ...dutch };
    const { whole, begun } = asked(surface);

    assert.ok(whole.size > 20, 'the search finds what the page asks for');
    assert.deepEqual([...whole].filter((key) => !(key in all)), []);
    assert.deepEqual([...begun].filter((start) => !Object.keys(all).some((key) => key.startsWith(start))), []);
  });
}

test('a text that pages share reads the same on each', () => {
  for (const lang of ['nl', 'en']) {
    const all = SURFACES.map((surface) => catalogue(lang, surface));
    for (const one of all) {
      for (const other of all) {
        for (const key of Object.keys(one)) if (key in other) assert.deepEqual(other[key], one[key], `${lang} ${key}`);
      }
    }
  }
});
