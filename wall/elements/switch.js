import { el } from '../lib/html.js';

/**
 * A switch that acts at once. It shows what is, not what was asked: set `aria-checked` when that is known.
 *
 * @param {string} label For screen readers.
 * @param {boolean} on
 * @param {(on: boolean, button: HTMLButtonElement) => void} act Gets what is wanted.
 * @returns {HTMLButtonElement}
 */
export function switchButton(label, on, act) {
  const button = el('button', { class: 'switch', type: 'button', role: 'switch', 'aria-checked': String(on), 'aria-label': label });
  button.addEventListener('click', () => act(button.getAttribute('aria-checked') !== 'true', button));
  return button;
}
