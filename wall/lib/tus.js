/** @import {Problem} from '../types.js' */

/**
 * A file on its way up, by tus 1.0.0 (core, creation, termination): in pieces, so that a cut costs one piece at most, and so that
 * whoever comes back with the same file, also after a reload, goes on where it stopped.
 *
 * Source: https://tus.io/protocols/resumable-upload, 1.0.0.
 *
 * @typedef {'ready' | 'sending' | 'paused' | 'waiting' | 'done' | 'failed'} UploadState `waiting`: for the network or the server; it
 *   goes on by itself.
 *
 * @typedef {object} Memory Where uploads are, over a reload.
 * @property {(key: string) => string | null} get
 * @property {(key: string, url: string | null) => void} set null: forget it.
 */

const VERSION = '1.0.0';
const MB = 2 ** 20;
export const PIECE_MIN = MB;
export const PIECE_MAX = 4 * MB;
/** A piece should take about so long: long enough to be worth its round trip, short enough to be lost. */
const PIECE_MS = 4_000;
/** The smallest piece on a line of 30 kB/s. */
const PIECE_TIMEOUT_MS = 90_000;
const ASK_TIMEOUT_MS = 15_000;
/** The last piece is answered when the server has looked through the file. */
const LAST_TIMEOUT_MS = 180_000;
const WAIT_MIN_MS = 1_000;
const WAIT_MAX_MS = 30_000;
/** What comes right by itself. 423: somebody is still sending it, as a tab that is gone. 460: a piece was damaged on its way. */
const PASSING = new Set([0, 408, 409, 423, 425, 429, 460, 500, 502, 503, 504, 507]);
/** The server does not have the upload any more. */
const GONE = new Set([404, 410]);

/**
 * What tells one file from another, as far as a browser knows.
 *
 * @param {{name: string, size: number, lastModified: number}} file
 * @param {string} where For which paper it is.
 */
export function fileKey({ name, size, lastModified }, where) {
  return `${where} ${size} ${lastModified} ${name}`;
}

/**
 * How large the next piece should be: so that it takes a few seconds.
 *
 * @param {number} bytes Of the last one.
 * @param {number} ms That it took.
 */
export function nextPiece(bytes, ms) {
  const wanted = (bytes / Math.max(1, ms)) * PIECE_MS;
  return Math.round(Math.min(PIECE_MAX, Math.max(PIECE_MIN, wanted)));
}

/**
 * One upload. Event `change`: `state`, `sent` or `secondsLeft` is another.
 */
export class Upload extends EventTarget {
  /** @type {UploadState} */
  state = 'ready';
  /** Bytes that the server has. */
  sent = 0;
  /** What the server said at the end; only when `done`. @type {any} */
  answer = null;
  /** Why it failed, or what it waits for. @type {Problem | null} */
  problem = null;
  #url = /** @type {string | null} */ (null);
  #piece = PIECE_MIN;
  #bytesPerMs = 0;
  #failures = 0;
  /** Ends what is under way. */
  #abort = new AbortController();
  #running = /** @type {Promise<void> | null} */ (null);

  /**
   * @param {object} given
   * @param {string} given.url Where uploads are made.
   * @param {File} given.file
   * @param {string} given.key As `fileKey` gives it.
   * @param {Memory} given.memory
   * @param {Readonly<Record<string, string>>} [given.metadata]
   * @param {typeof globalThis.fetch} [given.fetch]
   * @param {(ms: number, signal: AbortSignal) => Promise<void>} [given.wait] Fulfilled after a while, at once when there is a network again, and when aborted.
   */
  constructor({ url, file, key, memory, metadata = {}, fetch = globalThis.fetch.bind(globalThis), wait = pause }) {
    super();
    this.url = url;
    this.file = file;
    this.key = key;
    this.memory = memory;
    this.metadata = metadata;
    this.fetch = fetch;
    this.wait = wait;
    this.#url = memory.get(key);
  }

