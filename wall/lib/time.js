/** @import {Translate} from '../types.js' */

const MINUTE_MS = 60_000;

/** The server's clock, as far as the last tick told. Phones and screens are often minutes wrong. */
export class ServerClock {
  #offsetMs = 0;

  /** @param {number} serverMicroseconds @param {number} [ownMs] This device's clock at that moment. */
  set(serverMicroseconds, ownMs = Date.now()) {
    this.#offsetMs = serverMicroseconds / 1000 - ownMs;
  }

  /** Milliseconds to add to `Date.now()`. */
  get offsetMs() {
    return this.#offsetMs;
  }

  /** Milliseconds since 1970. */
  now() {
    return Date.now() + this.#offsetMs;
  }
}

/**
 * "zojuist", "4 min", "2 uur", or the time of the day when it is longer ago.
 *
 * @param {Translate} t
 * @param {string} lang
 * @param {number} thenMs
 * @param {number} nowMs
 */
export function age(t, lang, thenMs, nowMs) {
  const minutes = Math.floor((nowMs - thenMs) / MINUTE_MS);
  if (minutes < 1) return t('age.now');
  if (minutes < 60) return t('age.minutes', { n: minutes });
  if (minutes < 6 * 60) return t('age.hours', { n: Math.floor(minutes / 60) });
  return dayTime(lang, thenMs);
}

/**
 * "13:42", in the time zone of this device.
 *
 * @param {string} lang
 * @param {number} ms
 */
export function dayTime(lang, ms) {
  return formatter(lang, false).format(ms);
}

/**
 * "13:42:08".
 *
 * @param {string} lang
 * @param {number} ms
 */
export function dayTimeSeconds(lang, ms) {
  return formatter(lang, true).format(ms);
}

/** @type {Map<string, Intl.DateTimeFormat>} */
const formatters = new Map();

/**
 * Making a formatter is slow; a wall asks many times a second.
 *
 * @param {string} lang
 * @param {boolean} seconds
 */
function formatter(lang, seconds) {
  const key = `${lang} ${seconds}`;
  const found = formatters.get(key);
  if (found) return found;
  const made = new Intl.DateTimeFormat(lang, {
    hour: '2-digit', minute: '2-digit', hourCycle: 'h23', ...(seconds ? { second: '2-digit' } : {}),
  });
  formatters.set(key, made);
  return made;
}
