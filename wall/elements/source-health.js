/** @import {Translate} from '../types.js' */
import { dayTimeSeconds } from '../lib/time.js';

/**
 * @typedef {object} Health How a source does, as it says itself.
 * @property {'ok' | 'waiting' | 'needs-attention' | 'stale'} state
 * @property {string | null} [what] A code.
 * @property {number | null} [retryAt] Microseconds.
 * @property {number | null} [last] Microseconds.
 */

/**
 * The health of a source in words.
 *
 * @param {Translate} t
 * @param {string} lang
 * @param {boolean} on
 * @param {Health | null} health
 * @param {number} nowMs
 * @returns {{words: string, kind: 'ok' | 'warn' | 'bad' | 'off'}}
 */
export function healthWords(t, lang, on, health, nowMs) {
  if (!on && health?.state === 'needs-attention') return { words: t('health.off-attention', { what: whatWords(t, health.what ?? '') }), kind: 'warn' };
  if (!on) return { words: t('health.off'), kind: 'off' };
  if (!health) return { words: t('health.unknown'), kind: 'ok' };
  const what = whatWords(t, health.what ?? '');
  switch (health.state) {
    case 'ok':
      return { words: health.last ? t('health.ok-last', { time: dayTimeSeconds(lang, health.last / 1000) }) : t('health.ok'), kind: 'ok' };
    case 'waiting':
      return { words: waiting(t, what, health.retryAt ?? null, nowMs), kind: 'warn' };
    case 'needs-attention':
      return { words: t('health.needs-attention', { what }), kind: 'bad' };
    case 'stale':
      return { words: t('health.stale'), kind: 'warn' };
  }
}

/**
 * @param {Translate} t
 * @param {string} code
 * @returns {string} The code itself when the catalogue does not know it.
 */
export function whatWords(t, code) {
  const text = t(`health.what.${code}`);
  return text === `health.what.${code}` ? code : text;
}

/**
 * Where something is, without the port that every browser leaves out.
 *
 * @param {string} where As `social.example:443`.
 */
export function placeWords(where) {
  return where.replace(/:443$/u, '');
}

/**
 * @param {Translate} t
 * @param {string} what
 * @param {number | null} retryAt
 * @param {number} nowMs
 */
function waiting(t, what, retryAt, nowMs) {
  const seconds = retryAt === null ? 0 : Math.ceil((retryAt / 1000 - nowMs) / 1000);
  return seconds <= 0 ? what || t('health.waiting') : t('health.waiting-retry', { what: what || t('health.waiting'), n: seconds });
}
