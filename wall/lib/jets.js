/** @import {Size} from './fountain.js' */

/**
 * The water of a fountain, as curves: jets that rise from one nozzle and fall to both sides. The same for every wall of one size.
 *
 * @typedef {{x: number, y: number}} Point
 * @typedef {{from: Point, over: Point, to: Point, width: number, share: number}} Jet A quadratic curve; `share`: how strong its water is, 0 to 1.
 * @typedef {{nozzle: Point, jets: readonly Jet[], ripples: readonly {x: number, y: number, width: number, height: number}[], basin: number}} Water `basin`: top of the pool in the middle, in px.
 */

const PAIRS = 9;
/** How high each pair of jets comes, of the first: as real fountains, not quite even. */
const HEIGHTS = [1, 0.955, 0.955, 0.88, 0.865, 0.8, 0.72, 0.645, 0.545];
const POINTS = 18;

/**
 * @param {Size} screen
 * @param {number} top The highest that water comes, in px from above.
 * @param {number} floor Where the water stands: the nozzle's height, in px from above.
 * @param {number} [middle] Where the nozzle is, in px from the left; in the middle by default.
 * @returns {Water}
 */
export function water(screen, top, floor, middle = screen.width / 2) {
  const nozzle = { x: middle, y: floor };
  const reach = Math.min(screen.width * 0.445, screen.height * 1.05);
  const unit = Math.min(screen.width, screen.height) / 1080;
  const jets = HEIGHTS.slice(0, PAIRS).flatMap((share, index) => {
    const away = reach * ((index + 0.36) / (PAIRS - 0.64));
    const high = (floor - top) * share;
    return [1, -1].map((side) => jet(nozzle, side * away, high, unit, index));
  });
  return { nozzle, jets, basin: floor - unit * 95, ripples: [0.11, 0.29, 0.46, 0.64].map((share) => ({ ...nozzle, width: reach * share, height: reach * share * 0.075 })) };
}

/**
 * @param {Point} nozzle
 * @param {number} away
 * @param {number} high
 * @param {number} unit
 * @param {number} index
 * @returns {Jet}
 */
function jet(nozzle, away, high, unit, index) {
  // The curve comes half as high as its control point.
  return {
    from: nozzle,
    over: { x: nozzle.x + away * 0.5, y: nozzle.y - 2 * high },
    to: { x: nozzle.x + away, y: nozzle.y + unit * (1.5 + index) },
    width: unit * (2.7 - index * 0.17),
    share: 0.52 - index * 0.038,
  };
}

/**
 * @param {Jet} jet
 * @param {number} share 0 at the nozzle, 1 where it falls.
 * @returns {Point}
 */
export function along({ from, over, to }, share) {
  const rest = 1 - share;
  return {
    x: rest * rest * from.x + 2 * rest * share * over.x + share * share * to.x,
    y: rest * rest * from.y + 2 * rest * share * over.y + share * share * to.y,
  };
}

/**
 * The way of one drop: points at equal times, so that it is fast below and slow at the top, as what is thrown is.
 *
 * @param {Jet} jet
 * @returns {Point[]}
 */
export function flight(jet) {
  return Array.from({ length: POINTS + 1 }, (_, index) => along(jet, index / POINTS));
}
