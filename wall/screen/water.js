/** @import {Rect} from '../lib/fountain.js' */
/** @import {Jet, Water} from '../lib/jets.js' */
/** @import {Reaction} from '../types.js' */
import { el } from '../lib/html.js';
import { flight, water } from '../lib/jets.js';
import { SIGNS } from '../lib/reactions.js';

/**
 * The picture behind the cards. Painted once for a size and a theme, on one opaque layer: a computer without a graphics card then
 * has one surface to copy, and nothing to blend. What moves are a few drops, one at a time, and a short surge under a card that rises.
 *
 * @typedef {object} Scenery
 * @property {'water' | 'glow' | 'plain'} kind
 * @property {number} strength Of the jets, 0 to 1: they step back where people read.
 * @property {number} top The highest that water comes, in px.
 * @property {number} floor Where the water stands, in px from above.
 * @property {number} middle Where the fountain is, in px from the left.
 * @property {readonly Rect[]} quiet Text stands here on the bare background: no jet crosses it.
 * @property {boolean} still No drops.
 */

const DROPS = 5;
const DROP_MS = 2_300;
const CYCLE_MS = 13_500;
const SURGE_MS = 900;
/** Signs of the hall fly in the inner jets, where fewest cards are; so many at a time. */
const REACTION_MS = 2_600;
const REACTIONS = 8;
const INNER_JETS = 6;
/** Enough for a picture that is soft by nature; a sharper one costs memory for nothing. */
const PIXELS_MAX = 3840 * 2160;

