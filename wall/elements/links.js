/** @import {Translate} from '../types.js' */
import { el } from '../lib/html.js';
import { icon } from '../lib/icon.js';

/**
 * Buttons to open and to copy a link.
 *
 * @param {Translate} t
 * @param {string} link
 * @param {string} what Names it for screen readers.
 * @returns {HTMLElement}
 */
export function linkButtons(t, link, what) {
  const said = el('span', { class: 'meta', role: 'status' });
  return el('div', { class: 'row link-buttons' },
    el('a', { class: 'button', href: link, target: '_blank', rel: 'noopener', 'aria-label': t('link.open-label', { what }) }, t('link.open')),
    copyButton(t, link, what, said),
    said);
}

/**
 * @param {Translate} t
 * @param {string} link
 * @param {string} what
 * @param {HTMLElement} said Where the outcome is told.
 */
export function copyButton(t, link, what, said) {
  const button = el('button', { class: 'button', type: 'button', 'aria-label': t('link.copy-label', { what }) }, icon('copy', 'small'), t('link.copy'));
  button.addEventListener('click', async () => {
    said.textContent = t((await copy(link)) ? 'link.copied' : 'link.copy-failed');
  });
  return button;
}

/**
 * `navigator.clipboard` is there on HTTPS and on localhost only; over the Wi-Fi of a venue the old way must do.
 *
 * @param {string} text
 * @returns {Promise<boolean>}
 */
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

/** @param {string} text */
function copyBySelection(text) {
  const before = document.activeElement;
  const field = el('textarea', { class: 'visually-hidden', 'aria-hidden': 'true' });
  field.value = text;
  document.body.append(field);
  field.select();
  const done = document.execCommand('copy');
  field.remove();
  if (before instanceof HTMLElement) before.focus();
  return done;
}
