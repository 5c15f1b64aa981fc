export const RETRY_MIN_MS = 500;
const RETRY_MAX_MS = 15_000;

/**
 * How long to wait before coming back: full jitter, so that 10,000 phones do not come at once.
 *
 * @param {number} failures In a row; at least 1.
 * @param {number} chance 0 up to 1.
 * @returns {number} Milliseconds, 500 to 15,000.
 */
export function retryDelay(failures, chance) {
  const ceiling = Math.min(RETRY_MAX_MS, RETRY_MIN_MS * 2 ** Math.min(failures, 10));
  return RETRY_MIN_MS + chance * (ceiling - RETRY_MIN_MS);
}
