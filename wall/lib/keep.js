/**
 * Small things kept on this device. Storage may be switched off, full, or throw for no reason: then nothing is kept, and the page
 * goes on.
 */

/**
 * @param {string} name
 * @returns {string | null}
 */
export function kept(name) {
  try {
    return localStorage.getItem(name);
  } catch (fault) {
    console.info('nothing is kept on this device', fault);
    return null;
  }
}

/**
 * @param {string} name
 * @param {string} value
 * @returns {boolean} Whether it is kept.
 */
export function keep(name, value) {
  try {
    localStorage.setItem(name, value);
    return true;
  } catch (fault) {
    console.info('nothing is kept on this device', fault);
    return false;
  }
}
