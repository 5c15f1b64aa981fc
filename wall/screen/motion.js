/** @import {Place} from '../lib/fountain.js' */
import { arc } from '../lib/fountain.js';

/** How cards move: transforms and opacity only, and behind the cards that are being read. The end state is set first, so that a stopped animation can't leave a card halfway. */

const RISE_MS = 900;
const ARC_MS = 1_400;
const SINK_MS = 1_200;
const FADE_MS = 300;
const ARC_STEPS = 16;
const OVERSHOOT_PX = 6;

/** @returns {boolean} Asked each time: the setting may change while a wall runs for a week. */
export function calm() {
  return matchMedia('(prefers-reduced-motion: reduce)').matches;
}

/** @param {Place} place */
export function transformOf({ rect, scale }) {
  return `translate(${rect.x.toFixed(1)}px, ${rect.y.toFixed(1)}px) scale(${scale.toFixed(4)})`;
}

/**
 * Put a card where it belongs, without moving.
 *
 * @param {HTMLElement} element
 * @param {Place} place
 */
export function put(element, place) {
  element.style.transform = transformOf(place);
}

/**
 * Come in where it stands: for a wall that starts, and where cards are replaced rather than moved.
 *
 * @param {HTMLElement} element
 * @returns {Promise<void>}
 */
export function appear(element) {
  return play(element, [{ opacity: 0 }, { opacity: 1 }], FADE_MS, 'ease');
}

/**
 * Up along the jet, small as it leaves the nozzle, with one small overshoot.
 *
 * @param {HTMLElement} element
 * @param {Place} place
 * @param {number} joinTop Top of the join code, in px: on a portrait screen the water stands above it, and no card crosses its words.
 * @returns {Promise<void>}
 */
export function rise(element, place, joinTop) {
  if (calm()) return appear(element);
  const { rect, scale } = place;
  const { innerWidth: wide, innerHeight: high } = window;
  const start = { x: (wide - rect.width * 0.3) / 2, y: high > wide ? joinTop - rect.height * 0.3 : high * 0.97 };
  return play(
    element,
    [
      { transform: `translate(${start.x}px, ${start.y}px) scale(${scale * 0.3})`, opacity: 0, easing: 'cubic-bezier(.16,.84,.3,1)' },
      { opacity: 1, offset: 0.3 },
      { transform: `translate(${rect.x}px, ${rect.y - OVERSHOOT_PX}px) scale(${scale})`, opacity: 1, offset: 0.82, easing: 'ease-in-out' },
      { transform: transformOf(place), opacity: 1 },
    ],
    RISE_MS,
  );
}

/**
 * From the crest along an arc to a side place, where it stands already. Where it breaks its lines anew there, it fades in under way.
 *
 * @param {HTMLElement} element
 * @param {Place} from
 * @param {Place} to
 * @returns {Promise<void>}
 */
export function moveAside(element, from, to) {
  if (calm()) return appear(element);
  const lift = window.innerHeight * 0.06;
  const first = from.form === to.form ? from.scale : (from.rect.width / to.rect.width) * to.scale;
  const frames = Array.from({ length: ARC_STEPS + 1 }, (_, step) => {
    const share = step / ARC_STEPS;
    const { x, y } = arc(from.rect, to.rect, lift, share);
    const opacity = from.form === to.form ? 1 : Math.min(1, 0.1 + share * 2);
    return { transform: `translate(${x}px, ${y}px) scale(${first + (to.scale - first) * share})`, opacity };
  });
  return play(element, frames, ARC_MS, 'ease-in-out');
}

/**
 * Down into the basin.
 *
 * @param {HTMLElement} element
 * @param {Place} place
 * @param {boolean} still Fade only.
 * @param {number} [floor] In px from above: it stays above this, where the join code stands under it.
 * @returns {Promise<void>}
 */
export function sink(element, place, still, floor = Infinity) {
  element.style.opacity = '0';
  if (still || calm()) return play(element, [{ opacity: 1 }, { opacity: 0 }], FADE_MS, 'ease');
  const { rect, scale } = place;
  const deep = Math.min(window.innerHeight * 0.16, Math.max(0, floor - rect.y - rect.height * 0.94));
  const down = `translate(${rect.x}px, ${rect.y + deep}px) scale(${scale * 0.94})`;
  return play(element, [{ transform: transformOf(place), opacity: 1 }, { transform: down, opacity: 0 }], SINK_MS, 'ease-in');
}

/**
 * @param {HTMLElement} element
 * @param {Keyframe[]} frames
 * @param {number} duration
 * @param {string} [easing]
 * @returns {Promise<void>} Resolves after that time, even where the browser does not paint (a hidden window), or when it was cancelled.
 */
function play(element, frames, duration, easing = 'linear') {
  element.animate(frames, { duration, easing });
  element.classList.add('moving');
  return new Promise((done) =>
    setTimeout(() => {
      element.classList.remove('moving');
      done();
    }, duration),
  );
}
