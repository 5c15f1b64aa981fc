/** @import {Translate} from '../types.js' */
/** @import {Day} from './axis.js' */
import { el, one } from '../lib/html.js';
import { bandAt, bars, hours, part, placed, stepS } from './axis.js';

const SECOND_US = 1_000_000;
/** While somebody drags, the wall follows when the hand is still for so long, in ms. */
const STILL_MS = 120;
/** Of a page up or down, in steps of an arrow. */
const PAGE = 10;

/** Tells moments in the zone of the programme, wherever the reader is. */
export class Times {
  /**
   * @param {string} lang
   * @param {string} zone
   */
  constructor(lang, zone) {
    const known = knownZone(zone);
    this.#seconds = new Intl.DateTimeFormat(lang, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23', timeZone: known });
    this.#minutes = new Intl.DateTimeFormat(lang, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: known });
    this.#day = new Intl.DateTimeFormat(lang, { weekday: 'long', day: 'numeric', month: 'long', timeZone: known });
  }

  #seconds;
  #minutes;
  #day;

  /** @param {number} at µs. */
  seconds(at) {
    return this.#seconds.format(at / 1_000);
  }

  /** @param {number} at µs. */
  minutes(at) {
    return this.#minutes.format(at / 1_000);
  }

  /** @param {number} at µs. */
  day(at) {
    return this.#day.format(at / 1_000);
  }
}

/** @param {string} zone */
function knownZone(zone) {
  try {
    new Intl.DateTimeFormat('nl', { timeZone: zone });
    return zone;
  } catch {
    return 'UTC'; // A zone that this browser does not know.
  }
}

/**
 * The axis of a day: sessions, posts, where we are, and a slider over all of it.
 *
 * Events: `seek` (detail: the moment that was chosen, in µs).
 */
export class Timeline extends EventTarget {
  /** @type {Day | null} */
  #day = null;
  /** @type {Times} */
  #times;
  #dragging = 0;
  #root = one(document, '#timeline', HTMLElement);
  #slider = one(document, '#scrub', HTMLInputElement);
  #bands = one(document, '#bands', HTMLElement);
  #hours = one(document, '#hours', HTMLElement);
  #bars = one(document, '#bars', SVGElement);

  /**
   * @param {Translate} t
   * @param {Times} times
   */
  constructor(t, times) {
    super();
    this.t = t;
    this.#times = times;
    this.#slider.addEventListener('input', () => this.#dragged());
    this.#slider.addEventListener('keydown', (event) => this.#keyed(event));
    new ResizeObserver(() => this.#writeHours()).observe(this.#root);
  }

  /**
   * @param {Day} day
   * @param {Times} times
   */
  show(day, times) {
    this.#day = day;
    this.#times = times;
    this.#slider.max = String(Math.max(1, Math.ceil((day.until - day.from) / SECOND_US)));
    this.#drawBands(day);
    this.#bars.setAttribute('viewBox', `0 0 ${day.counts.length} 100`);
    for (const path of this.#bars.querySelectorAll('path')) path.setAttribute('d', bars(day.counts));
    this.#writeHours();
    this.at(day.from);
  }

  /** @param {number} at Where we are. */
  at(at) {
    if (!this.#day || this.#dragging) return;
    this.#slider.value = String(Math.round((at - this.#day.from) / SECOND_US));
    this.#tell(at);
  }

  /** @param {number} at */
  #tell(at) {
    if (!this.#day) return;
    const band = bandAt(this.#day, at);
    this.#root.style.setProperty('--at', part(this.#day, at).toFixed(5));
    const time = this.#times.seconds(at);
    this.#slider.setAttribute('aria-valuetext', band?.title ? this.t('replay.at', { time, session: band.title }) : time);
  }

  #dragged() {
    const at = this.#chosen();
    window.clearTimeout(this.#dragging);
    this.#tell(at);
    this.dispatchEvent(new CustomEvent('look', { detail: at }));
    this.#dragging = window.setTimeout(() => this.settle(), STILL_MS);
  }

  /** Go where the hand went, now: what comes next starts from there. */
  settle() {
    if (!this.#dragging) return;
    window.clearTimeout(this.#dragging);
    this.#dragging = 0;
    this.dispatchEvent(new CustomEvent('seek', { detail: this.#chosen() }));
  }

  #chosen() {
    return (this.#day?.from ?? 0) + Number(this.#slider.value) * SECOND_US;
  }

  /**
   * A day has thousands of seconds: an arrow goes a few at a time.
   *
   * @param {KeyboardEvent} event
   */
  #keyed(event) {
    if (!this.#day || event.ctrlKey || event.metaKey || event.altKey) return;
    const step = stepS(this.#day);
    const rtl = document.documentElement.dir === 'rtl' ? -1 : 1;
    const by = { ArrowRight: step * rtl, ArrowUp: step, ArrowLeft: -step * rtl, ArrowDown: -step, PageUp: step * PAGE, PageDown: -step * PAGE }[event.key];
    if (by === undefined) return; // Home and End are the browser's own.
    event.preventDefault();
    this.#slider.value = String(Number(this.#slider.value) + by);
    this.#dragged();
  }

  /** @param {Day} day */
  #drawBands(day) {
    const known = placed(day);
    this.#bands.style.setProperty('--lanes', String(Math.max(0, ...known.map(({ lane }) => lane + 1))));
    this.#bands.replaceChildren(...known.map(({ title, kind, lane, start, width }) => {
      const band = el('span', { class: `band ${kind === 'break' ? 'pause' : ''}`.trim(), title }, el('span', {}, title));
      band.style.setProperty('--start', String(start));
      band.style.setProperty('--width', String(width));
      band.style.setProperty('--lane', String(lane));
      return band;
    }));
  }

  #writeHours() {
    const day = this.#day;
    if (!day) return;
    this.#hours.replaceChildren(...hours(day, this.#root.clientWidth).map((at) => {
      const mark = el('span', {}, this.#times.minutes(at));
      mark.style.setProperty('--start', String(part(day, at)));
      return mark;
    }));
  }
}
