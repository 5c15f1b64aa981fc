/**
 * Where cards stand: a crest at the top, the others in columns around it, the join code in the corner below. Pure geometry in px.
 *
 * A card is laid out once, at the size of the crest, and is made smaller as a whole when it moves aside: its lines never break
 * anew, and only transforms change. Cards stay where they landed; a place comes free when its card sinks.
 *
 * @typedef {{width: number, height: number}} Size
 * @typedef {{x: number, y: number, width: number, height: number}} Rect
 * @typedef {'normal' | 'long' | 'spotlight'} Form normal: crest, then a side place. long: smaller type, crest only. spotlight: alone.
 * @typedef {{x: number, top: number, bottom: number, from: 'top' | 'bottom'}} Column
 *
 * @typedef {object} Geometry
 * @property {number} body Smallest type for text that must be read, in px.
 * @property {number} margin Nothing stands nearer to the edge: projectors crop.
 * @property {number} gap
 * @property {Rect} content Between the band and the lower margin.
 * @property {Rect} join
 * @property {Rect} spotlight
 * @property {number} crestWidth
 * @property {number} sideWidth
 * @property {readonly Column[]} columns
 * @property {number} crestMax Highest crest: to the margin, or, where it would stand over the join code, to that.
 * @property {number} normalMax Highest crest that can still move aside, in px.
 *
 * @typedef {{id: string, size: Size, form: Form}} Card `size`: as measured, in the form of the crest.
 * @typedef {{id: string, rect: Rect, scale: number, crest: boolean}} Place
 */

/** Body type of the crest, in body sizes; so also how much smaller a card gets when it moves aside. */
export const CREST_SCALE = 1.4;
/** 3 % cap height is 4.15 % type in a grotesque: readable at six picture heights (AVIXA DISCAS). */
const BODY_SHARE = 0.0415;
const MARGIN_SHARE = 0.033;
const BAND_SHARE = 0.075;
/** At least 18 %, so that the middle of the hall can scan it. */
const JOIN_SHARE = 0.2;
const SIDE_WIDTH_IN_BODIES = 11.2;
/** Narrower than this, about 17 characters, lines break badly. */
const SIDE_WIDTH_MIN_IN_BODIES = 9.4;
/** Few and large, never a crowd. */
export const MAX_CARDS = 8;

/**
 * @param {Size} screen In px.
 * @returns {Geometry}
 */
export function geometry(screen) {
  const short = screen.width >= screen.height ? Math.min(screen.height, screen.width / 1.25) : screen.width;
  const body = short * BODY_SHARE;
  const margin = short * MARGIN_SHARE;
  const gap = short * 0.026;
  const inner = screen.width - 2 * margin;
  const sideWidth = sideWidthOf(screen, inner, body, gap);
  const crestWidth = Math.min(inner, sideWidth * CREST_SCALE);
  const top = margin + short * BAND_SHARE;
  const content = { x: margin, y: top, width: inner, height: screen.height - margin - top };
  const join = joinPlace(screen, short, margin);
  const columns = columnsOf({ content, join, gap, sideWidth, crestWidth });
  const over = crestX(content, columns, crestWidth) < join.x + join.width + gap;
  const crestMax = over ? join.y - gap - content.y : content.height;
  return { body, margin, gap, content, join, spotlight: spotlightOf(content, join, gap, body), crestWidth, sideWidth, columns,
    crestMax, normalMax: Math.min(content.height * 0.8, crestMax, tallest(columns) * CREST_SCALE) };
}

/**
 * @param {Geometry} at
 * @param {Readonly<Record<Form, Size>>} sizes As measured in each form.
 * @returns {Form} The first in which the whole text can stand.
 */
export function formOf(at, sizes) {
  if (sizes.normal.height <= at.normalMax) return 'normal';
  if (sizes.long.height <= at.crestMax) return 'long';
  return 'spotlight';
}

/**
 * @param {Geometry} at
 * @param {Card} card
 * @returns {Place} Where it stands while it is the newest.
 */
export function crestPlace(at, { id, size, form }) {
  if (form === 'spotlight') return spotlightPlace(at, id, size);
  return { id, rect: { x: crestX(at.content, at.columns, size.width), y: at.content.y, width: size.width, height: size.height }, scale: 1, crest: true };
}

/**
 * @param {Geometry} at
 * @param {Card} card
 * @param {readonly Rect[]} taken
 * @returns {Place | null} A free place aside; null: there is none, or this card is too big for any.
 */
