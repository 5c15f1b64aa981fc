/**
 * Words in a cloud: what was said most stands large in the middle, the others in rows above and below it, all upright. Pure
 * geometry in px; the same words give the same picture on every screen, and no two touch.
 *
 * @typedef {{width: number, height: number, n: number}} Box A word as it is in type of 1 px, and how many said it; most said first.
 * @typedef {{at: number, x: number, y: number, size: number}} Placed `at`: which word; x and y of its corner; `size`: of its type, in px.
 */

/** Outer rows are narrower, as a cloud is; never narrower than this share. */
const NARROWEST = 0.55;
/** Rather fewer words than a largest that is not this much larger than the smallest; but never fewer than so many. */
const CONTRAST = 2.2;
const FEW = 14;
/** The largest type is sought in so many halvings. */
const HALVINGS = 9;

/**
 * @param {readonly Box[]} words
 * @param {{width: number, height: number}} room
 * @param {{least: number, most: number, gap: number}} type `least`, `most`: of type; `gap` between words, in sizes of the smallest type.
 * @returns {Placed[]} Those said least are left out where not all find a place in the smallest type. One alone is made smaller instead.
 */
export function cloud(words, room, { least, most, gap }) {
  for (let count = words.length; count > 1; count -= Math.ceil(count / 12)) {
    const some = words.slice(0, count);
    const wanted = count > FEW && words[0]?.n !== words[count - 1]?.n ? Math.min(most, least * CONTRAST) : least;
    const found = rows(some, room, sizes(some, least, wanted), gap * least);
    if (found) return largest(some, room, { least, most, gap: gap * least }, wanted, found);
  }
  const [first] = words;
  if (!first) return [];
  const size = Math.min(most, room.width / first.width, room.height / first.height);
  return [{ at: 0, x: (room.width - first.width * size) / 2, y: (room.height - first.height * size) / 2, size }];
}

/**
 * @param {readonly Box[]} words
 * @param {{width: number, height: number}} room
 * @param {{least: number, most: number, gap: number}} type
 * @param {number} fits A largest type in which they fit.
 * @param {Placed[]} so How they do.
 * @returns {Placed[]}
 */
function largest(words, room, { least, most, gap }, fits, so) {
  const all = rows(words, room, sizes(words, least, most), gap);
  if (all) return all;
  let [low, high, best] = [fits, most, so];
  for (let turn = 0; turn < HALVINGS; turn += 1) {
    const middle = (low + high) / 2;
    const found = rows(words, room, sizes(words, least, middle), gap);
    if (found) [low, best] = [middle, found];
    else high = middle;
  }
  return best;
}

/**
 * The eye sees areas: a word that was said four times as often is twice as high.
 *
 * @param {readonly Box[]} words
 * @param {number} least
 * @param {number} most
 */
function sizes(words, least, most) {
  const high = Math.max(...words.map(({ n }) => n));
  const low = Math.min(...words.map(({ n }) => n));
  if (high === low) return words.map(() => most);
  return words.map(({ n }) => least + (most - least) * ((Math.sqrt(n) - Math.sqrt(low)) / (Math.sqrt(high) - Math.sqrt(low))));
}

/**
 * @typedef {{at: number, width: number, height: number, size: number}} Sized
 *
 * @param {readonly Box[]} words
 * @param {{width: number, height: number}} room
 * @param {readonly number[]} size Of each.
 * @param {number} gap In px.
 * @returns {Placed[] | null} null: they do not fit.
 */
function rows(words, room, size, gap) {
  const waiting = words.map(({ width, height }, at) => ({ at, width: width * (size[at] ?? 0), height: height * (size[at] ?? 0), size: size[at] ?? 0 }));
  let [up, down] = [0, 0];
  /** @type {{row: Sized[], y: number, height: number}[]} */
  const placed = [];
  while (waiting.length > 0) {
    const first = placed.length === 0;
    const above = !first && up <= down;
    const away = (first ? 0 : Math.min(up, down) + gap) + (waiting[0]?.height ?? 0);
    const row = fill(waiting, widthAt(first ? 0 : away, room), room.width, gap);
    if (row.length === 0) return null;
    const height = Math.max(...row.map((word) => word.height));
    const from = first ? -height / 2 : above ? -up - gap - height : down + gap;
    placed.push({ row, y: from, height });
    if (first || above) up = -from;
    if (first || !above) down = from + height;
    if (up + down > room.height) return null;
  }
  const top = (room.height - up - down) / 2 + up;
  return placed.flatMap(({ row, y, height }) => spread(row, top + y, height, room.width, gap));
}

/**
 * How wide a cloud is so far from its middle.
 *
 * @param {number} away
 * @param {{width: number, height: number}} room
 */
function widthAt(away, { width, height }) {
  const share = Math.min(1, away / (height * 0.56));
  return width * Math.max(NARROWEST, Math.sqrt(1 - share * share));
}

/**
 * Takes as many from the front as fit in a row: one at least, where the picture is wide enough for it.
 *
 * @param {Sized[]} waiting Those that were taken are gone.
 * @param {number} width
 * @param {number} widest
 * @param {number} gap
 */
function fill(waiting, width, widest, gap) {
  /** @type {Sized[]} */
  const row = [];
  let taken = 0;
  for (let next = waiting[0]; next; next = waiting[0]) {
    const wide = taken + (row.length > 0 ? gap : 0) + next.width;
    if (wide > (row.length === 0 ? widest : width)) break;
    row.push(next);
    waiting.shift();
    taken = wide;
  }
  return row;
}

/**
 * The first of a row in its middle, the next at its right, then at its left.
 *
 * @param {readonly Sized[]} row
 * @param {number} y
 * @param {number} height
 * @param {number} width Of the room.
 * @param {number} gap
 * @returns {Placed[]}
 */
function spread(row, y, height, width, gap) {
  /** @type {Sized[]} */
  const order = [];
  row.forEach((word, at) => (at % 2 === 0 ? order.unshift(word) : order.push(word)));
  let x = (width - row.reduce((sum, word) => sum + word.width, (row.length - 1) * gap)) / 2;
  return order.map((word) => {
    const placed = { at: word.at, x, y: y + (height - word.height) / 2, size: word.size };
    x += word.width + gap;
    return placed;
  });
}
