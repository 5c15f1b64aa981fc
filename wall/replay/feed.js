/** @import {Frame, View} from '../types.js' */
import { NOTHING, reduce } from '../lib/changes.js';

/** A post is read to its end when nothing moves; with so few there is nothing to hold. */
const FEW = 2;

/**
 * What the page around the wall says to it. `clock`: the moment that it is, and how fast time goes (0: it stands); `jump`: the
 * picture begins anew; `silent`: the server was not heard for too long, so that nobody's words may be seen.
 *
 * @typedef {{type: 'frame', frame: Frame} | {type: 'clock', nowMs: number, speed: number} | {type: 'jump'} | {type: 'silent'}} Told
 */

/** A clock that was set to a moment of the day, and goes as fast as it is told. */
export class ReplayClock {
  #baseMs = 0;
  #since = 0;
  #speed = 0;

  /**
   * @param {number} nowMs
   * @param {number} speed 0: it stands.
   * @param {number} [steadyMs] This machine's own steady clock.
   */
  set(nowMs, speed, steadyMs = performance.now()) {
    this.#baseMs = nowMs;
    this.#speed = speed;
    this.#since = steadyMs;
  }

  get speed() {
    return this.#speed;
  }

  /** Milliseconds since 1970, of the day that is played. */
  now(steadyMs = performance.now()) {
    return this.#baseMs + (steadyMs - this.#since) * this.#speed;
  }
}

/**
 * In place of the connection to the server: a wall in a frame hears the page around it, which plays a day that is over.
 *
 * Events as those of `Live`: `view`; and `jump`: what is in the picture makes room at once for another moment.
 */
export class ReplayFeed extends EventTarget {
  clock = new ReplayClock();
  silentMs = 0;
  /** As the wall sees it. @type {View} */
  view = NOTHING;
  /** As it was. */
  #then = NOTHING;

  start() {
    window.addEventListener('message', (event) => {
      if (event.origin === location.origin && event.source === window.parent) this.take(event.data);
    });
    window.parent.postMessage({ type: 'ready' }, location.origin);
  }

  /** Nothing is asked anew: the page around brings what is missing. */
  forget() {
    this.#then = NOTHING;
    this.#see();
  }

  /** @param {Told} told */
  take(told) {
    if (told.type === 'clock') this.#set(told.nowMs, told.speed);
    if (told.type === 'silent') this.silentMs = Infinity;
    if (told.type === 'jump') this.dispatchEvent(new Event('jump'));
    if (told.type === 'frame') this.#apply(told.frame);
  }

  /** @param {Frame} frame */
  #apply(frame) {
    const next = reduce(this.#then, frame);
    if (next === 'gap') return; // The page around sends a snapshot with each jump.
    this.silentMs = 0;
    this.#then = next;
    this.#see();
    this.dispatchEvent(new Event('view'));
  }

  /**
   * @param {number} nowMs
   * @param {number} speed
   */
  #set(nowMs, speed) {
    this.clock.set(nowMs, speed);
    this.#see();
  }

  /** While time stands nobody comes or goes. */
  #see() {
    const { entries } = this.#then;
    const posts = [...entries.keys()].filter((key) => key.startsWith('post:')).length;
    const stands = this.clock.speed === 0 && posts > FEW;
    this.view = stands ? { ...this.#then, entries: new Map([...entries, ['pause', { on: true }]]) } : this.#then;
  }
}
