/**
 * What is not sent yet: posts, and in a lane of their own the votes, which wait for no photo. In IndexedDB where that works, so that
 * it survives a closed tab; else in memory. Shared by all tabs of this phone and by the service worker.
 *
 * @typedef {{blob: Blob, alt: string, id: string | null}} Photo `id`: the server has it already.
 * @typedef {object} Unsent
 * @property {string} key Idempotency key, made when it was written: however often it is sent, it comes once.
 * @property {string} text
 * @property {string} name
 * @property {string | null} [session] Chosen by hand; else the server finds it.
 * @property {string | null} [room] Of the code that was scanned.
 * @property {Photo[]} photos
 * @property {boolean} [question] It is asked of the stage.
 * @property {string} [to] Of whom; else of whoever is there.
 * @property {string} [poll] It answers this poll.
 * @property {number} at Milliseconds since 1970, on this phone.
 *
 * @typedef {{key: string, at: number}} Waiting Anything that waits; another one with its key takes its place.
 */

const STORE = 'unsent';
/** Opening can hang for ever (a broken profile, another tab that upgrades); the form does not wait for it. */
const OPEN_MS = 2_000;

/**
 * What waits of one symposium, in one lane.
 *
 * Events: `change` (another tab, or the service worker, added or took away).
 *
 * @template {Waiting} T
 */
export class Outbox extends EventTarget {
  /** @type {Map<string, T>} */
  #all = new Map();
  /** Keys that only this page knows: they could not be kept. @type {Set<string>} */
  #loose = new Set();
  /** Keys on their way to the disk: what is read meanwhile does not have them yet. @type {Set<string>} */
  #writing = new Set();
  /** @type {Promise<IDBDatabase> | null} */
  #database = null;
  #channel;
  /** Whether the last thing written will survive a closed tab. */
  durable = true;

  /**
   * @param {string} slug
   * @param {string} [lane] Without one: the posts.
   */
  constructor(slug, lane = '') {
    super();
    this.name = `fontein-${slug}${lane && `:${lane}`}`;
    this.#channel = typeof BroadcastChannel === 'function' ? new BroadcastChannel(this.name) : null;
    this.#channel?.addEventListener('message', () => void this.reload().then(() => this.dispatchEvent(new Event('change'))));
    /** Fulfilled when what an earlier visit left is known. */
    this.ready = this.reload();
  }

  /** @returns {T[]} Oldest first. */
  get all() {
    return [...this.#all.values()].sort((a, b) => a.at - b.at);
  }

  /** @param {string} key */
  has(key) {
    return this.#all.has(key);
  }

  /** @param {string} key */
  get(key) {
    return this.#all.get(key);
  }

  /** Take over what is kept: another tab, or the service worker, may have sent some. */
  async reload() {
    try {
      const found = /** @type {T[]} */ (await this.#do('readonly', (store) => store.getAll()));
      const loose = [...this.#all].filter(([key]) => this.#loose.has(key) || this.#writing.has(key));
      this.#all = new Map([...found.map((unsent) => /** @type {const} */ ([unsent.key, unsent])), ...loose]);
      if (this.#loose.size === 0) this.durable = true;
    } catch (fault) {
      this.durable = false;
      for (const key of this.#all.keys()) this.#loose.add(key);
      console.info('outbox: in memory only', fault);
    }
  }

  /**
   * @param {T} unsent
   * @returns {Promise<boolean>} Whether it survives a closed tab, from now on; it is kept in memory either way.
   */
  async put(unsent) {
    this.#all.set(unsent.key, unsent);
    this.#writing.add(unsent.key);
    try {
      await this.#do('readwrite', (store) => store.put(unsent));
      this.#loose.delete(unsent.key);
      this.durable = true;
      this.#tell();
    } catch (fault) {
      this.#loose.add(unsent.key);
      this.durable = false;
      console.warn('outbox: not kept', fault);
    } finally {
      this.#writing.delete(unsent.key);
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

  /** It arrived, or never will: take it away, unless something newer took its place meanwhile. @param {T} sent */
  async done(sent) {
    if (this.#all.get(sent.key)?.at === sent.at) this.#all.delete(sent.key);
    if (this.#loose.has(sent.key)) {
      if (!this.#all.has(sent.key)) this.#loose.delete(sent.key);
      return;
    }
    try {
      await this.#do('readwrite', (store) => removeThis(store, sent));
      this.#tell();
    } catch (fault) {
      console.warn('outbox: not removed', fault); // As above: it comes once all the same.
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
   * @template R
   * @param {IDBTransactionMode} mode
   * @param {(store: IDBObjectStore) => IDBRequest<R>} work
   * @returns {Promise<R>}
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
 * @param {IDBObjectStore} store
 * @param {Waiting} sent
 */
function removeThis(store, { key, at }) {
  const found = store.get(key);
  found.onsuccess = () => {
    if (found.result?.at === at) store.delete(key);
  };
  return found;
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
