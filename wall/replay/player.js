/** @import {Frame, Problem} from '../types.js' */
/** @import {Day} from './axis.js' */
/** @import {Recording} from './recording.js' */
/** @import {Chunk} from './tape.js' */
import { afterQuiet } from './axis.js';
import { ReplayClock } from './feed.js';
import { between, nextPost, viewAt } from './tape.js';

export const SPEEDS = [1, 2, 5, 10, 30, 60, 120, 240];
/** From this speed on a wall cannot bring one card after the other: it shows a new picture now and then. */
const FAST = 8;
/** So often, in ms: time to see who is there. */
const PICTURE_MS = 3_000;
const TICK_MS = 100;
/** The next part is asked for so long before it is needed, in ms of this computer. */
const AHEAD_MS = 8_000;
/** A quiet time can be passed over that is longer than so many seconds of the day, and of this computer. */
const QUIET_S = 120;
const QUIET_HERE_S = 6;

/**
 * Plays a day on a wall: knows which moment it is, and brings the wall what changes.
 *
 * Events: `time` (`.at` moved on), `state` (playing, speed, waiting), `problem` (detail: the problem). All moments are µs.
 */
export class Player extends EventTarget {
  /** @type {Day | null} */
  day = null;
  at = 0;
  speed = 10;
  playing = false;
  /** A part of the day is on its way. */
  waiting = false;
  /** Times in which nobody posted are passed over. */
  skips = true;
  #clock = new ReplayClock();
  /** What the wall has was right up to here. */
  #told = 0;
  /** @type {Chunk | null} */
  #chunk = null;
  #position = 0;
  /** Raised with each jump: what was asked for before it comes too late. */
  #turn = 0;
  #newPosts = false;
  #pictureAt = 0;
  /** The part that was asked for before it is needed. */
  #ahead = 0;