export class Backdrop {
  #painted = '';
  /** @type {Water | null} */
  #water = null;
  /** @type {Animation[]} */
  #flights = [];
  /** @type {{element: HTMLElement, untilMs: number}[]} */
  #reactions;
  #turn = 0;

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {HTMLElement} drops Where drops fly.
   */
  constructor(canvas, drops) {
    this.canvas = canvas;
    this.drops = drops;
    this.#reactions = Array.from({ length: REACTIONS }, () => ({ element: el('span', { class: 'reaction' }), untilMs: 0 }));
    drops.append(...this.#reactions.map(({ element }) => element));
  }

  /**
   * @param {Scenery} scenery
   * @param {string} look Changes when the theme does.
   */
  paint(scenery, look) {
    const size = { width: window.innerWidth, height: window.innerHeight };
    const key = JSON.stringify([scenery, look, size, window.devicePixelRatio]);
    if (key === this.#painted) return;
    this.#painted = key;
    const ratio = Math.min(window.devicePixelRatio || 1, Math.sqrt(PIXELS_MAX / Math.max(1, size.width * size.height)));
    this.canvas.width = Math.round(size.width * ratio);
    this.canvas.height = Math.round(size.height * ratio);
    const brush = this.canvas.getContext('2d', { alpha: false });
    if (!brush) return;
    brush.scale(ratio, ratio);
    this.#water = water(size, scenery.top, scenery.floor, scenery.middle);
    const colours = coloursOf(document.documentElement);
    ground(brush, size, colours, scenery.kind);
    if (scenery.kind === 'water') fountain(brush, size, this.#water, colours, scenery, ratio);
    this.#fly(scenery.kind === 'water' && !scenery.still ? this.#water : null);
  }

  /**
   * Water pushes a card up.
   *
   * @param {{x: number, y: number, width: number}} under The card's place.
   */
  surge(under) {
    const beam = this.drops.querySelector('.surge');
    if (!this.#water || !(beam instanceof HTMLElement) || this.#flights.length === 0) return;
    const { nozzle } = this.#water;
    beam.style.height = `${nozzle.y - under.y}px`;
    const at = `translate(${nozzle.x}px, ${under.y}px) translateX(-50%)`;
    beam.animate(
      [{ transform: `${at} scaleY(.1)`, opacity: 0 }, { transform: `${at} scaleY(1)`, opacity: 0.55, offset: 0.4 }, { transform: `${at} scaleY(1)`, opacity: 0 }],
      { duration: SURGE_MS, easing: 'ease-out' },
    );
  }

  /**
   * The hall reacts: a drop for each, with its sign. None where nothing moves, and none for which there is no room.
   *
   * @param {readonly Reaction[]} kinds
   */
  react(kinds) {
    if (!this.#water || this.#flights.length === 0) return;
    const nowMs = performance.now();
    for (const kind of kinds) {
      const free = this.#reactions.find(({ untilMs }) => untilMs <= nowMs);
      const jet = this.#water.jets[(this.#turn += 1) % INNER_JETS];
      if (!free || !jet) return;
      free.untilMs = nowMs + REACTION_MS;
      free.element.textContent = SIGNS[kind];
      free.element.animate(flight(jet).map(({ x, y }, step, { length }) => ({ transform: `translate(${x.toFixed(1)}px, ${y.toFixed(1)}px) translate(-50%, -50%)`, opacity: Math.sin((Math.PI * step) / (length - 1)) ** 0.4 })), { duration: REACTION_MS });
    }
  }

  /** No sign is on its way any more. */
  calm() {
    for (const each of this.#reactions) {
      for (const one of each.element.getAnimations?.() ?? []) one.cancel();
      each.untilMs = 0;
    }
  }

  /** @param {Water | null} from */
  #fly(from) {
    for (const one of this.#flights) one.cancel();
    this.#flights = from ? Array.from({ length: DROPS }, (_, index) => this.#drop(from, index)) : [];
  }

  /**
   * @param {Water} from
   * @param {number} index
   */
  #drop({ jets }, index) {
    const jet = /** @type {Jet} */ (jets[(index * 7 + 5) % jets.length]);
    const element = /** @type {HTMLElement} */ (this.drops.children[index]);
    const share = DROP_MS / CYCLE_MS;
    const points = flight(jet);
    /** @type {Keyframe[]} */
    const frames = points.map(({ x, y }, step) => {
      const gone = step / (points.length - 1);
      return { transform: `translate(${x.toFixed(1)}px, ${y.toFixed(1)}px)`, opacity: 0.9 * Math.sin(Math.PI * gone) ** 0.5, offset: gone * share };
    });
    const last = points.at(-1);
    frames.push({ transform: `translate(${last?.x.toFixed(1)}px, ${last?.y.toFixed(1)}px)`, opacity: 0, offset: 1 });
    // One after the other, so that only one small place of the picture changes at a time.
    return element.animate(frames, { duration: CYCLE_MS, iterations: Infinity, delay: (index * CYCLE_MS) / DROPS });
  }
}

/**
 * @typedef {{top: string, middle: string, low: string, jet: string}} Colours
 *
 * @param {HTMLElement} root
 * @returns {Colours}
 */
function coloursOf(root) {
  const style = getComputedStyle(root);
  /** @param {string} name */
  const of = (name) => style.getPropertyValue(name).trim();
  return { top: of('--bg-1'), middle: of('--bg-2'), low: of('--bg-3'), jet: of('--jet') };
}

/**
 * @param {CanvasRenderingContext2D} brush
 * @param {{width: number, height: number}} size
 * @param {Colours} colours
 * @param {Scenery['kind']} kind
 */
function ground(brush, size, colours, kind) {
  const fill = kind === 'glow'
    ? brush.createRadialGradient(size.width * 0.3, size.height * 0.35, 0, size.width * 0.3, size.height * 0.35, size.width * 0.72)
    : brush.createLinearGradient(0, 0, 0, size.height);
  const stops = kind === 'glow' ? [colours.low, colours.middle, colours.top] : [colours.top, colours.middle, colours.low];
  stops.forEach((colour, index) => fill.addColorStop([0, 0.55, 1][index] ?? 1, colour));
  brush.fillStyle = fill;
  brush.fillRect(0, 0, size.width, size.height);
}

/**
 * @param {CanvasRenderingContext2D} brush
 * @param {{width: number, height: number}} size
 * @param {Water} from
 * @param {Colours} colours
 * @param {Scenery} scenery
 * @param {number} ratio
 */
function fountain(brush, size, from, colours, { strength, quiet }, ratio) {
  glow(brush, size, from, colours, strength);
  basin(brush, size, from, colours, strength);
  // On a layer of their own: however many jets meet, the water is never stronger than it should be where people read.
  const layer = document.createElement('canvas');
  layer.width = brush.canvas.width;
  layer.height = brush.canvas.height;
  const pen = layer.getContext('2d');
  if (!pen) return;
  pen.scale(ratio, ratio);
  pen.lineCap = 'round';
  for (const jet of from.jets) stroke(pen, jet, colours.jet);
  for (const jet of from.jets) splash(pen, jet, colours.jet);
  for (const rect of quiet) erase(pen, rect);
  brush.globalAlpha = strength;
  brush.drawImage(layer, 0, 0, size.width, size.height);
  brush.globalAlpha = 1;
}

/**
 * Light from below, where the water is.
 *
 * @param {CanvasRenderingContext2D} brush
 * @param {{width: number, height: number}} size
 * @param {Water} from
 * @param {Colours} colours
 * @param {number} strength
 */
function glow(brush, size, { nozzle }, colours, strength) {
  const reach = size.height * 0.62;
  brush.save();
  brush.translate(nozzle.x, nozzle.y);
  brush.scale(size.width / size.height > 1 ? 1.5 : 0.9, 1);
  brush.globalAlpha = 0.07 + 0.12 * strength;
  brush.fillStyle = fade(brush, colours.jet, reach);
  brush.fillRect(-size.width * 2, -reach, size.width * 4, reach * 2);
  brush.restore();
}

/**
 * From a colour to nothing, without turning grey on the way as `transparent` does.
 *
 * @param {CanvasRenderingContext2D} brush
 * @param {string} colour
 * @param {number} reach
 */
function fade(brush, colour, reach) {
  const light = brush.createRadialGradient(0, 0, 0, 0, 0, reach);
  for (let step = 0; step <= 8; step += 1) light.addColorStop(step / 8, `color-mix(in srgb, ${colour} ${Math.round(100 * (1 - step / 8) ** 2)}%, transparent)`);
  return light;
}

/**
 * @param {CanvasRenderingContext2D} brush
 * @param {{width: number, height: number}} size
 * @param {Water} from
 * @param {Colours} colours
 * @param {number} strength
 */
function basin(brush, size, { nozzle, basin: top, ripples }, colours, strength) {
  const edge = nozzle.y + (nozzle.y - top) * 0.15;
  const pool = brush.createLinearGradient(0, top, 0, size.height);
  pool.addColorStop(0, `color-mix(in srgb, ${colours.jet} 11%, ${colours.low})`);
  pool.addColorStop(1, `color-mix(in srgb, ${colours.jet} 7%, ${colours.low})`);
  brush.fillStyle = pool;
  brush.globalAlpha = 0.78;
  brush.beginPath();
  brush.moveTo(-1, edge);
  brush.quadraticCurveTo(size.width / 2, 2 * top - edge, size.width + 1, edge);
  brush.lineTo(size.width + 1, size.height + 1);
  brush.lineTo(-1, size.height + 1);
  brush.fill();
  brush.strokeStyle = colours.jet;
  brush.lineWidth = 1.5;
  ripples.forEach(({ x, y, width, height }, index) => {
    brush.globalAlpha = (0.34 - index * 0.06) * (0.25 + 0.75 * strength);
    brush.beginPath();
    brush.ellipse(x, y, width, height, 0, 0, 2 * Math.PI);
    brush.stroke();
  });
  brush.globalAlpha = 1;
}

/**
 * A jet: bright where it leaves the nozzle, thin where it falls; a wide faint line under it is its mist.
 *
 * @param {CanvasRenderingContext2D} pen
 * @param {Jet} jet
 * @param {string} colour
 */
function stroke(pen, jet, colour) {
  const along = pen.createLinearGradient(jet.from.x, jet.from.y, jet.to.x, jet.to.y);
  along.addColorStop(0, colour);
  along.addColorStop(1, `color-mix(in srgb, ${colour} 55%, transparent)`);
  for (const [wide, share] of [[7, 0.1], [3, 0.2], [1, 1]]) {
    pen.strokeStyle = along;
    pen.globalAlpha = Math.min(1, jet.share * (share ?? 1));
    pen.lineWidth = jet.width * (wide ?? 1);
    pen.beginPath();
    pen.moveTo(jet.from.x, jet.from.y);
    pen.quadraticCurveTo(jet.over.x, jet.over.y, jet.to.x, jet.to.y);
    pen.stroke();
  }
}

/**
 * Where a jet falls.
 *
 * @param {CanvasRenderingContext2D} pen
 * @param {Jet} jet
 * @param {string} colour
 */
function splash(pen, { to, width, share }, colour) {
  pen.globalAlpha = Math.min(1, share * 1.2);
  pen.strokeStyle = colour;
  pen.lineWidth = width * 0.75;
  pen.beginPath();
  pen.ellipse(to.x, to.y, width * 5, width * 1.6, 0, 0, 2 * Math.PI);
  pen.stroke();
}

/**
 * No water here, with a soft edge.
 *
 * @param {CanvasRenderingContext2D} pen
 * @param {Rect} quiet
 */
function erase(pen, { x, y, width, height }) {
  pen.save();
  pen.globalCompositeOperation = 'destination-out';
  pen.globalAlpha = 1;
  const soft = height * 0.22;
  for (let step = 0; step < 12; step += 1) {
    const out = soft * (1 - step / 12);
    pen.fillStyle = `rgb(0 0 0 / ${step === 11 ? 1 : 0.16})`;
    pen.beginPath();
    pen.roundRect(x - out, y - out, width + 2 * out, height + 2 * out, out + soft);
    pen.fill();
  }
  pen.restore();
}
