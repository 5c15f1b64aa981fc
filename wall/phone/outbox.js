/**
 * Posts that are not sent yet. In IndexedDB where that works, so that they survive a closed tab; else in memory. Shared by all tabs
 * of this phone and by the service worker.
 *
 * @typedef {{blob: Blob, alt: string, id: string | null}} Photo `id`: the server has it already.
 * @typedef {object} Unsent
 * @property {string} key Idempotency key, made when it was written: however often it is sent, it comes once.
 * @property {string} text
 * @property {string} name
 * @property {string | null} [session] Chosen by hand; else the server finds it.
 * @property {string | null} [room] Of the code that was scanned.
 * @property {Photo[]} photos
 * @property {number} at Milliseconds since 1970, on this phone.
 */

const STORE = 'unsent';
/** Opening can hang for ever (a broken profile, another tab that upgrades); the form does not wait for it. */
const OPEN_MS = 2_000;

/**
 * The posts of one symposium.
 *
 * Events: `change` (another tab, or the service worker, added or took away).
 */
export class Outbox extends EventTarget {
  /** @type {Map<string, Unsent>} */
  #all = new Map();
  /** Keys that only this page knows: they could not be kept. @type {Set<string>} */
  #loose = new Set();
  /** @type {Promise<IDBDatabase> | null} */
  #database = null;
  #channel;
  /** Whether the last thing written will survive a closed tab. */
  durable = true;

  /** @param {string} slug */
  constructor(slug) {
    super();
    this.name = `fontein-${slug}`;
    this.#channel = typeof BroadcastChannel === 'function' ? new BroadcastChannel(this.name) : null;
    this.#channel?.addEventListener('message', () => void this.reload().then(() => this.dispatchEvent(new Event('change'))));
    /** Fulfilled when what an earlier visit left is known. */
    this.ready = this.reload();
  }

  /** @returns {Unsent[]} Oldest first. */
  get all() {
    return [...this.#all.values()].sort((a, b) => a.at - b.at);
  }

  /** @param {string} key */
  has(key) {
    return this.#all.has(key);
  }

  /** Take over what is kept: another tab, or the service worker, may have sent some. */
  async reload() {
    try {
      const found = /** @type {Unsent[]} */ (await this.#do('readonly', (store) => store.getAll()));
      const loose = [...this.#all].filter(([key]) => this.#loose.has(key));
      this.#all = new Map([...found.map((unsent) => /** @type {const} */ ([unsent.key, unsent])), ...loose]);
      if (this.#loose.size === 0) this.durable = true;
    } catch (fault) {
      this.durable = false;
      for (const key of this.#all.keys()) this.#loose.add(key);
      console.info('outbox: in memory only', fault);
    }
  }

  /**
   * @param {Unsent} unsent
   * @returns {Promise<boolean>} Whether it survives a closed tab, from now on; it is kept in memory either way.
   */
  async put(unsent) {
    this.#all.set(unsent.key, unsent);
    try {
      await this.#do('readwrite', (store) => store.put(unsent));
      this.#loose.delete(unsent.key);
      this.durable = true;
      this.#tell();
    } catch (fault) {
      this.#loose.add(unsent.key);
      this.durable = false;
      console.warn('outbox: not kept', fault);
    }
    return this.durable;
  }

  /** @param {string} key */
  async remove(key) {
    this.#all.delete(key);
    if (this.#loose.delete(key)) return;
    try {
      await this.#do('readwrite', (store) => store.delete(key));
      this.#tell();
    } catch (fault) {
      // It may come back at the next visit, and is then known to the server by its key.
      console.warn('outbox: not removed', fault);
    }
  }

  /** Let go of the database: for a service worker that is done. */
  async close() {
    this.#channel?.close();
    (await this.#database?.catch(() => null))?.close();
  }

  /**
   * One transaction, done when it is on disk. A database that the phone closed meanwhile (as iOS does with a sleeping page) is opened
   * once more.
   *
   * @template T
   * @param {IDBTransactionMode} mode
   * @param {(store: IDBObjectStore) => IDBRequest<T>} work
   * @returns {Promise<T>}
   */
  async #do(mode, work) {
    try {
      return await transact(await this.#open(), mode, work);
    } catch (fault) {
      if (!(fault instanceof DOMException) || fault.name !== 'InvalidStateError') throw fault;
      this.#database = null;
      return transact(await this.#open(), mode, work);
    }
  }

  #open() {
    this.#database ??= Promise.race([database(this.name), tooLate()]).catch((fault) => {
      this.#database = null;
      throw fault;
    });
    return this.#database;
  }

  #tell() {
    this.#channel?.postMessage(null);
  }
}

/**
 * @template T
 * @param {IDBDatabase} database
 * @param {IDBTransactionMode} mode
 * @param {(store: IDBObjectStore) => IDBRequest<T>} work
 * @returns {Promise<T>}
 */
function transact(database, mode, work) {
  return new Promise((resolve, reject) => {
    // Strict: a phone whose battery ran out has it still.
    const transaction = database.transaction(STORE, mode, { durability: 'strict' });
    const request = work(transaction.objectStore(STORE));
    transaction.oncomplete = () => resolve(request.result);
    transaction.onabort = () => reject(transaction.error);
    transaction.onerror = () => reject(transaction.error);
  });
}

/**
 * @param {string} name
 * @returns {Promise<IDBDatabase>}
 */
function database(name) {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: 'key' });
    request.onsuccess = () => {
      // Another tab with a newer version of this page may go on.
      request.result.onversionchange = () => request.result.close();
      resolve(request.result);
    };
    request.onerror = () => reject(request.error);
  });
}

/** @returns {Promise<never>} */
function tooLate() {
  return new Promise((_, reject) => setTimeout(() => reject(new Error('the database does not open')), OPEN_MS));
}
