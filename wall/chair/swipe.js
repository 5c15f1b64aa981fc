/** A swipe with one thumb. `swiped` is pure; `Swipe` moves an element along and tells what came of it. */

/** From here on it is meant. In CSS pixels. */
export const FAR = 96;
/** A flick is meant from here on: this fast, in pixels per ms, and at least `FLICK_FAR`. */
const FLICK = 0.5;
const FLICK_FAR = 40;
/** Before that nobody knows whether the page is to be scrolled. */
const SLACK = 10;

/**
 * @param {number} dx
 * @param {number} dy
 * @param {number} ms How long it took.
 * @returns {'left' | 'right' | null} null: a tap, a scroll, or not far enough.
 */
export function swiped(dx, dy, ms) {
  const far = Math.abs(dx);
  if (far <= 1.5 * Math.abs(dy)) return null;
  if (far < FAR && !(far >= FLICK_FAR && far / Math.max(1, ms) >= FLICK)) return null;
  return dx < 0 ? 'left' : 'right';
}

/** Lets an element be swiped. While it is, `--dx` says how far, and `data-swipe` where to. */
export class Swipe {
  /** @type {{id: number, x: number, y: number, at: number, moves: boolean} | null} */
  #from = null;

  /**
   * @param {HTMLElement} element
   * @param {(where: 'left' | 'right') => void} done
   */
  constructor(element, done) {
    this.element = element;
    this.done = done;
    element.addEventListener('pointerdown', (event) => this.#down(event));
    element.addEventListener('pointermove', (event) => this.#move(event));
    element.addEventListener('pointerup', (event) => this.#up(event));
    element.addEventListener('pointercancel', () => this.#rest());
  }

  /** @param {PointerEvent} event A mouse selects text. */
  #down({ pointerId, clientX, clientY, isPrimary, pointerType, target }) {
    if (!isPrimary || pointerType === 'mouse' || (target instanceof Element && target.closest('button, a, input, textarea, select'))) return;
    this.#from = { id: pointerId, x: clientX, y: clientY, at: performance.now(), moves: false };
  }

  /** @param {PointerEvent} event */
  #move({ pointerId, clientX, clientY }) {
    const from = this.#from;
    if (!from || from.id !== pointerId) return;
    const [dx, dy] = [clientX - from.x, clientY - from.y];
    if (!from.moves && Math.hypot(dx, dy) < SLACK) return;
    from.moves = true;
    if (Math.abs(dx) <= Math.abs(dy)) return;
    this.element.style.setProperty('--dx', `${Math.round(dx)}px`);
    this.element.dataset['swipe'] = swiped(dx, dy, Infinity) ?? 'not-yet';
  }

  /** @param {PointerEvent} event */
  #up({ pointerId, clientX, clientY }) {
    const from = this.#from;
    if (!from || from.id !== pointerId) return;
    this.#rest();
    const where = swiped(clientX - from.x, clientY - from.y, performance.now() - from.at);
    if (where) this.done(where);
  }

  #rest() {
    this.#from = null;
    this.element.style.removeProperty('--dx');
    delete this.element.dataset['swipe'];
  }
}
