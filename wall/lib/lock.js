/**
 * Do something while no other tab, nor the service worker, does it. Only a courtesy, where the browser has locks (https, localhost):
 * a tab that the phone put to sleep may hold one for ever, so the wait ends, and what is done must bear being done twice.
 *
 * @template T
 * @param {string} name
 * @param {number} waitMs
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function exclusively(name, waitMs, work) {
  if (!navigator.locks) return work();
  let began = false;
  try {
    return await navigator.locks.request(name, { signal: AbortSignal.timeout(waitMs) }, () => {
      began = true;
      return work();
    });
  } catch (fault) {
    if (began) throw fault;
    return work();
  }
}
