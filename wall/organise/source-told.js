/** @import {Translate} from '../types.js' */
import { copyButton } from '../elements/links.js';
import { el } from '../lib/html.js';

/**
 * What another system must be given, with a button to copy each: the address it sends to, and the secret that was made.
 *
 * @param {Translate} t
 * @param {object} what
 * @param {string} what.address
 * @param {ReadonlyArray<string>} what.secrets Told here, and never again.
 * @param {boolean} what.another There was a secret before.
 * @param {() => void} what.done
 */
export function toldCard(t, { address, secrets, another, done }) {
  const title = el('h3', { tabindex: '-1' }, t('organise.sources.told'));
  const root = el('section', { class: 'card stack told' }, title,
    copyLine(t, t('organise.sources.told-address'), address),
    secrets.map((secret) => copyLine(t, t('organise.sources.told-secret'), secret)),
    secrets.length > 0 ? el('p', { class: 'line-state warn' }, t(another ? 'organise.sources.told-another' : 'organise.sources.told-once')) : null,
    el('div', { class: 'row' }, el('button', { class: 'button primary', type: 'button', on: { click: done } }, t('organise.sources.told-done'))));
  return { root, focus: () => title.focus() };
}

/**
 * @param {Translate} t
 * @param {string} name
 * @param {string} words
 */
export function copyLine(t, name, words) {
  const said = el('span', { class: 'meta', role: 'status' });
  const copy = copyButton(t, words, name, said);
  copy.setAttribute('aria-label', t('organise.sources.told-copy', { what: name }));
  return el('div', { class: 'copy-line' }, el('p', { class: 'meta' }, name), el('code', {}, words), el('div', { class: 'row' }, copy, said));
}
