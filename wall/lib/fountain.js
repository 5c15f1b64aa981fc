import { BODY_SHARE, shortSide } from './type.js';

/**
 * Where cards stand: a crest at the top, the others in columns around it, the join code in the corner below. Pure geometry in px.
 *
 * A card is laid out once, at the size of the crest, and is made smaller as a whole when it moves aside: its lines never break
 * anew, and only transforms change. Cards stay where they landed; a place comes free when its card sinks. Layouts whose cards look
 * otherwise aside (`columns.js`) say so with `sideForm`.
 *
 * @typedef {{width: number, height: number}} Size
 * @typedef {{x: number, y: number, width: number, height: number}} Rect
 * @typedef {'normal' | 'long' | 'spotlight' | 'side'} Form normal: crest, then a side place. long: smaller type, crest only. spotlight: alone. side: aside, where that is another form.
 * @typedef {{x: number, top: number, bottom: number, from: 'top' | 'bottom'}} Column
 *
 * @typedef {object} Frame What a layout is asked for.
 * @property {Size} screen In px.
 * @property {number} [scale] Of all type; see `type.js`. 1 by default.
 * @property {number} [cards] How many at most; MAX_CARDS by default.
 * @property {number} [columns] Of a newspaper: how many at most.
 * @property {boolean} [bare] Without the join code; a stream's bar is as wide as can be then.
 * @property {number} [top] Where the furniture at the top ends, in px; by default a band of one line.
 *
 * @typedef {object} Geometry
 * @property {number} body Smallest type for text that must be read, in px.
 * @property {number} margin Nothing stands nearer to the edge: projectors crop.
 * @property {number} gap
 * @property {Rect} content Between the band and the lower margin.
 * @property {Rect} join
 * @property {number} code Side of the join code, in px.
 * @property {Rect} spotlight
 * @property {number} crestWidth
 * @property {number} sideWidth
 * @property {number} sideScale Of a card that stands aside.
 * @property {Form} sideForm Its form there.
 * @property {number} crestX
 * @property {readonly Column[]} columns
 * @property {readonly Rect[]} lines Rules between columns; none in a fountain.
 * @property {number} most Cards at a time.
 * @property {number} crestMax Highest crest: to the margin, or, where it would stand over the join code, to that.
 * @property {number} normalMax Highest crest that can still move aside, in px.
 * @property {number} sideMax Highest card aside, in px, before it is made smaller.
 *
 * @typedef {{id: string, size: Size, form: Form, side?: Size}} Card `size`: as measured, in the form of the crest; `side`: in the side form, where that is another.
 * @typedef {{id: string, rect: Rect, scale: number, crest: boolean, form: Form}} Place
 */

/** Body type of the crest, in body sizes; so also how much smaller a card gets when it moves aside. */
export const CREST_SCALE = 1.4;
const MARGIN_SHARE = 0.033;
const BAND_SHARE = 0.075;
/** At least 18 % of the picture's height, so that the middle of the hall can scan it; of a picture that stands up as well, as far as its width allows. */
const JOIN_SHARE = 0.2;
const JOIN_SHARE_UPRIGHT = 0.185;
const JOIN_WIDTH_MAX = 0.42;
const SIDE_WIDTH_IN_BODIES = 11.2;
/** Narrower than this, about 17 characters, lines break badly. */
const SIDE_WIDTH_MIN_IN_BODIES = 9.4;
/** Few and large, never a crowd. */
export const MAX_CARDS = 8;

/**
 * What all layouts measure first: type, margins, the place of the join code, and what is left.
 *
 * @param {Frame} frame
 */
export function basics({ screen, scale = 1, top, cards = MAX_CARDS }) {
  const short = shortSide(screen);
  const body = short * BODY_SHARE * scale;
  const margin = short * MARGIN_SHARE;
  const y = top ?? margin + short * BAND_SHARE;
  const content = { x: margin, y, width: screen.width - 2 * margin, height: screen.height - margin - y };
  const code = screen.width >= screen.height ? short * JOIN_SHARE : Math.min(screen.height * JOIN_SHARE_UPRIGHT, screen.width * JOIN_WIDTH_MAX);
  const width = screen.width >= screen.height ? Math.min(content.width, Math.max(short * 0.46, code + body * 6.6)) : content.width;
  const join = { x: margin, y: screen.height - margin - code, width, height: code };
  return { short, body, margin, gap: short * 0.026, content, code, join, most: Math.min(MAX_CARDS, Math.max(1, cards)) };
}

/**
 * @param {Frame} frame
 * @returns {Geometry}
 */
export function geometry(frame) {
  const { screen } = frame;
  const { body, margin, gap, content, code, join, most } = basics(frame);
  const sideWidth = sideWidthOf(screen, content.width, body, gap);
  const upright = content.height > content.width;
  const crestWidth = upright ? content.width : Math.min(content.width, sideWidth * CREST_SCALE);
  const columns = columnsOf({ content, join, gap, sideWidth, crestWidth });
  const crestX = crestXOf(content, columns, crestWidth);
  const over = crestX < join.x + join.width + gap;
  const crestMax = over ? join.y - gap - content.y : content.height;
  return { body, margin, gap, content, code, join, spotlight: spotlightOf(content, join, gap, body), crestWidth, sideWidth, crestX, columns,
    ...(upright ? { sideScale: 1, sideForm: 'side', sideMax: tallest(columns) * 0.5 } : { sideScale: 1 / CREST_SCALE, sideForm: 'normal', sideMax: Infinity }),
    lines: [], most, crestMax, normalMax: upright ? crestMax * 0.55 : Math.min(content.height * 0.8, crestMax, tallest(columns) * CREST_SCALE) };
}

