/**
 * Posts that are not sent yet. In IndexedDB where that works, so that they survive a closed tab; else in memory.
 *
 * @typedef {{blob: Blob, alt: string, id: string | null}} Photo `id`: the server has it already.
 * @typedef {object} Unsent
 * @property {string} key Idempotency key: however often it is sent, it comes once.
 * @property {string} text
 * @property {string} name
 * @property {Photo[]} photos
 * @property {number} at Milliseconds since 1970, on this phone.
 */

const STORE = 'unsent';
/** Opening can hang for ever (a broken profile, another tab that upgrades); the form does not wait for it. */
const OPEN_MS = 2_000;

export class Outbox {
  /** @type {Map<string, Unsent>} */
  #all = new Map();
  /** @type {IDBDatabase | null} */
  #database = null;
  /** Whether the last thing written will survive a closed tab. */
  durable = true;

  /**
   * @param {string} slug
   * @returns {Promise<Outbox>} With what an earlier visit left.
   */
  static async open(slug) {
    const outbox = new Outbox();
    try {
      outbox.#database = await Promise.race([database(`fontein-${slug}`), tooLate()]);
      const found = await done(outbox.#store('readonly').getAll());
      for (const unsent of found) outbox.#all.set(unsent.key, unsent);
    } catch (fault) {
      outbox.#lose(fault);
    }
    return outbox;
  }

  /** @returns {Unsent[]} Oldest first. */
  get all() {
    return [...this.#all.values()].sort((a, b) => a.at - b.at);
  }

  /**
   * @param {Unsent} unsent
   * @returns {Promise<boolean>} Whether it survives a closed tab; it is kept in memory either way.
   */
  async put(unsent) {
    this.#all.set(unsent.key, unsent);
    if (!this.#database) return false;
    try {
      await done(this.#store('readwrite').put(unsent));
      this.durable = true;
    } catch (fault) {
      this.durable = false;
      console.warn('outbox: not kept', fault);
    }
    return this.durable;
  }

  /** @param {string} key */
  async remove(key) {
    this.#all.delete(key);
    try {
      if (this.#database) await done(this.#store('readwrite').delete(key));
    } catch (fault) {
      // It may come back at the next visit, and is then known to the server by its key.
      console.warn('outbox: not removed', fault);
    }
  }

  /** @param {IDBTransactionMode} mode */
  #store(mode) {
    if (!this.#database) throw new Error('no database');
    return this.#database.transaction(STORE, mode).objectStore(STORE);
  }

  /** @param {unknown} fault */
  #lose(fault) {
    this.#database = null;
    this.durable = false;
    console.info('outbox: in memory only', fault);
  }
}

/**
 * @param {string} name
 * @returns {Promise<IDBDatabase>}
 */
function database(name) {
  const request = indexedDB.open(name, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: 'key' });
  return done(request);
}

/** @returns {Promise<never>} */
function tooLate() {
  return new Promise((_, reject) => setTimeout(() => reject(new Error('the database does not open')), OPEN_MS));
}

/**
 * @template T
 * @param {IDBRequest<T>} request
 * @returns {Promise<T>}
 */
function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
