/** What was typed in the editor of polls and is not kept by the server yet: on this device, by poll. Pure. */

/** @import {PollForm} from './poll-form.js' */
import { emptyForm, KINDS, LANGS, REVEALS } from './poll-form.js';

/** Where one that the server does not know yet is kept. */
export const NEW = 'new';
/** More would not be found back. */
export const MAX_KEPT = 12;

/** @typedef {Readonly<Record<string, PollForm>>} Kept */

/**
 * @param {string | null} stored
 * @returns {Kept} Empty where nothing is kept, or something else than this page wrote.
 */
export function readKept(stored) {
  try {
    const read = JSON.parse(stored ?? '{}');
    if (typeof read !== 'object' || read === null || Array.isArray(read)) return {};
    return Object.fromEntries(Object.entries(read).filter(([, form]) => isForm(form)));
  } catch (fault) {
    console.info('what was kept cannot be read', fault);
    return {};
  }
}

/**
 * @param {Kept} kept
 * @param {string} key
 * @param {PollForm} form
 * @returns {Kept} With it, and without the oldest where there are too many.
 */
export function withKept(kept, key, form) {
  const all = [...Object.entries(withoutKept(kept, key)), /** @type {[string, PollForm]} */ ([key, form])];
  return Object.fromEntries(all.slice(-MAX_KEPT));
}

/**
 * @param {Kept} kept
 * @param {string} key
 * @returns {Kept}
 */
export function withoutKept(kept, key) {
  return Object.fromEntries(Object.entries(kept).filter(([each]) => each !== key));
}

/**
 * @param {any} form
 * @returns {form is PollForm}
 */
function isForm(form) {
  const like = emptyForm(LANGS);
  return typeof form === 'object' && form !== null && Object.keys(like).every((name) => name in form)
    && KINDS.includes(form.kind) && REVEALS.includes(form.reveal) && areBoth([form.title, ...pair(form.ends), ...list(form.options)])
    && list(form.langs).length > 0 && list(form.langs).every((lang) => LANGS.includes(lang)) && typeof form.most === 'string'
    && [form.scale, form.number].every((range) => typeof range?.low === 'string' && typeof range?.high === 'string');
}

/** @param {unknown} value @returns {any[]} Nothing that passes where it is no list. */
function list(value) {
  return Array.isArray(value) ? value : [null];
}

/** @param {unknown} value */
function pair(value) {
  return Array.isArray(value) && value.length === 2 ? value : [null];
}

/** @param {any[]} all */
function areBoth(all) {
  return all.every((each) => typeof each?.nl === 'string' && typeof each?.en === 'string');
}
