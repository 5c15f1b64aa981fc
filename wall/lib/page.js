/** @import {Page} from '../types.js' */
import { words } from './words.js';

/** @type {Page | null} */
let read = null;

/**
 * What the server told this page: the symposium, the texts, the addresses. Read once.
 *
 * @returns {Page}
 */
export function page() {
  read ??= /** @type {Page} */ (JSON.parse(document.getElementById('fontein')?.textContent ?? '{}'));
  return read;
}

/** The texts of this page, in its language. */
export function translate() {
  return words(page().words, page().lang);
}
