/**
 * Says whether a press of the bar may decide. After a decision the next post appears under the same finger,
 * so what is pressed in the first moment was meant for the post before. Keys need no guard for that: each key-down
 * decides once, and repeats are dropped. When the author changed the text that is being read, both wait.
 */

/** Nobody reads a changed text faster. */
export const READ_MS = 600;

/** A double tap is at most this far apart; slower is a second thought. */
export const GUARD_MS = 250;

export class Guard {
  #decided = -Infinity;
  #changed = -Infinity;

  /**
   * A decision was made: the next post appears.
   * @param {number} now Milliseconds of any clock that does not go back.
   */
  decided(now) {
    this.#decided = now;
  }

  /**
   * The text that somebody was reading was replaced by its author.
   * @param {number} now
   */
  changed(now) {
    this.#changed = now;
  }

  /**
   * @param {number} now
   * @param {'pointer' | 'key'} by
   * @returns {boolean} Whether this press counts.
   */
  lets(now, by) {
    if (now - this.#changed < READ_MS) return false;
    return by === 'key' || now - this.#decided >= GUARD_MS;
  }
}
