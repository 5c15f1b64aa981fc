/** @import {Audience, ByeFrame, Frame, LiveState, Own, View} from './types.js' */
import { NOTHING, reduce, settle } from './lib/changes.js';
import { RETRY_MIN_MS, retryDelay } from './lib/retry.js';
import { ServerClock } from './lib/time.js';

/** The server ticks every 10 s; two missed ones and a half are a dead line. */
const SILENCE_MS = 25_000;
/** The server repeats a cover right behind the change; this leaves room for a slow line. */
const SETTLE_MS = 400;

/**
 * The one connection of a page to the server.
 *
 * Events, all without a payload unless named: `view` (`.view` was replaced), `own` (`.own` was replaced), `cover` (`.view` now
 * covers more: hide at once), `pulse` (detail: the frame), `tick` (`.clock` was set), `state` (`.state` changed), `bye` (detail: the
 * frame). Comes back by itself with jitter, and asks only for what it missed. After `bye` with `again: false` it stays away.
 */
export class Live extends EventTarget {
  /** @type {View} */
  view = NOTHING;
  /** @type {readonly Own[]} */
  own = [];
  /** @type {LiveState} */
  state = 'connecting';
  clock = new ServerClock();
  /** When something last came from the server. */
  #heard = moment();
  /** When the present line was begun, or last brought something. */
  #alive = moment();
  /** @type {WebSocket | null} */
  #socket = null;
  #failures = 0;
  #stopped = true;
  #retry = 0;
  #watch = 0;
  #settle = 0;
  #url;

  /**
   * @param {string} api For example `/v1/symposia/dichtbij`.
   * @param {Audience} audience
   */
  constructor(api, audience) {
    super();
    const url = new URL(`${api}/live`, location.href);
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    url.searchParams.set('audience', audience);
    this.#url = url;
  }

  /** Connect, and stay connected until `stop`. */
  start() {
    if (!this.#stopped) return;
    this.#stopped = false;
    this.#watch = window.setInterval(() => this.#checkSilence(), 1_000);
    window.addEventListener('online', this.#hurry);
    this.#connect();
  }

  stop() {
    this.#stopped = true;
    window.clearInterval(this.#watch);
    window.clearTimeout(this.#retry);
    window.clearTimeout(this.#settle);
    window.removeEventListener('online', this.#hurry);
    this.#close();
  }

  /**
   * Drop all that is known, and take it anew when the server is back: after a long silence a part of it may have been hidden.
   */
  forget() {
    this.view = NOTHING;
    const connected = this.#socket !== null;
    this.#close();
    if (connected && !this.#stopped) this.#connect();
    this.#tell('view');
  }

  /** Milliseconds since the server was last heard. */
  get silentMs() {
    return elapsedMs(this.#heard);
  }

  #connect() {
    const socket = new WebSocket(this.#address());
    this.#socket = socket;
    this.#alive = moment();
    socket.onmessage = (event) => this.#receive(socket, String(event.data));
    socket.onclose = () => this.#lost(socket);
    socket.onerror = () => socket.close();
  }

  #address() {
    const url = new URL(this.#url);
    if (this.view.position !== null) url.searchParams.set('since', `${this.view.epoch}:${this.view.position}`);
    return url.href;
  }

  /**
   * @param {WebSocket} socket
   * @param {string} data
   */
  #receive(socket, data) {
    if (socket !== this.#socket) return;
    this.#hear();
    const frame = parse(data);
    if (frame) this.#apply(frame);
  }

  /** @param {Frame} frame */
  #apply(frame) {
    const next = reduce(this.view, frame);
    if (next === 'gap') return this.#startOver();
    const replaced = next !== this.view;
    this.view = next;
    if (frame.type === 'cover') this.#tell('cover');
    if (replaced) this.#tell('view');
    if (frame.type === 'snapshot' || frame.type === 'changes') this.#arrived();
    if (frame.type === 'own') this.#takeOwn(frame.posts);
    if (frame.type === 'pulse') this.dispatchEvent(new CustomEvent('pulse', { detail: frame }));
    if (frame.type === 'tick') this.#tick(frame.now);
    if (frame.type === 'bye') this.#bye(frame);
  }

  #arrived() {
    this.#failures = 0;
    this.#become('live');
    if (this.view.covered.size > 0) this.#settleLater(this.view.generation);
  }

  /** @param {number} generation */
  #settleLater(generation) {
    this.#settle = window.setTimeout(() => {
      const next = settle(this.view, generation);
      if (next === this.view) return;
      this.view = next;
      this.#tell('view');
    }, SETTLE_MS);
  }

  /** @param {readonly Own[]} posts */
  #takeOwn(posts) {
    this.own = posts;
    this.#tell('own');
  }

  /** @param {number} now Microseconds. */
  #tick(now) {
    this.clock.set(now);
    // A line that was picked up again with nothing missed gets no frame but ticks.
    if (this.view.position !== null) this.#arrived();
    this.#tell('tick');
  }

  /** @param {ByeFrame} frame */
  #bye(frame) {
    if (!frame.again) {
      this.stop();
      this.#become('ended');
    }
    this.dispatchEvent(new CustomEvent('bye', { detail: frame }));
    if (frame.again) this.#socket?.close();
  }

  /** What we have does not fit what came: forget the position and take a snapshot. What is shown stays until then. */
  #startOver() {
    this.view = { ...this.view, position: null };
    this.#close();
    this.#connect();
  }

  /** @param {WebSocket} socket */
  #lost(socket) {
    if (socket !== this.#socket || this.#stopped) return;
    this.#socket = null;
    this.#failures += 1;
    this.#become('lost');
    this.#retry = window.setTimeout(() => this.#connect(), retryDelay(this.#failures, Math.random()));
  }

  #checkSilence() {
    if (this.#socket && elapsedMs(this.#alive) > SILENCE_MS) {
      const socket = this.#socket;
      socket.close();
      // A dead line answers no closing handshake; `onclose` may come a minute later, and is ignored then.
      this.#lost(socket);
    }
  }

  /** The network is back: don't wait for the rest of the pause. */
  #hurry = () => {
    if (this.#stopped || this.#socket) return;
    window.clearTimeout(this.#retry);
    this.#retry = window.setTimeout(() => this.#connect(), Math.random() * RETRY_MIN_MS);
  };

  #close() {
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  #hear() {
    this.#heard = moment();
    this.#alive = this.#heard;
  }

  /** @param {LiveState} state */
  #become(state) {
    if (state === this.state) return;
    this.state = state;
    this.#tell('state');
  }

  /** @param {string} name */
  #tell(name) {
    this.dispatchEvent(new Event(name));
  }
}

/** Now, on both clocks of this device. */
function moment() {
  return { date: Date.now(), steady: performance.now() };
}

/**
 * The longer of the two: one clock stands still while a computer sleeps, the other jumps when it is set.
 *
 * @param {{date: number, steady: number}} since
 */
function elapsedMs(since) {
  return Math.max(Date.now() - since.date, performance.now() - since.steady);
}

/**
 * @param {string} data
 * @returns {Frame | null} null: not a frame; a broken proxy, not a reason to fall over.
 */
function parse(data) {
  try {
    return JSON.parse(data);
  } catch (fault) {
    console.warn('live: not a frame', fault);
    return null;
  }
}
