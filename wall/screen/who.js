/** Which screen this is: its name, large, for as long as somebody at the stage asks. */

import { el } from '../lib/html.js';

/** @typedef {{topic: string, key: string, value: {name?: string}, ttl: number}} Pulse */

/** Of every screen. */
const ALL = 'all';

/**
 * @param {EventTarget} live Tells of pulses.
 * @param {object} here
 * @param {() => string} here.id This screen's.
 * @param {() => string} here.name How staff call it; empty where they do not.
 */
export function sayWho(live, { id, name }) {
  const words = el('bdi');
  const root = el('p', { class: 'who', hidden: true, 'aria-hidden': 'true' }, words);
  let until = 0;
  document.body.append(root);
  live.addEventListener('pulse', (event) => {
    const { topic, key, value, ttl } = /** @type {CustomEvent<Pulse>} */ (event).detail;
    if (topic !== 'which' || (key !== ALL && key !== id())) return;
    const own = name() || (key === ALL ? '' : (value.name ?? ''));
    if (!own) return;
    words.textContent = own;
    root.hidden = false;
    window.clearTimeout(until);
    until = window.setTimeout(() => (root.hidden = true), ttl * 1_000);
  });
}
