/** @import {Translate} from '../types.js' */
/** @import {Hour, KeptFile, KeptPaper} from './model.js' */
import { el } from '../lib/html.js';
import { icon } from '../lib/icon.js';
import { clock, dayName, dayOf } from '../lib/programme.js';
import { kindName, sizeWords } from '../phone/papers-order.js';
import { languageName } from './languages.js';
import { bars, filledHours } from './model.js';

const SVG = 'http://www.w3.org/2000/svg';
const WIDTH = 192;
const HEIGHT = 28;
const HOUR_MS = 3_600_000;

/**
 * @typedef {object} Card
 * @property {Translate} t
 * @property {string} lang
 * @property {string} slug
 * @property {string} short The short address of the symposium.
 * @property {string} zone
 * @property {{total: number, distinct: number, hours: readonly Hour[]} | null} count null: nobody fetched it yet.
 * @property {boolean} isStaff
 * @property {HTMLElement} upload What is on its way.
 * @property {(file: File, lang: string) => void} newVersion
 * @property {() => void} edit
 * @property {(file: number) => void} dropFile
 * @property {() => void} remove
 * @property {() => void} erase
 */

/**
 * A paper on the shelf, with all that can be done to it.
 *
 * @param {KeptPaper} paper
 * @param {Card} card
 */
export function paperCard(paper, card) {
  const { t } = card;
  return el('li', { class: 'card shelf-paper', data: { paper: paper.id } },
    el('div', { class: 'shelf-paper-head' },
      el('div', { class: 'shelf-words' },
        el('h3', { dir: 'auto' }, paper.title),
        paper.authors.length > 0 ? el('p', { dir: 'auto' }, paper.authors.join(', ')) : null,
        el('p', { class: 'meta shelf-facts' }, icon(paper.open ? 'eye' : 'lock', 'small'), el('span', {}, [t(`shelf.form.${paper.form}`), paper.code ? t('shelf.code', { code: paper.code }) : '', openWords(paper, card)].filter(Boolean).join(' · ')))),
      paper.preview ? el('img', { class: 'shelf-preview', src: paper.preview, alt: t('shelf.preview'), width: 66, height: 93, loading: 'lazy' }) : null),
    paper.link ? el('p', {}, el('a', { class: 'tall', href: paper.link, rel: 'noopener noreferrer' }, paper.link)) : null,
    files(paper, card),
    card.upload,
    card.isStaff ? counts(paper, card) : null,
    code(paper, card),
    actions(paper, card));
}

/**
 * @param {KeptPaper} paper
 * @param {Card} card
 */
function openWords(paper, { t, lang, zone }) {
  if (paper.open) return t('shelf.open');
  if (paper.opensAt === null) return t('shelf.closed');
  const ms = paper.opensAt / 1_000;
  return t('shelf.opens', { time: `${dayName(lang, dayOf(ms, zone))}, ${clock(lang, zone, ms)}` });
}

/**
 * @param {KeptPaper} paper
 * @param {Card} card
 */
function files(paper, card) {
  const { t } = card;
  if (paper.files.length === 0) return paper.form === 'link' ? null : el('p', { class: 'meta' }, t('shelf.no-file'));
  const newest = paper.files.filter(({ old }) => !old);
  const older = paper.files.filter(({ old }) => old).reverse();
  const list = (/** @type {readonly KeptFile[]} */ some) => el('ul', { class: 'shelf-files', role: 'list' }, some.map((file) => fileRow(paper, file, card)));
  return el('div', {}, list(newest), older.length > 0 ? el('details', {}, el('summary', {}, t('shelf.older', { n: older.length })), list(older)) : null);
}

/**
 * @param {KeptPaper} paper
 * @param {KeptFile} file
 * @param {Card} card
 */
function fileRow(paper, file, { t, lang, slug, dropFile }) {
  const facts = [kindName(file.type), file.pages ? t('shelf.pages', { n: file.pages }) : '', sizeWords(file.size, lang), file.lang ? languageName(t, file.lang) : ''].filter(Boolean).join(' · ');
  const name = file.name || facts;
  return el('li', {},
    el('div', { class: 'shelf-file' },
      el('p', { class: 'shelf-file-words' }, el('a', { class: 'tall', href: `/${slug}/papers/${paper.id}/file/${file.id}`, hreflang: file.lang || null, dir: 'auto' }, name), el('span', { class: 'meta' }, facts)),
      el('button', { type: 'button', class: 'button quiet plain', 'aria-label': t('shelf.drop-file', { name }), on: { click: () => dropFile(file.id) } }, icon('close'))),
    ...(file.flags ?? []).map((flag) => el('p', { class: 'flag' }, icon('warning', 'small'), el('span', {}, t(`shelf.flag.${flag}`)))));
}