export function sidePlace(at, { id, size, form }, taken) {
  if (form !== 'normal') return null;
  const scale = 1 / CREST_SCALE;
  const width = size.width * scale;
  const height = size.height * scale;
  const walls = [...taken, at.join];
  const free = at.columns
    .flatMap((column) => spots(column, { width, height }, walls, at.gap))
    .filter((rect) => walls.every((wall) => !overlaps(rect, wall, at.gap * 0.99)))
    .sort((a, b) => a.y - b.y);
  return free[0] ? { id, rect: free[0], scale, crest: false } : null;
}

/**
 * All at once: for a wall that starts, was resized, or comes back from a slide.
 *
 * @param {Geometry} at
 * @param {readonly Card[]} cards The crest first.
 * @returns {Place[]} Of those that found a place.
 */
export function arrange(at, cards) {
  const crest = cards.find(({ form }) => form !== 'spotlight');
  if (!crest) return cards[0] ? [crestPlace(at, cards[0])] : [];
  const places = [crestPlace(at, crest)];
  for (const card of cards) {
    if (places.length === MAX_CARDS) break;
    const place = card === crest ? null : sidePlace(at, card, places.map(({ rect }) => rect));
    if (place) places.push(place);
  }
  return places;
}

/**
 * What has to happen so that a card can be the new crest: who sinks, where the old crest goes, where the new one stands.
 *
 * @param {Geometry} at
 * @param {readonly Place[]} places
 * @param {readonly Card[]} cards Of all places.
 * @param {Card} entering May be one that is on already: then it rises again.
 * @param {readonly string[]} leaving Ids, who should leave first in front.
 * @returns {{sink: string[], aside: Place | null, rise: Place}}
 */
export function plan(at, places, cards, entering, leaving) {
  const rise = crestPlace(at, entering);
  const crest = places.find((place) => place.crest && place.id !== entering.id);
  const sides = places.filter((place) => !place.crest && place.id !== entering.id);
  if (entering.form === 'spotlight') return { sink: crest ? [crest.id] : [], aside: null, rise };
  const inTheWay = sides.filter(({ rect }) => overlaps(rect, rise.rect, at.gap * 0.99));
  const staying = sides.filter((place) => !inTheWay.includes(place));
  const card = crest && cards.find(({ id }) => id === crest.id);
  const made = card ? makeRoom(at, card, rise, staying, leaving) : { sink: [], aside: null };
  const crestSinks = crest && !made.aside ? [crest.id] : [];
  return { sink: [...inTheWay.map(({ id }) => id), ...made.sink, ...crestSinks], aside: made.aside, rise };
}

/**
 * @param {Rect} a
 * @param {Rect} b
 * @param {number} [gap] Nearer than this counts as touching.
 */
export function overlaps(a, b, gap = 0) {
  return a.x < b.x + b.width + gap && b.x < a.x + a.width + gap && a.y < b.y + b.height + gap && b.y < a.y + a.height + gap;
}

/**
 * The way of a card from the top to its side place: up a little, over, and down, as water does.
 *
 * @param {{x: number, y: number}} from
 * @param {{x: number, y: number}} to
 * @param {number} lift How far above both, in px.
 * @param {number} share 0 to 1.
 */
export function arc(from, to, lift, share) {
  const middle = { x: (from.x + to.x) / 2, y: Math.min(from.y, to.y) - lift };
  const rest = 1 - share;
  return {
    x: rest * rest * from.x + 2 * rest * share * middle.x + share * share * to.x,
    y: rest * rest * from.y + 2 * rest * share * middle.y + share * share * to.y,
  };
}

/**
 * In the middle, or at the left where there is one column beside it.
 *
 * @param {Rect} content
 * @param {readonly Column[]} columns
 * @param {number} width Of the crest.
 */
function crestX(content, columns, width) {
  const middle = columns.length !== 2 || content.height > content.width;
  return middle ? content.x + (content.width - width) / 2 : content.x;
}

/**
 * @param {Geometry} at
 * @param {Card} card The old crest.
 * @param {Place} rise
 * @param {readonly Place[]} staying
 * @param {readonly string[]} leaving
 * @returns {{sink: string[], aside: Place | null}}
 */
function makeRoom(at, card, rise, staying, leaving) {
  if (card.form !== 'normal') return { sink: [], aside: null };
  const candidates = leaving.filter((id) => staying.some((place) => place.id === id));
  const attempts = [[], ...candidates.map((id) => [id]), ...candidates.map((_, index) => candidates.slice(0, index + 1))];
  for (const sink of attempts) {
    if (staying.length - sink.length + 2 > MAX_CARDS) continue;
    const rects = staying.filter(({ id }) => !sink.includes(id)).map(({ rect }) => rect);
    const aside = sidePlace(at, card, [rise.rect, ...rects]);
    if (aside) return { sink, aside };
  }
  return { sink: [], aside: null };
}