  /** Seconds until it is there, as far as anybody can tell; null before the first piece. */
  get secondsLeft() {
    return this.#bytesPerMs > 0 ? (this.file.size - this.sent) / this.#bytesPerMs / 1_000 : null;
  }

  /** Begin, or go on. @returns {Promise<void>} Fulfilled when it is done, has failed, or was paused. */
  start() {
    if (this.state === 'done') return Promise.resolve();
    this.#running ??= this.#run().finally(() => (this.#running = null));
    return this.#running;
  }

  /** Stop for now. What is there stays there. */
  async pause() {
    if (this.state === 'ready' || this.state === 'sending' || this.state === 'waiting') {
      this.#abort.abort();
      this.#set('paused');
    }
    await this.#running;
  }

  /** Stop for good: the server forgets it, and so do we. */
  async cancel() {
    await this.pause();
    this.memory.set(this.key, null);
    const url = this.#url;
    this.#url = null;
    if (url) await this.#ask('DELETE', url, {}, null, ASK_TIMEOUT_MS);
  }

  async #run() {
    this.#abort = new AbortController();
    this.problem = null;
    let at = this.#url ? await this.#offset() : 0;
    while (!this.#stopped) {
      this.#set('sending');
      const found = await this.#step(at);
      if (found.done || this.#stopped) return;
      if (found.problem) {
        if (!PASSING.has(found.problem.status)) return this.#fail(found.problem);
        await this.#hold(found.problem);
        if (this.#stopped) return;
        at = this.#url ? await this.#offset() : 0;
      } else at = found.at;
    }
  }

  get #stopped() {
    return this.#abort.signal.aborted;
  }

  /**
   * Make the upload, or send its next piece.
   *
   * @param {number} at -1: not known, the server did not say.
   * @returns {Promise<{at: number, done?: boolean, problem?: Problem}>}
   */
  async #step(at) {
    if (at < 0) return { at, problem: this.problem ?? unreachable() };
    if (!this.#url) return this.#create();
    return this.#send(at);
  }