  /**
   * @param {Recording} recording
   * @param {(message: import('./feed.js').Told) => void} tell What the wall hears.
   */
  constructor(recording, tell) {
    super();
    this.recording = recording;
    this.tell = tell;
    window.setInterval(() => this.#tick(), TICK_MS);
  }

  /** @param {Day} day */
  async choose(day) {
    this.day = day;
    await this.seek(day.from);
  }

  play() {
    if (!this.day || this.playing) return;
    this.playing = true;
    if (this.at >= this.day.until) void this.seek(this.day.from);
    else this.#setClock();
    this.#changed();
  }

  pause() {
    if (!this.playing) return;
    this.at = this.#now();
    this.playing = false;
    this.#setClock();
    this.#changed();
  }

  /** @param {number} speed One of `SPEEDS`. */
  setSpeed(speed) {
    this.at = this.#now();
    this.speed = speed;
    this.#setClock();
    this.#changed();
  }

  /**
   * Another moment: the wall shows it at once.
   *
   * @param {number} to
   */
  async seek(to) {
    if (!this.day) return;
    this.at = Math.round(Math.min(this.day.until, Math.max(this.day.from, to)));
    const turn = ++this.#turn;
    this.#setClock();
    this.#moved();
    const chunk = await this.#part(this.at, turn);
    if (!chunk || turn !== this.#turn) return;
    this.#chunk = chunk;
    this.#show(viewAt(chunk, this.at));
    this.#told = this.at;
    this.#setClock();
    this.#changed();
  }

  /**
   * To the moment at which the next post came, or the one before; stands there.
   *
   * @param {1 | -1} way
   */
  async step(way) {
    if (!this.day) return;
    this.pause();
    const turn = ++this.#turn;
    let chunk = await this.#part(this.at, turn);
    while (chunk && turn === this.#turn) {
      const found = nextPost(chunk, this.at, way);
      if (found !== null) return this.seek(found);
      const edge = way > 0 ? chunk.until : chunk.from;
      // A part begins with its first change in the view: it is a moment of its own.
      if (edge !== null && edge !== this.at && edge > this.day.from && edge <= this.day.until) return this.seek(edge);
      if (edge === null || edge <= this.day.from || edge > this.day.until) break;
      chunk = await this.#part(way > 0 ? edge : edge - 1, turn);
    }
    if (turn === this.#turn) await this.seek(way > 0 ? this.day.until : this.day.from);
  }

  /** The recording is another one: the same moment, as it stands now. */
  async refresh() {
    const days = this.recording.facts?.days ?? [];
    const day = days.find(({ from, until }) => from <= this.at && this.at <= until) ?? days.at(-1) ?? null;
    this.#chunk = null;
    this.day = day;
    if (day) await this.seek(this.at);
    else this.#show({});
  }

  /** The server is not heard: nobody's words are in the picture, and time stands. */
  hide() {
    this.pause();
    this.tell({ type: 'silent' });
  }

  /** @param {number} at @param {number} turn @returns {Promise<Chunk | null>} */
  async #part(at, turn) {
    const here = this.recording.here(at);
    this.#wait(!here);
    if (here) return here;
    const found = await this.recording.part(at);
    if (turn !== this.#turn) return null; // Whoever jumped since waits now, or not.
    this.#wait(false);
    if (found.ok) return found.data;
    this.#failed(found.problem);
    return null;
  }

  /** @param {boolean} waiting */
  #wait(waiting) {
    if (waiting === this.waiting) return;
    this.waiting = waiting;
    this.#changed();
  }

  /** @param {Problem} problem */
  #failed(problem) {
    this.pause();
    this.dispatchEvent(new CustomEvent('problem', { detail: problem }));
  }

  #now() {
    if (!this.playing || this.waiting || !this.day) return this.at;
    return Math.min(this.day.until, Math.round(this.#clock.now() * 1_000));
  }

  /** The clock of this page, and the wall's. */
  #setClock() {
    const speed = this.playing && !this.waiting ? this.speed : 0;
    this.#clock.set(this.at / 1_000, speed);
    this.tell({ type: 'clock', nowMs: this.at / 1_000, speed });
  }

  #tick() {
    if (!this.playing || this.waiting || !this.day || !this.#chunk) return;
    this.at = this.#now();
    if (this.at >= this.day.until) return this.#end();
    const { until } = this.#chunk;
    if (until !== null && this.at >= until) return void this.#follow(until);
    this.#bring();
    this.#lookAhead(until);
    const after = this.skips ? afterQuiet(this.day, this.at, Math.max(QUIET_S, QUIET_HERE_S * this.speed)) : null;
    if (after !== null) return void this.seek(after);
    this.#picture();
    this.#moved();
  }

  /** @param {number | null} until */
  #lookAhead(until) {
    if (until === null || until === this.#ahead || until > this.at + AHEAD_MS * this.speed * 1_000) return;
    this.#ahead = until;
    void this.recording.part(until);
  }

  /** What changed since the last look. */
  #bring() {
    if (!this.#chunk) return;
    const changes = between(this.#chunk, this.#told, this.at);
    this.#told = this.at;
    if (changes.length === 0) return;
    this.#newPosts ||= changes.some(([kind, key]) => kind === 'put' && key.startsWith('post:'));
    this.#frame({ type: 'changes', from: this.#position, to: ++this.#position, changes });
  }

  /** Faster than a hall can read, one picture follows the other. */
  #picture() {
    const now = performance.now();
    if (this.speed < FAST || !this.#newPosts || now - this.#pictureAt < PICTURE_MS) return;
    this.#pictureAt = now;
    this.#newPosts = false;
    this.tell({ type: 'jump' });
  }

  /**
   * Into the next part of the day.
   *
   * @param {number} until
   */
  async #follow(until) {
    const turn = ++this.#turn;
    this.at = Math.max(this.at, until);
    const chunk = await this.#part(this.at, turn);
    if (!chunk || turn !== this.#turn) return;
    this.#chunk = chunk;
    this.#show(viewAt(chunk, this.at), { jump: false });
    this.#newPosts = true;
    this.#told = this.at;
    this.#setClock();
    this.#moved();
  }

  #end() {
    if (!this.day) return;
    this.at = this.day.until;
    this.#bring();
    this.playing = false;
    this.#setClock();
    this.#moved();
    this.#changed();
  }

  /**
   * @param {Readonly<Record<string, unknown>>} view
   * @param {{jump?: boolean}} [how]
   */
  #show(view, { jump = true } = {}) {
    const theme = this.recording.facts?.theme;
    this.#frame({ type: 'snapshot', epoch: this.recording.facts?.id ?? '', to: ++this.#position, view: theme ? { ...view, theme } : view });
    if (!jump) return;
    this.#newPosts = false;
    this.#pictureAt = performance.now();
    this.tell({ type: 'jump' });
  }

  /** @param {Frame} frame */
  #frame(frame) {
    this.tell({ type: 'frame', frame });
  }

  #moved() {
    this.dispatchEvent(new Event('time'));
  }

  #changed() {
    this.dispatchEvent(new Event('state'));
  }
}