/**
 * How often it was fetched: in words, as bars for each hour, and the same as a table.
 *
 * @param {KeptPaper} paper
 * @param {Card} card
 */
function counts(paper, { t, lang, zone, count }) {
  if (!count || count.total === 0) return el('p', { class: 'meta' }, t('shelf.not-fetched'));
  const words = t('shelf.fetched', { n: count.total, people: count.distinct });
  const hours = filledHours(count.hours);
  const rows = hours.filter(({ n }) => n > 0).map((hour) => el('tr', {}, el('th', { scope: 'row' }, hourWords(hour, lang, zone)), el('td', {}, hour.n), el('td', {}, hour.distinct)));
  const table = el('table', { class: 'shelf-table' },
    el('caption', { class: 'visually-hidden' }, t('shelf.hours-of', { title: paper.title })),
    el('thead', {}, el('tr', {}, el('th', { scope: 'col' }, t('shelf.hour')), el('th', { scope: 'col' }, t('shelf.times')), el('th', { scope: 'col' }, t('shelf.people')))),
    el('tbody', {}, rows));
  return el('div', { class: 'shelf-counts' }, el('p', {}, words), chart(hours, t('shelf.chart', { title: paper.title })), el('details', {}, el('summary', {}, t('shelf.by-hour')), table));
}

/**
 * @param {Hour} hour
 * @param {string} lang
 * @param {string} zone
 */
function hourWords({ at }, lang, zone) {
  const ms = at / 1_000;
  return `${dayName(lang, dayOf(ms, zone))}, ${clock(lang, zone, ms)}–${clock(lang, zone, ms + HOUR_MS)}`;
}

/**
 * @param {readonly Hour[]} hours
 * @param {string} label
 */
function chart(hours, label) {
  const svg = document.createElementNS(SVG, 'svg');
  for (const [name, value] of Object.entries({ class: 'shelf-chart', viewBox: `0 0 ${WIDTH} ${HEIGHT}`, width: WIDTH, height: HEIGHT, role: 'img', 'aria-label': label })) svg.setAttribute(name, String(value));
  for (const bar of bars(hours, WIDTH, HEIGHT)) {
    const rect = document.createElementNS(SVG, 'rect');
    for (const [name, value] of Object.entries(bar)) rect.setAttribute(name, String(value));
    svg.append(rect);
  }
  return svg;
}

/**
 * @param {KeptPaper} paper
 * @param {Card} card
 */
function code(paper, { t, slug, short, lang }) {
  const base = `/${slug}/papers/${paper.id}`;
  const picture = el('img', { src: `${base}/qr.svg`, alt: t('shelf.qr-of', { title: paper.title }), width: 160, height: 160, loading: 'lazy' });
  return el('details', { class: 'shelf-code' }, el('summary', {}, t('shelf.codes')),
    el('div', { class: 'row shelf-code-body' }, el('div', { class: 'qr' }, picture),
      el('div', { class: 'stack' },
        paper.code ? el('p', { class: 'address' }, `${short}/${paper.code}`) : null,
        el('p', { class: 'row' },
          el('a', { class: 'button', href: `${base}/poster.pdf?lang=${lang}` }, icon('print', 'small'), t('shelf.poster', { size: 'A4' })),
          el('a', { class: 'button', href: `${base}/poster.pdf?size=a3&lang=${lang}` }, icon('print', 'small'), t('shelf.poster', { size: 'A3' })),
          el('a', { class: 'button', href: base }, t('shelf.page'))))));
}

/**
 * @param {KeptPaper} paper
 * @param {Card} card
 */
function actions(paper, { t, newVersion, edit, remove, erase }) {
  const id = `file-${paper.id}`;
  const input = el('input', { class: 'visually-hidden', type: 'file', id });
  input.addEventListener('change', () => {
    const [file] = input.files ?? [];
    if (file) newVersion(file, '');
    input.value = '';
  });
  const more = el('span', { class: 'visually-hidden' }, `: ${paper.title}`);
  const again = t(paper.files.length > 0 ? 'shelf.new-version' : 'shelf.add-file');
  return el('div', { class: 'row shelf-actions' },
    paper.form === 'link' ? null : el('span', { class: 'pick' }, input, el('label', { class: 'button', for: id }, icon('plus', 'small'), again, more.cloneNode(true))),
    el('button', { type: 'button', class: 'button', on: { click: edit } }, icon('pencil', 'small'), t('shelf.edit-button'), more.cloneNode(true)),
    el('button', { type: 'button', class: 'button quiet plain', on: { click: remove } }, t('shelf.remove-button'), more.cloneNode(true)),
    el('button', { type: 'button', class: 'button quiet danger-text', on: { click: erase } }, t('shelf.erase-button'), more.cloneNode(true)));
}
