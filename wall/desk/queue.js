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
  const waiting = new Map(posts.map((post) => [post.id, post]));
  const kept = rows.slice(0, frozen).map((row) => ({ id: row.id, gone: !waiting.has(row.id) }));
  for (const row of kept) waiting.delete(row.id);
  const rest = [...waiting.values()].sort((a, b) => a.place - b.place || (a.id < b.id ? -1 : 1));
  return [...kept, ...rest.map(({ id }) => ({ id, gone: false }))];
}

/**
 * Without the gaps; the one of the current post stays, for somebody is reading that.
 *
 * @param {ReadonlyArray<Row>} rows
 * @param {string | null} current
 * @returns {Row[]}
 */
export function sweep(rows, current) {
  return rows.filter((row) => !row.gone || row.id === current);
}

/**
 * The row above or below, past the gaps; the same one at either end; the first one when there is none yet.
 *
 * @param {ReadonlyArray<Row>} rows
 * @param {string | null} current
 * @param {1 | -1} direction
 * @returns {string | null} null when nothing waits.
 */
export function step(rows, current, direction) {
  const at = rows.findIndex((row) => row.id === current);
  if (at < 0) return rows.find((row) => !row.gone)?.id ?? null;
  for (let n = at + direction; n >= 0 && n < rows.length; n += direction) {
    const row = rows[n];
    if (row && !row.gone) return row.id;
  }
  return rows[at]?.gone ? null : current;
}

/**
 * Where to go when these leave: the first row below the current one that stays, else the nearest above it.
 *
 * @param {ReadonlyArray<Row>} rows
 * @param {string | null} current
 * @param {ReadonlySet<string>} leaving
 * @returns {string | null} null when nothing is left.
 */
export function after(rows, current, leaving) {
  const marked = rows.map((row) => ({ id: row.id, gone: row.gone || leaving.has(row.id) }));
  const at = marked.findIndex((row) => row.id === current);
  if (at < 0) return marked.find((row) => !row.gone)?.id ?? null;
  if (!marked[at]?.gone) return current;
  return step(marked, current, 1) ?? step(marked, current, -1);
}

/**
 * @param {ReadonlySet<string>} selected
 * @param {string} id
 * @returns {Set<string>}
 */
export function toggle(selected, id) {
  const next = new Set(selected);
  if (!next.delete(id)) next.add(id);
  return next;
}

/**
 * Select the current row and its neighbour.
 *
 * @param {ReadonlyArray<Row>} rows
 * @param {ReadonlySet<string>} selected
 * @param {string | null} current
 * @param {1 | -1} direction
 * @returns {{selected: Set<string>, current: string | null}}
 */
export function extend(rows, selected, current, direction) {
  const next = new Set(selected);
  if (current) next.add(current);
  const neighbour = step(rows, current, direction);
  if (neighbour) next.add(neighbour);
  return { selected: next, current: neighbour };
}

/**
 * The ids of all posts that look like this one, itself included. Posts that look alike carry the id of one of
 * them in `like`.
 *
 * @param {ReadonlyArray<{id: string, like: string | null}>} posts
 * @param {string} id
 * @returns {Set<string>}
 */
export function alike(posts, id) {
  const found = posts.find((post) => post.id === id);
  const family = found?.like ?? id;
  return new Set([id, ...posts.filter((post) => post.id === family || post.like === family).map((post) => post.id)]);
}

/**
 * How many others look like each post.
 *
 * @param {ReadonlyArray<{id: string, like: string | null}>} posts
 * @returns {Map<string, number>}
 */
export function countAlike(posts) {
  /** @type {Map<string, number>} */
  const families = new Map();
  for (const { id, like } of posts) families.set(like ?? id, (families.get(like ?? id) ?? 0) + 1);
  return new Map(posts.map(({ id, like }) => [id, (families.get(like ?? id) ?? 1) - 1]));
}
