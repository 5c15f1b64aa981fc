/** Small things kept in this tab, over a reload. Storage may be switched off or full: then nothing is kept, and the page goes on. */

/**
 * @param {string} name
 * @returns {string | null}
 */
export function recalled(name) {
  try {
    return sessionStorage.getItem(name);
  } catch (fault) {
    console.info('nothing is kept in this tab', fault);
    return null;
  }
}

/**
 * @param {string} name
 * @param {string} value
 */
export function recall(name, value) {
  try {
    sessionStorage.setItem(name, value);
  } catch (fault) {
    console.info('nothing is kept in this tab', fault);
  }
}
