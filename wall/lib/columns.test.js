import assert from 'node:assert/strict';
import { test } from 'node:test';
import { geometry } from './columns.js';
import { MAX_CARDS, arrange, formOf, overlaps, plan } from './fountain.js';

const SCREENS = [[1920, 1080, 4], [3840, 2160, 4], [1024, 768, 3], [1080, 1920, 2], [2560, 1080, 5], [3440, 1440, 5], [800, 600, 3], [1280, 1024, 2]];

function* chances(seed) {
  for (let state = seed; ; ) {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    yield state / 2 ** 32;
  }
}

function stories(at, count, chance) {
  return Array.from({ length: count }, (_, index) => {
    const share = chance.next().value;
    const height = at.body * (4 + 14 * share);
    const sizes = { normal: { width: at.crestWidth, height }, long: { width: at.crestWidth, height: height * 0.7 }, spotlight: { width: at.spotlight.width, height: height * 0.6 }, side: { width: at.sideWidth, height: at.body * (2.5 + 9 * share) } };
    const form = formOf(at, sizes);
    return { id: `story ${index}`, size: sizes[form], side: sizes.side, form };
  });
}

function assertClean(at, places, what) {
  for (const [index, a] of places.entries()) {
    const { x, y, width, height } = a.rect;
    assert.ok(x >= at.content.x - 0.6 && y >= at.content.y - 0.6 && x + width <= at.content.x + at.content.width + 0.6 && y + height <= at.content.y + at.content.height + 0.6, `${what}: ${a.id} leaves the page`);
    assert.ok(!overlaps(a.rect, at.join), `${what}: ${a.id} over the join code`);
    for (const line of at.lines) assert.ok(!overlaps(a.rect, line) || a.form === 'spotlight', `${what}: ${a.id} over a rule`);
    for (const b of places.slice(index + 1)) assert.ok(!overlaps(a.rect, b.rect), `${what}: ${a.id} on ${b.id}`);
  }
}

for (const [width, height, count] of SCREENS) {
  for (const scale of [1, 1.3]) {
    const at = geometry({ screen: { width, height }, top: height * 0.2, scale });
    const name = `${width}×${height} at ${scale}`;

    test(`${name}: a page that starts is clean`, () => {
      const chance = chances(5);
      for (let round = 0; round < 100; round += 1) {
        const places = arrange(at, stories(at, 12, chance));
        assertClean(at, places, `round ${round}`);
        assert.ok(places.length >= 1 && places.length <= MAX_CARDS);
      }
    });

    test(`${name}: and stays so through 200 new leads`, () => {
      let on = [];
      let places = [];
      for (const [index, card] of stories(at, 200, chances(9)).entries()) {
        const steps = plan(at, places, on, card, [...on].reverse().map(({ id }) => id));
        places = [steps.rise, ...(steps.aside ? [steps.aside] : []), ...places.filter(({ id, crest }) => !crest && !steps.sink.includes(id))];
        on = [card, ...on.filter(({ id }) => places.some((place) => place.id === id))];
        assertClean(at, card.form === 'spotlight' ? places.slice(0, 1) : places, `story ${index}`);
      }
    });
  }

  test(`${width}×${height} has ${count} columns, the lead over two of them`, () => {
    const at = geometry({ screen: { width, height }, top: height * 0.2 });
    assert.equal(at.columns.length, count);
    assert.ok(at.crestWidth > 1.9 * at.sideWidth || count === 1);
  });
}
