/** @import {OpinionGroup} from '../types.js' */

/**
 * Groups of opinion as ellipses in a picture, each with its label; never a person. Pure geometry in px.
 *
 * @typedef {{x: number, y: number, wide: number, high: number, turn: number}} Ellipse Its middle, half axes, and turn in radians, clockwise as the screen counts.
 * @typedef {{ellipses: Ellipse[], labels: {x: number, y: number}[]}} OpinionMap `labels`: of each group, the corner of its label.
 */

/** A group that stands very near to itself is still a ring around its label: its half axes, in labels. The square root of a half would touch its corners. */
const LEAST = { wide: 0.74, high: 0.84 };
const TURNS = 200;

/**
 * @param {readonly Omit<OpinionGroup, 'n' | 'typical'>[]} groups On a map from -1 to 1, y up.
 * @param {{width: number, height: number}} room
 * @param {{width: number, height: number}} label
 * @returns {OpinionMap}
 */
export function opinionMap(groups, room, label) {
  const edges = groups.map(({ x, y, wide, high, turn }) => {
    const across = Math.hypot(wide * Math.cos(turn), high * Math.sin(turn));
    const up = Math.hypot(wide * Math.sin(turn), high * Math.cos(turn));
    return { left: x - across, right: x + across, low: y - up, top: y + up };
  });
  const left = Math.min(...edges.map((edge) => edge.left));
  const right = Math.max(...edges.map((edge) => edge.right));
  const low = Math.min(...edges.map((edge) => edge.low));
  const top = Math.max(...edges.map((edge) => edge.top));
  const least = { wide: LEAST.wide * label.width, high: LEAST.high * label.height };
  const inner = { width: Math.max(1, room.width - 2 * least.wide), height: Math.max(1, room.height - 2 * least.high) };
  const scale = Math.min(inner.width / Math.max(1e-9, right - left), inner.height / Math.max(1e-9, top - low));
  const ellipses = groups.map(({ x, y, wide, high, turn }) => ({
    x: room.width / 2 + (x - (left + right) / 2) * scale,
    y: room.height / 2 - (y - (low + top) / 2) * scale,
    wide: Math.max(least.wide, wide * scale), high: Math.max(least.high, high * scale), turn: -turn,
  }));
  return { ellipses, labels: apart(ellipses, room, label) };
}

/**
 * Labels in the middle of their ellipses. Where two would touch they are pushed apart the shortest way: side by side, or one under
 * the other.
 *
 * @param {readonly Ellipse[]} ellipses
 * @param {{width: number, height: number}} room
 * @param {{width: number, height: number}} label
 */
function apart(ellipses, room, { width, height }) {
  const places = ellipses.map(({ x, y }) => within({ x: x - width / 2, y: y - height / 2 }));
  for (let turn = 0; turn < TURNS; turn += 1) {
    let moved = false;
    places.forEach((a, at) => {
      for (const b of places.slice(at + 1)) {
        const over = { x: width - Math.abs(a.x - b.x), y: height - Math.abs(a.y - b.y) };
        if (over.x <= 0 || over.y <= 0) continue;
        // An edge in the way sends them round it after some turns, and so does a third one.
        const axis = over.x < over.y && turn < TURNS / 2 ? 'x' : 'y';
        const push = over[axis] / 2 + 0.5;
        const [before, after] = a[axis] < b[axis] || (a[axis] === b[axis] && at % 2 === 0) ? [a, b] : [b, a];
        Object.assign(before, within({ ...before, [axis]: before[axis] - push }));
        Object.assign(after, within({ ...after, [axis]: after[axis] + push }));
        moved = true;
      }
    });
    if (!moved) return places;
  }
  // They do not find their peace: one under the other then, each as near to its group as that allows.
  const order = places.map((_, at) => at).sort((a, b) => (ellipses[a]?.y ?? 0) - (ellipses[b]?.y ?? 0));
  const step = Math.max(height, room.height / Math.max(1, places.length));
  order.forEach((at, row) => Object.assign(places[at] ?? {}, { y: row * step }));
  return places;

  /** @param {{x: number, y: number}} place */
  function within({ x, y }) {
    return { x: Math.min(Math.max(0, x), Math.max(0, room.width - width)), y: Math.min(Math.max(0, y), Math.max(0, room.height - height)) };
  }
}
