/**
 * Undo and redo: pure.
 *
 * @template T
 * @typedef {object} History
 * @property {readonly T[]} past The newest last.
 * @property {T} present
 * @property {readonly T[]} future The next one first.
 * @property {string} step What the last change was about: typing on in one field is one step.
 */

/** Further back nobody goes. */
export const MAX_STEPS = 200;

/**
 * @template T
 * @param {T} present
 * @returns {History<T>}
 */
export function begin(present) {
  return { past: [], present, future: [], step: '' };
}

/**
 * @template T
 * @param {History<T>} history
 * @param {T} present
 * @param {string} [step] The same one twice in a row is one step to undo; empty is always a step of its own.
 * @returns {History<T>}
 */
export function changed(history, present, step = '') {
  if (present === history.present) return history;
  const past = step && step === history.step ? history.past : [...history.past, history.present].slice(-MAX_STEPS);
  return { past, present, future: [], step };
}

/**
 * @template T
 * @param {History<T>} history
 * @returns {History<T>} The same one where there is nothing to undo.
 */
export function undone(history) {
  const { past, present, future } = history;
  const before = past.at(-1);
  return before === undefined ? history : { past: past.slice(0, -1), present: before, future: [present, ...future], step: '' };
}

/**
 * @template T
 * @param {History<T>} history
 * @returns {History<T>} The same one where there is nothing to redo.
 */
export function redone(history) {
  const { past, present, future } = history;
  const [after, ...rest] = future;
  return after === undefined ? history : { past: [...past, present], present: after, future: rest, step: '' };
}