/**
 * @param {Column} column
 * @param {Size} size
 * @param {readonly Rect[]} walls
 * @param {number} gap
 * @returns {Rect[]}
 */
function spots(column, { width, height }, walls, gap) {
  const within = walls.filter((wall) => wall.x < column.x + width + gap && column.x < wall.x + wall.width + gap);
  const tops = column.from === 'top'
    ? [column.top, ...within.map((wall) => wall.y + wall.height + gap)]
    : [column.bottom - height, ...within.map((wall) => wall.y - gap - height)];
  return tops
    .filter((y) => y >= column.top - 0.5 && y + height <= column.bottom + 0.5)
    .map((y) => ({ x: column.x, y, width, height }));
}

/**
 * As wide as reads well, or a little narrower when a crest with a column at both sides (or two columns, on a portrait screen) fits then.
 *
 * @param {Size} screen
 * @param {number} inner
 * @param {number} body
 * @param {number} gap
 */
function sideWidthOf(screen, inner, body, gap) {
  const fitting = screen.width >= screen.height ? (inner - 2 * gap) / (2 + CREST_SCALE) : (inner - gap) / 2;
  const best = Math.min(inner, body * SIDE_WIDTH_IN_BODIES);
  return fitting >= body * SIDE_WIDTH_MIN_IN_BODIES ? Math.min(best, fitting) : best;
}

/**
 * @param {Size} screen
 * @param {number} short
 * @param {number} margin
 * @returns {Rect}
 */
function joinPlace(screen, short, margin) {
  const height = short * JOIN_SHARE;
  const width = Math.min(screen.width - 2 * margin, short * 0.46);
  return { x: margin, y: screen.height - margin - height, width, height };
}

/**
 * @param {{content: Rect, join: Rect, gap: number, sideWidth: number, crestWidth: number}} room
 * @returns {Column[]}
 */
function columnsOf({ content, join, gap, sideWidth, crestWidth }) {
  const bottom = content.y + content.height;
  const right = content.x + content.width - sideWidth;
  if (content.width >= crestWidth + 2 * (sideWidth + gap) - 0.5) {
    const low = content.y + content.height * 0.035;
    const middle = Math.max(content.x + (content.width - sideWidth) / 2, join.x + join.width + gap);
    return [
      { x: right, top: low, bottom, from: 'top' },
      { x: content.x, top: low, bottom: join.y - gap, from: 'top' },
      { x: middle, top: content.y, bottom, from: 'bottom' },
    ];
  }
  if (content.width >= content.height) {
    const low = content.width >= crestWidth + sideWidth + gap ? content.y : content.y + content.height * 0.45;
    return [{ x: right, top: low, bottom, from: 'top' }, { x: content.x, top: content.y, bottom: join.y - gap, from: 'bottom' }];
  }
  const under = content.y + content.height * 0.3;
  if (content.width < 2 * sideWidth + gap - 0.5) return [{ x: content.x + (content.width - sideWidth) / 2, top: under, bottom: join.y - gap, from: 'bottom' }];
  return [{ x: right, top: under, bottom, from: 'bottom' }, { x: content.x, top: under, bottom: join.y - gap, from: 'bottom' }];
}

/**
 * @param {Rect} content
 * @param {Rect} join
 * @param {number} gap
 * @param {number} body
 * @returns {Rect}
 */
function spotlightOf(content, join, gap, body) {
  const x = join.x + join.width + gap;
  const width = content.x + content.width - x;
  if (width >= body * 20) return { x, y: content.y, width, height: content.height };
  return { ...content, height: join.y - gap - content.y };
}

/**
 * Too much even for a spotlight (a page of Chinese, four photos with a story): smaller as a whole, rather than cut.
 *
 * @param {Geometry} at
 * @param {string} id
 * @param {Size} size
 * @returns {Place}
 */
function spotlightPlace({ spotlight }, id, size) {
  const scale = Math.min(1, spotlight.height / size.height, spotlight.width / size.width);
  const width = size.width * scale;
  const height = size.height * scale;
  const x = spotlight.x + (spotlight.width - width) / 2;
  const y = spotlight.y + (spotlight.height - height) / 2;
  return { id, rect: { x, y, width, height }, scale, crest: true };
}

/** @param {readonly Column[]} columns */
function tallest(columns) {
  return Math.max(...columns.map(({ top, bottom }) => bottom - top));
}
