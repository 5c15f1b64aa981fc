/**
 * The order of the rows in the queue, and what is selected in it. Pure: rows in, new rows out.
 *
 * Two wishes pull at it. The queue is fair per device (`place`, from the server), and nothing may move under a
 * pointer. So the rows that can be seen stay where they are, also when their post has gone, and only what
 * lies below them is put in fair order.
 */

/**
 * @typedef {object} Placed What the order needs to know of a post.
 * @property {string} id
 * @property {number} place Lower is earlier.
 *
 * @typedef {object} Row
 * @property {string} id
 * @property {boolean} gone Its post has left the queue; the row is a gap until `sweep`.
 */

/**
 * The rows for these posts.
 *
 * @param {ReadonlyArray<Row>} rows As shown now.
 * @param {ReadonlyArray<Placed>} posts The queue, in any order.
 * @param {number} frozen How many rows, from the top, must stay where they are: up to the last one in sight.
 * @returns {Row[]}
 */
export function arrange(rows, posts, frozen) {
  const ids = new Set(posts.map((post) => post.id));
  const kept = rows.slice(0, frozen).map((row) => (row.gone === !ids.has(row.id) ? row : { id: row.id, gone: !row.gone }));
  for (const row of kept) ids.delete(row.id);
  const rest = posts.filter((post) => ids.has(post.id)).sort(before);
  return [...kept, ...rest.map(({ id }) => ({ id, gone: false }))];
}

/**
 * Without the gaps; the one of the current post stays, for somebody is reading that.
 *
 * @param {ReadonlyArray<Row>} rows
 * @param {string | null} current
 * @returns {ReadonlyArray<Row>} The same ones when there is no gap.
 */
export function sweep(rows, current) {
  const kept = rows.filter((row) => !row.gone || row.id === current);
  return kept.length === rows.length ? rows : kept;
}

/**
 * Near-duplicates folded into one: which post stands for which others.
 *
 * @param {ReadonlyArray<Placed & {group: string}>} posts The queue, in any order.
 * @param {ReadonlyArray<Row>} rows As shown now: who stands for the others keeps standing there while it waits.
 * @returns {{families: Map<string, string[]>, folded: Set<string>}} By the id of a row that stands for more than itself:
 *   all of them, its own first, in the order of the queue. And those that have no row of their own.
 */
export function fold(posts, rows) {
  // Nearly all posts are alone, and the queue may be long: only what another one refers to is looked at.
  const shared = new Set(posts.filter((post) => post.group !== post.id).map((post) => post.group));
  /** @type {Map<string, (Placed & {group: string})[]>} */
  const groups = new Map([...shared].map((group) => [group, []]));
  for (const post of posts) groups.get(post.group)?.push(post);
  const shown = shared.size > 0 ? new Set(rows.map((row) => row.id)) : NOBODY;
  const families = new Map();
  const folded = new Set();
  for (const group of groups.values()) {
    if (group.length < 2) continue;
    group.sort((a, b) => Number(shown.has(b.id)) - Number(shown.has(a.id)) || before(a, b));
    const [first = '', ...others] = group.map((post) => post.id);
    families.set(first, [first, ...others]);
    for (const id of others) folded.add(id);
  }
  return { families, folded };
}

/**
 * @param {Placed} a
 * @param {Placed} b
 */
function before(a, b) {
  return a.place - b.place || (a.id < b.id ? -1 : 1);
}

/** @type {ReadonlySet<string>} */
const NOBODY = new Set();

/**
 * The row above or below, past the gaps and past what a colleague reads; the same one at either end; the first one when
 * there is none yet. When colleagues read all that is left that way, the nearest of theirs.
 *
 * @param {ReadonlyArray<Row>} rows
 * @param {string | null} current
 * @param {1 | -1} direction
 * @param {ReadonlySet<string>} [taken] Rows that a colleague reads.
 * @returns {string | null} null when nothing waits.
 */
export function step(rows, current, direction, taken = NOBODY) {
  const at = rows.findIndex((row) => row.id === current);
  if (at < 0) return first(rows, taken);
  const found = beyond(rows, at, direction, taken);
  if (found !== null) return found;
  return rows[at]?.gone ? null : current;
}

/**
 * @param {ReadonlyArray<Row>} rows
 * @param {number} at
 * @param {1 | -1} direction
 * @param {ReadonlySet<string>} taken
 * @returns {string | null}
 */
function beyond(rows, at, direction, taken) {
  /** @type {string | null} */
  let theirs = null;
  for (let n = at + direction; n >= 0 && n < rows.length; n += direction) {
    const row = rows[n];
    if (!row || row.gone) continue;
    if (!taken.has(row.id)) return row.id;
    theirs ??= row.id;
  }
  return theirs;
}

/**
 * The first row that nobody else reads; else the first one.
 *
 * @param {ReadonlyArray<Row>} rows
 * @param {ReadonlySet<string>} [taken]
 * @returns {string | null} null when nothing waits.
 */
export function first(rows, taken = NOBODY) {
  return beyond(rows, -1, 1, taken);
}

/**
 * Where to go when these leave: the first row below the current one that stays and that nobody else reads, else the
 * nearest such above it, else one that somebody else reads.
 *
 * @param {ReadonlyArray<Row>} rows
 * @param {string | null} current
 * @param {ReadonlySet<string>} leaving
 * @param {ReadonlySet<string>} [taken]
 * @returns {string | null} null when nothing is left.
 */
export function after(rows, current, leaving, taken = NOBODY) {
  const marked = rows.map((row) => ({ id: row.id, gone: row.gone || leaving.has(row.id) }));
  const at = marked.findIndex((row) => row.id === current);
  if (at < 0) return first(marked, taken);
  if (!marked[at]?.gone) return current;
  const ways = /** @type {const} */ ([1, -1]).map((direction) => beyond(marked, at, direction, taken));
  return ways.find((id) => id !== null && !taken.has(id)) ?? ways.find((id) => id !== null) ?? null;
}

/**
 * Choose these, or leave them out when all of them are chosen.
 *
 * @param {ReadonlySet<string>} selected
 * @param {ReadonlyArray<string>} ids What one row stands for.
 * @returns {Set<string>}
 */
export function toggle(selected, ids) {
  const next = new Set(selected);
  const all = ids.every((id) => next.has(id));
  for (const id of ids) {
    if (all) next.delete(id);
    else next.add(id);
  }
  return next;
}

/**
 * Select the current row and its neighbour.
 *
 * @param {ReadonlyArray<Row>} rows
 * @param {ReadonlySet<string>} selected
 * @param {string | null} current
 * @param {1 | -1} direction
 * @param {ReadonlyMap<string, ReadonlyArray<string>>} [families] What a row stands for, where that is more than itself.
 * @returns {{selected: Set<string>, current: string | null}}
 */
export function extend(rows, selected, current, direction, families = new Map()) {
  const neighbour = step(rows, current, direction);
  const chosen = [current, neighbour].flatMap((id) => (id ? (families.get(id) ?? [id]) : []));
  return { selected: new Set([...selected, ...chosen]), current: neighbour };
}

/**
 * The ids of all posts that say the same as these, themselves included.
 *
 * @param {ReadonlyArray<{id: string, group: string}>} posts
 * @param {ReadonlySet<string>} ids
 * @returns {Set<string>}
 */
export function alike(posts, ids) {
  const groups = new Set(posts.filter((post) => ids.has(post.id)).map((post) => post.group));
  return new Set([...ids, ...posts.filter((post) => groups.has(post.group)).map((post) => post.id)]);
}
