/** @import {Translate} from '../../types.js' */
/** @import {Version} from './types.js' */
import { el } from '../../lib/html.js';
import { icon } from '../../lib/icon.js';
import { inFours, inWords } from './hash.js';

/** Who made a version again after an erasure. */
const SERVER = 'operator';

/**
 * A version: when, by whom, its hash, and its files. One whose files are gone stays listed.
 *
 * @param {Version} version
 * @param {{t: Translate, lang: string, api: string}} how
 */
export function versionView({ number, at, by, sha256, gone, goneAt, held, files }, { t, lang, api }) {
  const when = el('p', { class: 'version-when' }, t(by && by !== SERVER ? 'version.by' : 'version.at', { date: dateTime(lang, at), name: by }));
  return el('div', { class: 'version' }, when,
    gone && el('p', { class: 'version-gone' }, icon('warning', 'small'), el('span', {}, goneAt ? t('version.gone-at', { date: dateTime(lang, goneAt) }) : t('version.gone'))),
    !gone && held && el('p', { class: 'version-gone' }, icon('lock', 'small'), el('span', {}, t('version.held'))),
    el('p', { class: 'version-hash' }, el('abbr', { title: t('version.hash-why') }, 'SHA-256'), ' ', el('code', {}, inFours(sha256))),
    !gone && el('ul', { role: 'list', class: 'version-files', 'aria-label': t('version.files', { n: number }) }, files.map(({ format, name, size }) => el('li', {},
      el('a', { class: 'button', href: `${api}/report/versions/${number}/${format}`, download: name }, icon('download', 'small'),
        el('span', {}, t(`version.format.${format}`)), el('small', {}, inWords(size, lang)))))));
}

/**
 * "17 november 2026 om 14:05".
 *
 * @param {string} lang
 * @param {number} at In microseconds.
 */
export function dateTime(lang, at) {
  return new Intl.DateTimeFormat(lang, { dateStyle: 'long', timeStyle: 'short' }).format(at / 1_000);
}
