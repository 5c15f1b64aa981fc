/** @import {Translate} from '../types.js' */
import { copyButton } from '../elements/links.js';
import { el } from '../lib/html.js';
import { icon } from '../lib/icon.js';
import { reachWords } from './network-words.js';

/**
 * What another system must be given, with a button to copy each: the address it sends to, and the secret that was made; one that
 * can only be given an address has the secret in it.
 *
 * @param {Translate} t
 * @param {object} what
 * @param {string} what.address
 * @param {string} what.by Who sends, as the network calls it: `webhook.cm`.
 * @param {ReadonlyArray<string>} what.secrets Told here, and never again.
 * @param {boolean} what.another There was a secret before.
 * @param {() => void} what.done
 */
export function toldCard(t, { address, by, secrets, another, done }) {
  const inAddress = by === 'webhook.cm' ? secrets.map((secret) => `?token=${encodeURIComponent(secret)}`).join('') : '';
  const how = t(`organise.sources.told-by.${by === 'webhook.cm' && !inAddress ? 'webhook.cm-own' : by}`);
  const title = el('h3', { tabindex: '-1' }, t('organise.sources.told'));
  const root = el('section', { class: 'card stack told' }, title,
    how.startsWith('organise.') ? null : el('p', {}, how),
    copyLine(t, t('organise.sources.told-address'), address + inAddress),
    inAddress ? null : secrets.map((secret) => copyLine(t, t('organise.sources.told-secret'), secret)),
    reachLine(t, address),
    secrets.length > 0 ? el('p', { class: 'line-state warn' }, t(another ? 'organise.sources.told-another' : 'organise.sources.told-once')) : null,
    el('p', { class: 'meta' }, t('organise.sources.told-how')),
    el('div', { class: 'row' }, el('button', { class: 'button primary', type: 'button', on: { click: done } }, t('organise.sources.told-done'))));
  return { root, focus: () => title.focus() };
}

/**
 * @param {Translate} t
 * @param {string} address
 */
export function reachLine(t, address) {
  const words = reachWords(t, address);
  return words ? el('p', { class: 'line-state warn' }, icon('warning', 'small'), el('span', {}, words)) : null;
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
