/**
 * How large the type of a wall is. Everything on it is a multiple of one size: the smallest type for text that must be read.
 *
 * Source of the rule: DISCAS (ANSI/AVIXA V202.01): the farthest viewer of text stands at picture height × element height in per
 * cent × 2. A cap height of 3 % serves a last row at six picture heights, which is how most halls are built.
 */

/** Cap height of the smallest text that must be read, as a share of the picture's short side. */
export const CAP_MIN = 0.03;
/** Type size that gives that cap height: capitals of a grotesque (Inter 0.727, DejaVu 0.729) are 0.723 of it or more. */
export const BODY_SHARE = 0.0415;
/** Larger than this, no card holds a sentence; then the picture is too small for the room. */
const SCALE_MAX = 1.6;

/**
 * @typedef {object} Reading
 * @property {number} scale Of all type; 1 is the smallest that is ever used.
 * @property {number | null} reachM From how far it can be read, in metres; null: the picture's height is not known.
 * @property {boolean} tooFar The last row sits beyond that.
 *
 * @param {{depthM?: number | undefined, pictureM?: number | undefined}} room Last row to picture, and the picture's height, in metres; 0 or nothing: not known.
 * @returns {Reading}
 */
export function reading({ depthM = 0, pictureM = 0 }) {
  if (!(pictureM > 0)) return { scale: 1, reachM: null, tooFar: false };
  const wanted = depthM > 0 ? depthM / (pictureM * 2 * 100 * CAP_MIN) : 1;
  const scale = Math.min(SCALE_MAX, Math.max(1, wanted));
  return { scale, reachM: pictureM * CAP_MIN * scale * 100 * 2, tooFar: wanted > SCALE_MAX };
}

/**
 * The side of a picture that the type follows: its height, or less where the picture is too narrow for lines of that type. A
 * picture that stands up is as wide as its hall is deep, so there it is the width.
 *
 * @param {{width: number, height: number}} screen
 */
export function shortSide({ width, height }) {
  return width >= height ? Math.min(height, width / 1.25) : width;
}
