/** @import {Counts, Figures, Translate} from '../types.js' */
import { waited } from '../elements/waited.js';
import { el } from '../lib/html.js';
import { dayTimeSeconds } from '../lib/time.js';
import { NORM_MS, OLD_MS, seconds, sparkline, wholeMinutes } from './health.js';
import { say } from './say.js';

const SVG = 'http://www.w3.org/2000/svg';
const WIDTH = 120;
const HEIGHT = 24;

/**
 * @typedef {object} Rates
 * @property {ReadonlyArray<number>} postsPerMinute 15 numbers, the newest last.
 * @property {{p50: number, p95: number} | null} toScreenMs
 * @property {number} phones
 * @property {number} screens
 * @property {number} desks
 */

/** The four figures. Each says when it was measured; an old one is grey and says how old it is. */
export class FiguresView {
  #cards;

  /**
   * @param {HTMLElement} root
   * @param {object} parts
   * @param {Translate} parts.t
   * @param {string} parts.lang
   * @param {() => number} parts.now Milliseconds of the server's clock.
   */
  constructor(root, { t, lang, now }) {
    this.t = t;
    this.lang = lang;
    this.now = now;
    this.#cards = {
      posts: card(t('stage.posts')), screen: card(t('stage.to-screen')), queue: card(t('stage.queue')), oldest: card(t('stage.oldest')),
    };
    root.append(...Object.values(this.#cards).map((made) => made.root));
  }

  /**
   * @param {Figures | null} figures
   * @param {Counts | null} counts
   * @param {{value: Rates, at: number} | null} rates
   * @param {boolean} live
   */
  render(figures, counts, rates, live) {
    const { t } = this;
    const { posts, screen, queue, oldest } = this.#cards;
    const perMinute = rates ? wholeMinutes(rates.value.postsPerMinute, rates.at) : [];
    const newest = perMinute.at(-1);
    const shown = counts ? t('stage.today', { n: counts.shown }) : '';
    this.#put(posts, newest === undefined ? null : String(newest), t('stage.per-minute'), shown, rates?.at ?? null);
    this.#line(posts, perMinute);
    const p95 = rates?.value.toScreenMs?.p95 ?? null;
    this.#put(screen, p95 === null ? null : seconds(this.lang, p95), t('stage.seconds'), p95 === null ? '' : t('stage.p95'), p95 === null ? null : (rates?.at ?? null));
    const at = live ? this.now() : (rates?.at ?? null);
    this.#put(queue, figures ? String(figures.held) : null, '', rates ? this.#desks(rates.value.desks) : '', figures ? at : null);
    queue.root.classList.toggle('late', rates?.value.desks === 0 && (figures?.held ?? 0) > 0);
    const waitsMs = figures?.oldestAt ? this.now() - figures.oldestAt / 1000 : null;
    const late = waitsMs !== null && waitsMs > NORM_MS;
    this.#put(oldest, waitsMs === null ? null : waited(waitsMs), t('stage.minutes'), waitsMs === null ? t('stage.nobody-waits') : t('stage.norm'), figures ? at : null);
    oldest.root.classList.toggle('late', late);
  }

  /** @param {number} n How many desks are open. */
  #desks(n) {
    return n === 0 ? this.t('stage.no-desk') : this.t('stage.desks', { n });
  }

  /**
   * @param {ReturnType<typeof card>} made
   * @param {string | null} value
   * @param {string} unit
   * @param {string} note
   * @param {number | null} at
   */
  #put(made, value, unit, note, at) {
    say(made.value, value ?? '–');
    say(made.unit, value === null ? '' : unit);
    say(made.note, note);
    const age = at === null ? 0 : this.now() - at;
    made.root.classList.toggle('old', age > OLD_MS);
    const time = at === null ? '' : dayTimeSeconds(this.lang, at);
    say(made.moment, at === null ? this.t('stage.none-yet') : age > OLD_MS ? this.t('stage.measured-old', { time, age: waited(age) }) : this.t('stage.measured', { time }));
  }

  /**
   * @param {ReturnType<typeof card>} made
   * @param {ReadonlyArray<number>} numbers
   */
  #line(made, numbers) {
    const points = sparkline(numbers, WIDTH, HEIGHT);
    if (made.line.getAttribute('points') === points) return;
    made.line.setAttribute('points', points);
    made.svg.setAttribute('aria-label', this.t('stage.sparkline', { numbers: numbers.join(', ') }));
    made.svg.toggleAttribute('hidden', points === '');
  }
}

/** @param {string} title */
function card(title) {
  const value = el('span', { class: 'figure-value' });
  const unit = el('span', { class: 'figure-unit' });
  const note = el('p', { class: 'figure-note' });
  const moment = el('p', { class: 'figure-moment meta' });
  const svg = document.createElementNS(SVG, 'svg');
  const line = document.createElementNS(SVG, 'polyline');
  svg.setAttribute('class', 'sparkline');
  svg.setAttribute('viewBox', `-2 -2 ${WIDTH + 4} ${HEIGHT + 4}`);
  svg.setAttribute('preserveAspectRatio', 'none');
  svg.setAttribute('role', 'img');
  svg.toggleAttribute('hidden', true);
  svg.append(line);
  const root = el('div', { class: 'card figure' }, el('h3', {}, title), el('p', { class: 'figure-number' }, value, ' ', unit), svg, note, moment);
  return { root, value, unit, note, moment, svg, line };
}
