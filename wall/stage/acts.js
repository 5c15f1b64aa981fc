/** What was done last from here or from the desk, to the screens as a whole. Pure. */

/**
 * @typedef {object} Act A line of the history that is no decision on a post.
 * @property {number} seq
 * @property {number} at Microseconds.
 * @property {string} by Empty for the brake.
 * @property {string} what
 * @property {string} detail
 * @property {string | null} screen
 * @property {boolean} undone
 * @property {boolean} canUndo
 */

/** What the remote does. Stop has a button of its own: taking it back must not be a tap that was meant for something else. */
const OURS = ['scene', 'announcement', 'theme', 'policy', 'brake', 'pause', 'programme', 'shift', 'on-stage', 'direction', 'follow', 'screen', 'moved', 'paper', 'question', 'question-stand', 'questions-merged', 'hall'];

/**
 * The newest act, done or undone.
 *
 * @param {ReadonlyMap<string, unknown>} entries
 * @returns {Act | null}
 */
export function lastAct(entries) {
  /** @type {Act | null} */
  let found = null;
  for (const [key, value] of entries) {
    const act = /** @type {Act} */ (value);
    if (key.startsWith('last:') && OURS.includes(act.what) && act.seq > (found?.seq ?? 0)) found = act;
  }
  return found;
}