  /** @returns {Promise<{at: number, problem?: Problem}>} */
  async #create() {
    const answer = await this.#ask('POST', this.url, { 'Upload-Length': String(this.file.size), 'Upload-Metadata': encodeMetadata(this.metadata) }, null, ASK_TIMEOUT_MS);
    const where = answer.response?.headers.get('Location');
    if (!answer.response?.ok || !where) return { at: 0, problem: await problemOf(answer.response) };
    this.#url = where;
    this.memory.set(this.key, where);
    return { at: 0 };
  }

  /**
   * @param {number} at
   * @returns {Promise<{at: number, done?: boolean, problem?: Problem}>}
   */
  async #send(at) {
    const piece = this.file.slice(at, at + this.#piece);
    const last = at + piece.size >= this.file.size;
    const began = performance.now();
    const headers = { 'Upload-Offset': String(at), 'Content-Type': 'application/offset+octet-stream' };
    const { response } = await this.#ask('PATCH', String(this.#url), headers, piece, last ? LAST_TIMEOUT_MS : PIECE_TIMEOUT_MS);
    if (!response?.ok) {
      if (response && GONE.has(response.status)) return this.#anew();
      return { at, problem: await problemOf(response) };
    }
    this.#measure(piece.size, performance.now() - began, last);
    this.#failures = 0;
    this.#came(last ? this.file.size : Number(response.headers.get('Upload-Offset') ?? at + piece.size));
    if (!last) return { at: this.sent };
    this.answer = await response.json().catch(() => null);
    this.memory.set(this.key, null);
    this.#set('done');
    return { at: this.sent, done: true };
  }

  /** How much the server has; -1 when it does not say. */
  async #offset() {
    const { response } = await this.#ask('HEAD', String(this.#url), {}, null, ASK_TIMEOUT_MS);
    const offset = Number(response?.headers.get('Upload-Offset') ?? NaN);
    const length = Number(response?.headers.get('Upload-Length') ?? NaN);
    if (response?.ok && Number.isInteger(offset) && length === this.file.size) {
      if (offset > this.sent) this.#failures = 0; // It was cut, and got on: the line is bad, and worth trying.
      this.#came(offset);
      return offset;
    }
    this.problem = response ? { title: '', detail: '', status: response.status, code: `http-${response.status}` } : unreachable();
    if (response?.ok || (response && !PASSING.has(response.status))) {
      this.#anew(); // Forgotten there, another badge's, or of another file.
      return 0;
    }
    return -1;
  }

  /** The server forgot it: from the beginning. */
  #anew() {
    this.#url = null;
    this.memory.set(this.key, null);
    this.#came(0);
    return { at: 0 };
  }

  /** @param {number} bytes */
  #came(bytes) {
    this.sent = bytes;
    this.#tell();
  }

  /**
   * @param {number} bytes
   * @param {number} ms
   * @param {boolean} last Its time is that of looking through the file too.
   */
  #measure(bytes, ms, last) {
    if (last || bytes === 0) return;
    this.#piece = nextPiece(bytes, ms);
    const speed = bytes / Math.max(1, ms);
    this.#bytesPerMs = this.#bytesPerMs === 0 ? speed : this.#bytesPerMs * 0.7 + speed * 0.3;
  }

  /** @param {Problem} problem */
  async #hold(problem) {
    this.problem = problem;
    this.#set('waiting');
    this.#failures += 1;
    this.#piece = PIECE_MIN;
    const backoff = Math.min(WAIT_MAX_MS, WAIT_MIN_MS * 2 ** (this.#failures - 1)) * (0.5 + Math.random() / 2);
    await this.wait(problem.retryAfter ? problem.retryAfter * 1_000 : backoff, this.#abort.signal);
  }

  /** @param {Problem} problem */
  #fail(problem) {
    this.problem = problem;
    this.memory.set(this.key, null);
    this.#url = null;
    this.#set('failed');
  }

  /**
   * @param {string} method
   * @param {string} url
   * @param {Record<string, string>} headers
   * @param {Blob | null} body
   * @param {number} timeoutMs
   * @returns {Promise<{response: Response | null}>} null: nobody answered.
   */
  async #ask(method, url, headers, body, timeoutMs) {
    const signal = method === 'DELETE' ? AbortSignal.timeout(timeoutMs) : AbortSignal.any([this.#abort.signal, AbortSignal.timeout(timeoutMs)]);
    const all = { 'Tus-Resumable': VERSION, ...headers };
    try {
      return { response: await this.fetch(url, { method, headers: all, body, signal, credentials: 'same-origin', cache: 'no-store' }) };
    } catch (fault) {
      if (!this.#stopped) console.info('the upload was cut', fault);
      return { response: null };
    }
  }

  /** @param {UploadState} state */
  #set(state) {
    this.state = state;
    this.#tell();
  }

  #tell() {
    this.dispatchEvent(new Event('change'));
  }
}

/** tus 1.0.0, Upload-Metadata: pairs of a key and a base64 value. @param {Readonly<Record<string, string>>} metadata */
export function encodeMetadata(metadata) {
  return Object.entries(metadata)
    .map(([key, value]) => `${key} ${btoa(String.fromCharCode(...new TextEncoder().encode(value)))}`)
    .join(',');
}

/** @returns {Problem} */
function unreachable() {
  return { title: '', detail: '', status: 0, code: 'offline' };
}

/** @param {Response | null} response @returns {Promise<Problem>} */
async function problemOf(response) {
  if (!response) return unreachable();
  const told = await response.json().catch(() => ({}));
  const after = Number(response.headers.get('Retry-After') ?? NaN);
  return { title: '', detail: '', code: `http-${response.status}`, ...(Number.isFinite(after) ? { retryAfter: after } : {}), ...told, status: response.status };
}

/**
 * @param {number} ms
 * @param {AbortSignal} signal
 * @returns {Promise<void>}
 */
function pause(ms, signal) {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      globalThis.removeEventListener?.('online', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    globalThis.addEventListener?.('online', done, { once: true });
    signal.addEventListener('abort', done, { once: true });
  });
}
