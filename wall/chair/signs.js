/** Quiet signs between stage, chair and speaker: who sent what, what is still to be seen, and who saw ours. Pure. */

/** So long a sign stands when nobody takes it away. */
export const STANDS_MS = 150_000;

/**
 * @typedef {object} Sign A pulse of the topic `signal`.
 * @property {string} kind `two-minutes` or `thanks`.
 * @property {number} at µs.
 * @property {string} by A badge.
 *
 * @typedef {{came: Sign | null, sent: Sign | null, seen: boolean}} Signs `came`: from somebody else, not yet taken away. `seen`: ours was.
 */

/** @type {Signs} */
export const NONE = { came: null, sent: null, seen: false };

/**
 * @param {Signs} signs
 * @param {Sign} sign
 * @param {string} me This badge. A sign of one's own from another device is one's own.
 * @returns {Signs}
 */
export function heard(signs, sign, me) {
  const mine = sign.by === me;
  if (sign.kind === 'two-minutes') return mine ? { ...signs, sent: sign, seen: false } : { ...signs, came: sign };
  if (sign.kind === 'thanks') return mine ? { ...signs, came: null } : { ...signs, seen: signs.sent !== null };
  return signs;
}

/**
 * @param {Signs} signs
 * @param {number} nowMs
 * @returns {Signs} Without what stood long enough.
 */
export function standing(signs, nowMs) {
  const stands = (/** @type {Sign | null} */ sign) => (sign !== null && nowMs - sign.at / 1_000 < STANDS_MS ? sign : null);
  const [came, sent] = [stands(signs.came), stands(signs.sent)];
  return came === signs.came && sent === signs.sent ? signs : { came, sent, seen: sent !== null && signs.seen };
}