/**
 * @param {Geometry} at
 * @param {Readonly<Record<Form, Size>>} sizes As measured in each form.
 * @returns {Form} The first in which the whole text can stand.
 */
export function formOf(at, sizes) {
  if (sizes.normal.height <= at.normalMax && (at.sideForm === 'normal' || sizes[at.sideForm].height <= at.sideMax)) return 'normal';
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
  return { id, rect: { x: at.crestX, y: at.content.y, width: size.width, height: size.height }, scale: 1, crest: true, form };
}

/**
 * @param {Geometry} at
 * @param {Card} card
 * @param {readonly Rect[]} taken
 * @returns {Place | null} A free place aside; null: there is none, or this card is too big for any.
 */
export function sidePlace(at, { id, size, form, side = size }, taken) {
  if (form !== 'normal' && (form === 'spotlight' || at.sideForm === 'normal' || side.height > at.sideMax)) return null;
  const scale = at.sideScale;
  const width = side.width * scale;
  const height = side.height * scale;
  const walls = [...taken, at.join];
  const free = at.columns
    .flatMap((column) => spots(column, { width, height }, walls, at.gap))
    .filter((rect) => walls.every((wall) => !overlaps(rect, wall, at.gap * 0.99)))
    .sort((a, b) => a.y - b.y);
  return free[0] ? { id, rect: free[0], scale, crest: false, form: at.sideForm } : null;
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
    if (places.length === at.most) break;
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
function crestXOf(content, columns, width) {
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
  const candidates = leaving.filter((id) => staying.some((place) => place.id === id));
  const attempts = [[], ...candidates.map((id) => [id]), ...candidates.map((_, index) => candidates.slice(0, index + 1))];
  for (const sink of attempts) {
    if (staying.length - sink.length + 2 > at.most) continue;
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
 * As wide as reads well, or a little narrower when then a crest fits with a column (on a very wide screen: two) at both sides, or
 * two columns on a screen that stands up.
 *
 * @param {Size} screen
 * @param {number} inner
 * @param {number} body
 * @param {number} gap
 */
function sideWidthOf(screen, inner, body, gap) {
  const least = body * SIDE_WIDTH_MIN_IN_BODIES;
  const best = Math.min(inner, body * SIDE_WIDTH_IN_BODIES);
  if (screen.width < screen.height) return Math.min(inner, (inner - gap) / 2 >= least ? (inner - gap) / 2 : best);
  const fitting = [4, 2].map((sides) => (inner - sides * gap) / (sides + CREST_SCALE)).find((width) => width >= least);
  return Math.min(best, fitting ?? best);
}

/**
 * @param {{content: Rect, join: Rect, gap: number, sideWidth: number, crestWidth: number}} room
 * @returns {Column[]}
 */
function columnsOf({ content, join, gap, sideWidth, crestWidth }) {
  if (content.height > content.width) return columnsUpright({ content, join, gap, sideWidth });
  const bottom = content.y + content.height;
  const right = content.x + content.width - sideWidth;
  const step = sideWidth + gap;
  const sides = [2, 1].find((count) => content.width >= crestWidth + 2 * count * step - 0.5);
  if (!sides) {
    const low = content.width >= crestWidth + step ? content.y : content.y + content.height * 0.45;
    return [{ x: right, top: low, bottom, from: 'top' }, { x: content.x, top: content.y, bottom: join.y - gap, from: 'bottom' }];
  }
  /** The further from the crest the lower, as water falls. @param {number} x @param {number} fall @returns {Column} */
  const column = (x, fall) => ({ x, top: content.y + content.height * fall, bottom: x < join.x + join.width + gap ? join.y - gap : bottom, from: 'top' });
  const middle = Math.max(content.x + (content.width - sideWidth) / 2, join.x + join.width + gap);
  /** @type {Column} */
  const under = { x: middle, top: content.y, bottom, from: 'bottom' };
  if (sides === 1) return [column(right, 0.035), column(content.x, 0.035), under];
  return [column(right - step, 0.03), column(content.x + step, 0.03), column(right, 0.09), column(content.x, 0.09), under];
}

/**
 * On a screen that stands up: two columns under a crest as wide as the picture, down to the join code.
 *
 * @param {{content: Rect, join: Rect, gap: number, sideWidth: number}} room
 * @returns {Column[]}
 */
function columnsUpright({ content, join, gap, sideWidth }) {
  const under = { top: content.y, bottom: join.y - gap, from: /** @type {'top'} */ ('top') };
  const right = content.x + content.width - sideWidth;
  if (right < content.x + sideWidth + gap - 0.5) return [{ x: content.x + (content.width - sideWidth) / 2, ...under }];
  return [{ x: right, ...under }, { x: content.x, ...under }];
}

/**
 * @param {Rect} content
 * @param {Rect} join
 * @param {number} gap
 * @param {number} body
 * @returns {Rect}
 */
export function spotlightOf(content, join, gap, body) {
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
  return { id, rect: { x, y, width, height }, scale, crest: true, form: 'spotlight' };
}

/** @param {readonly Column[]} columns */
export function tallest(columns) {
  return Math.max(...columns.map(({ top, bottom }) => bottom - top));
}
