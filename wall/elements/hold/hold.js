/**
 * A button that acts after it was held for 0.6 s: with a mouse, a finger, a pen, or a key that the page maps to
 * `press` and `release`. Letting go early does nothing, but a short line says to keep holding. Enter, and the click of a
 * screen reader, ask instead, for who cannot hold.
 *
 * Usage: `<fontein-hold data-hint="Keep holding the button."><button class="button danger-line" type="button">…</button></fontein-hold>`
 * Events: `held` (it was held long enough), `ask` (ask the question instead).
 */

import { el } from '../../lib/html.js';

/** WCAG 2.5.2 wants a way back: letting go. Long enough for no accident, short enough for panic. */
export const HOLD_MS = 600;

/** Long enough to read five words. */
const HINT_MS = 3_000;

/** Shorter than any finger: the press that a screen reader on a phone plays. */
const PLAYED_MS = 30;

export class HoldButton extends HTMLElement {
  #timer = 0;
  #since = 0;
  #hinting = 0;
  /** There before it has words, so that a screen reader hears them. */
  #hint = el('span', { class: 'hold-said', role: 'status' });
  /** @type {AbortController | null} */
  #listening = null;

  connectedCallback() {
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    this.addEventListener('pointerdown', (event) => this.#down(event), { signal });
    this.append(this.#hint);
    this.addEventListener('pointerup', () => this.#letGo(), { signal });
    for (const name of ['pointercancel', 'pointerleave']) {
      this.addEventListener(name, () => this.release(), { signal });
    }
    this.addEventListener('click', (event) => this.#click(event), { signal });
    // A long press on a phone would open its menu, and take the finger away.
    this.addEventListener('contextmenu', (event) => event.preventDefault(), { signal });
    window.addEventListener('blur', () => this.release(), { signal });
  }

  disconnectedCallback() {
    this.release();
    this.#say('');
    this.#listening?.abort();
  }

  /** Start holding. */
  press() {
    if (this.#timer || this.#button?.disabled) return;
    this.#since = performance.now();
    this.classList.add('holding');
    this.#timer = window.setTimeout(() => this.#done(), HOLD_MS);
  }

  /** Let go; nothing happens when it was too early. */
  release() {
    window.clearTimeout(this.#timer);
    this.#timer = 0;
    this.classList.remove('holding');
  }

  /** The finger or the mouse went up: too early, unless the press was one that a screen reader plays. */
  #letGo() {
    const early = this.#timer !== 0 && performance.now() - this.#since >= PLAYED_MS;
    this.release();
    if (early) this.#say(this.dataset['hint'] ?? '');
  }

  /** @param {string} words Gone by themselves; empty: at once. */
  #say(words) {
    window.clearTimeout(this.#hinting);
    this.#hint.textContent = words;
    if (words) this.#hinting = window.setTimeout(() => this.#say(''), HINT_MS);
  }

  get #button() {
    return this.querySelector('button');
  }

  /** @param {PointerEvent} event */
  #down(event) {
    if (event.isPrimary && event.button === 0) this.press();
  }

  #done() {
    this.release();
    this.#say('');
    this.#since = 0;
    this.dispatchEvent(new CustomEvent('held', { bubbles: true }));
  }

  /** @param {MouseEvent} event */
  #click(event) {
    const heldMs = performance.now() - this.#since;
    const played = event.detail === 0 || heldMs < PLAYED_MS;
    if (played && !this.#button?.disabled) this.dispatchEvent(new CustomEvent('ask', { bubbles: true }));
  }
}
