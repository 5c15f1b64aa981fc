/** @import {Translate} from '../types.js' */
import { el } from '../lib/html.js';

/** Those of papers at the symposia that this is for; any other is read from the file. */
const LANGUAGES = ['nl', 'en', 'de', 'fr', 'fy', 'es', 'pap', 'tr', 'ar', 'uk', 'pl'];

/**
 * The choices of a file's language; first: read it from the file.
 *
 * @param {Translate} t
 * @param {string} chosen
 */
export function languageOptions(t, chosen) {
  const known = chosen === '' || LANGUAGES.includes(chosen) ? LANGUAGES : [...LANGUAGES, chosen];
  const options = known.map((lang) => el('option', { value: lang, selected: lang === chosen }, languageName(t, lang)));
  return [el('option', { value: '', selected: chosen === '' }, t('shelf.lang.auto')), ...options];
}

/**
 * @param {Translate} t
 * @param {string} lang BCP 47.
 */
export function languageName(t, lang) {
  const key = `shelf.lang.${lang.toLowerCase().split('-')[0]}`;
  const name = t(`shelf.lang.${lang.toLowerCase().split('-')[0]}`);
  return name === key ? lang : name;
}
