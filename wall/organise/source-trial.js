/** @import {Translate} from '../types.js' */
/** @import {Outcome, Server} from './network-words.js' */
import { placeWords } from '../elements/source-health.js';
import { el } from '../lib/html.js';
import { icon } from '../lib/icon.js';
import { ago, estimateWords, factsInShort, factsMet, foundWords, laterWords, troubleWords } from './network-words.js';

const MOST_FOUND = 3;

/**
 * What a trial found, as the wall would show it, and how each server did.
 *
 * @param {Outcome} outcome
 * @param {object} parts
 * @param {Translate} parts.t
 * @param {string} parts.lang
 * @param {number} parts.nowMs
 * @param {boolean} parts.ownServers See `namesServers`.
 * @param {{words: string, act: () => void}} parts.next What can be done with it.
 */
export function trialCard(outcome, { t, lang, nowMs, ownServers, next }) {
  const { ok, found, problem, servers, estimate } = outcome;
  const cards = found.slice(0, MOST_FOUND).map(({ name, text, created }) => el('li', { class: 'found' },
    el('p', { class: 'found-name' }, el('bdi', {}, name)), created ? el('p', { class: 'found-when' }, ago(t, lang, created / 1000, nowMs)) : null, el('p', { dir: 'auto' }, text)));
  const rows = servers.filter(({ where }) => where).map((server) => serverRow(t, server));
  const failed = rows.length > 0 ? t('organise.sources.trial-fails') : t('organise.sources.trial-failed', { what: troubleWords(t, problem ?? '') });
  const words = ok ? foundWords(t, lang, outcome, nowMs) : failed;
  return el('section', { class: 'card stack' }, el('h4', { tabindex: '-1' }, t('organise.sources.trial')),
    el('p', { class: `line-state ${ok ? 'ok' : 'warn'}` }, icon(ok ? 'check' : 'warning', 'small'), el('span', {}, words)),
    ok ? el('p', { class: 'meta in-short' }, factsInShort(t, lang, factsMet(outcome), { ownServers }).map((fact) => fact.words).join(' · ')) : null,
    estimate ? el('p', {}, estimateWords(t, lang, estimate)) : null,
    rows.length > 0 ? el('ul', { role: 'list', class: 'servers' }, rows) : null,
    cards.length > 0 ? el('ul', { role: 'list', class: 'found-wall' }, cards) : null,
    el('p', { class: 'meta' }, t('organise.sources.trial-note')),
    el('div', { class: 'row' }, el('button', { class: `button ${ok ? 'primary' : ''}`, type: 'button', on: { click: next.act } }, next.words)));
}

/**
 * Instead of it, where a trial costs money and was done too often for now: when it may be done again.
 *
 * @param {number} retryAfter Seconds.
 * @param {object} parts
 * @param {Translate} parts.t
 * @param {string} parts.lang
 * @param {number} parts.nowMs
 * @param {{words: string, act: () => void}} parts.next What can be done without it.
 */
export function laterCard(retryAfter, { t, lang, nowMs, next }) {
  return el('section', { class: 'card stack' }, el('h4', { tabindex: '-1' }, t('organise.sources.trial')),
    el('p', { class: 'line-state warn' }, icon('warning', 'small'), el('span', {}, laterWords(t, lang, retryAfter, nowMs))),
    el('div', { class: 'row' }, el('button', { class: 'button', type: 'button', on: { click: next.act } }, next.words)));
}

/**
 * @param {Translate} t
 * @param {Server} server
 */
function serverRow(t, { where, what, streams }) {
  const words = what ? troubleWords(t, what) : t(streams ? 'organise.sources.server-streams' : 'organise.sources.server-looks');
  return el('li', { class: what ? 'warn' : 'ok' }, icon(what ? 'warning' : 'check', 'tiny'), el('span', {}, el('bdi', {}, placeWords(where)), `: ${words}`));
}
