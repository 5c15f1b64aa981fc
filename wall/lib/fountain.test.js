import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CREST_SCALE, MAX_CARDS, arrange, crestPlace, formOf, geometry, overlaps, plan } from './fountain.js';

const SCREENS = [[1920, 1080], [3840, 2160], [1280, 720], [1024, 768], [1080, 1920], [2560, 1080], [3440, 1440], [800, 600], [1280, 1024], [1920, 1200], [1280, 800]].map(([width, height]) => ({ width, height }));

/** The same numbers every time. */
function* chances(seed) {
  for (let state = seed; ; ) {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    yield state / 2 ** 32;
  }
}

/** Cards with heights as real ones have: one line to a page. */
function cards(at, count, chance) {
  return Array.from({ length: count }, (_, index) => {
    const height = at.body * (4 + 16 * chance.next().value);
    const sizes = { normal: { width: at.crestWidth, height }, long: { width: at.crestWidth, height: height * 0.7 }, spotlight: { width: at.spotlight.width, height: height * 0.5 }, side: { width: at.sideWidth, height: height * 0.9 } };
    const form = formOf(at, sizes);
    return { id: `card ${index}`, size: sizes[form], form, ...(at.sideForm === 'side' ? { side: sizes.side } : {}) };
  });
}

function assertClean(at, screen, places, what) {
  const inside = ({ rect }) => rect.x >= at.margin - 0.6 && rect.y >= at.margin && rect.x + rect.width <= screen.width - at.margin + 0.6 && rect.y + rect.height <= screen.height - at.margin + 0.6;
  assert.ok(places.every(inside), `${what}: a card crosses the safe margin`);
  for (const [index, a] of places.entries()) {
    assert.ok(!a.crest || places.filter(({ crest }) => crest).length === 1, `${what}: two crests`);
    for (const b of places.slice(index + 1)) assert.ok(!overlaps(a.rect, b.rect), `${what}: ${a.id} on ${b.id}`);
  }
}

for (const screen of SCREENS) {
  const at = geometry({ screen });
  const name = `${screen.width}×${screen.height}`;

  test(`${name}: a wall that starts has no two cards on each other, none over the join code`, () => {
    const chance = chances(7);
    for (let round = 0; round < 200; round += 1) {
      const places = arrange(at, cards(at, 12, chance));
      assertClean(at, screen, places, `round ${round}`);
      assert.ok(places.every(({ rect }) => !overlaps(rect, at.join)), `round ${round}: a card over the join code`);
      assert.ok(places.length >= 1 && places.length <= MAX_CARDS);
    }
  });

  test(`${name}: through 300 arrivals nothing ever overlaps, and who stays does not move`, () => {
    const chance = chances(11);
    let on = [];
    let places = [];
    for (const [index, card] of cards(at, 300, chance).entries()) {
      const steps = plan(at, places, on, card, [...on].reverse().map(({ id }) => id));
      const staying = places.filter(({ id, crest }) => !crest && !steps.sink.includes(id));
      places = [steps.rise, ...(steps.aside ? [steps.aside] : []), ...staying];
      on = [card, ...on.filter(({ id }) => places.some((place) => place.id === id))];
      // A spotlight stands alone: the others are not seen until it is gone.
      if (card.form !== 'spotlight') assertClean(at, screen, places, `arrival ${index}`);
      else assertClean(at, screen, places.slice(0, 1), `arrival ${index}`);
      assert.ok(places.every(({ rect }) => !overlaps(rect, at.join)), `arrival ${index}: a card over the join code`);
      assert.ok(places.length <= MAX_CARDS);
    }
  });

  test(`${name}: no card is smaller than the smallest type that the last row reads`, () => {
    for (const place of arrange(at, cards(at, 12, chances(3)))) assert.ok(place.scale >= (at.sideForm === 'side' ? 1 : 1 / CREST_SCALE) - 1e-9 || place.form === 'spotlight');
  });
}

test('at 1920×1080 the body type has a cap height of 3 % and the join code takes 18 %', () => {
  const at = geometry({ screen: { width: 1920, height: 1080 } });

  assert.ok(at.body * 0.73 >= 0.03 * 1080);
  assert.ok(at.join.height >= 0.18 * 1080);
});

test('at 1920×1080 usual posts give 5 to 8 cards', () => {
  const at = geometry({ screen: { width: 1920, height: 1080 } });
  const usual = [2, 3, 4, 2, 3, 5, 1, 2, 3, 4, 2, 1].map((lines, index) => ({ id: `${index}`, form: 'normal', size: { width: at.crestWidth, height: at.body * (4.4 + 1.75 * lines) } }));

  const places = arrange(at, usual);

  assert.ok(places.length >= 5 && places.length <= 8, `${places.length}`);
});

test('a text too long for the crest gets smaller type, then the spotlight; what is too much even there shrinks as a whole', () => {
  const at = geometry({ screen: { width: 1920, height: 1080 } });
  const sizes = (height) => ({ normal: { width: at.crestWidth, height }, long: { width: at.crestWidth, height: height * 0.7 }, spotlight: { width: at.spotlight.width, height: height * 0.5 } });

  assert.deepEqual([300, 1_000, 1_500].map((height) => formOf(at, sizes(height))), ['normal', 'long', 'spotlight']);
  const huge = crestPlace(at, { id: 'huge', form: 'spotlight', size: { width: at.spotlight.width, height: 2 * at.spotlight.height } });
  assert.deepEqual([huge.scale, huge.rect.height], [0.5, at.spotlight.height]);
});

test('the old crest moves aside, and only as many sink as must', () => {
  const at = geometry({ screen: { width: 1920, height: 1080 } });
  const card = (id, lines = 2) => ({ id, form: 'normal', size: { width: at.crestWidth, height: at.body * (4.4 + 1.75 * lines) } });
  const on = [card('a'), card('b')];
  const places = arrange(at, on);

  const steps = plan(at, places, on, card('new'), ['b', 'a']);

  assert.deepEqual([steps.sink, steps.aside?.id, steps.rise.id], [[], 'a', 'new']);
});
