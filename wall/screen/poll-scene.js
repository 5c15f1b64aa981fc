/** @import {PollRow, PollSlide} from '../lib/hall-slides.js' */
/** @import {Box} from '../lib/cloud.js' */
/** @import {Breaking} from './scenes.js' */
/** @import {Way} from './ways.js' */
import { cloud } from '../lib/cloud.js';
import { el } from '../lib/html.js';
import { icon } from '../lib/icon.js';
import { evenPagesOf, pageAt } from '../lib/pages.js';
import { drawGroups } from './groups-scene.js';
import { address, aside, checkWord, isWhole, said, tile } from './pieces.js';
import { PLAIN, SMALL, firstWhole, hasRoom, label, pager, texts, wearWay } from './ways.js';

/** A poll: while it is open, and what came out. */

/**
 * How high what some forms draw is at least, in body sizes: a cloud in less is a line of words, and columns can't be told apart.
 *
 * @type {Partial<Record<PollSlide['form'], readonly [string, number]>>}
 */
const LEAST = { cloud: ['.cloud', 6], columns: ['.column-rise', 2] };
/** Type of the words in a cloud, in body sizes; in which the smallest is as large as all that must be read. */
const CLOUD_TYPE = { least: 1, most: 4.2, gap: 0.55 };
const MEASURED_PX = 100;

/**
 * @param {HTMLElement} place
 * @param {PollSlide} slide
 * @param {number} nowMs
 * @returns {number} How many pages there are.
 */
export function drawPoll(place, slide, nowMs) {
  place.dataset['form'] = slide.form;
  const turns = isTwo(slide) ? 2 : 1;
  const last = slide.groups ? 1 : 0;
  const turn = Math.min(turns - 1, pageAt(turns + last, nowMs));
  const least = LEAST[slide.form];
  const way = firstWhole(place, pollWays(slide, turns > 1), (each) => poll(slide, each, turn), () => !least || hasRoom(place.querySelector(least[0]), least[1]));
  if (!way && slide.rows.length > 0) return drawPages(place, slide, nowMs, turns);
  if (slide.form === 'cloud') drawCloud(place, slide);
  const pages = (way?.both ? 1 : turns) + last;
  if (slide.groups && pageAt(pages, nowMs) === pages - 1) drawGroups(place, slide.groups, slide, 0);
  return pages;
}

/** @param {PollSlide} slide */
function isTwo({ title, options, rows, ends }) {
  return [title, ...options, ...rows.map(({ label }) => label), ...ends].some((text) => text.length > 1);
}

/**
 * @param {PollSlide} slide
 * @param {boolean} two
 * @returns {Generator<Way>}
 */
function* pollWays({ form, rows, options }, two) {
  const count = Math.max(rows.length, options.length);
  const upright = window.innerHeight > window.innerWidth;
  const isList = form !== 'cloud' && form !== 'columns';
  const columns = isList && !upright && count > 3 ? [1, 2] : [1];
  /** @type {readonly (readonly [number, number])[]} */
  const large = form === 'ask' ? [[2.2, 1.15], [1.9, 1.06], [1.6, 1]] : count <= 4 ? [[1.9, 1.25], [1.6, 1.06], [1.45, 1]] : [[1.6, 1.06], [1.45, 1]];
  const middle = /** @type {const} */ ([[1.35, 0.95], [1.25, 0.9], [1.15, 0.85]]);
  for (const more of form === 'ask' && options.length > 0 ? [true, false] : form === 'columns' ? [true, false] : [true]) {
    if (two) for (const each of columns) for (const [step, list] of [...large, ...middle]) yield { step, list, words: 'whole', both: true, columns: each, more };
    for (const words of /** @type {Breaking[]} */ (['whole', 'soft'])) {
      for (const each of columns) for (const [step, list] of [...large, ...middle]) yield { step, list, words, both: false, columns: each, more };
    }
  }
  if (isList && form !== 'ask') return; // Fewer at a time instead.
  for (const [step, list, words] of SMALL) yield { step, list, words, both: false, columns: 1, more: false };
}

/**
 * Rows that do not stand in one picture take turns, and so do the languages.
 *
 * @param {HTMLElement} place
 * @param {PollSlide} slide
 * @param {number} nowMs
 * @param {number} turns
 */
function drawPages(place, slide, nowMs, turns) {
  const columns = slide.rows.length > 8 && window.innerWidth > window.innerHeight ? 2 : 1;
  for (const [step, list, words] of /** @type {const} */ ([[1.35, 0.95, 'soft'], [1.15, 0.85, 'soft'], ...SMALL])) {
    const way = { ...PLAIN, step, list, words, columns: list < 0.72 ? 1 : columns };
    const perTurn = Array.from({ length: turns }, (_, turn) => {
      const room = drawRows(place, slide, way, turn);
      const heights = linesOf(place, way.columns);
      return isWhole(place, false) && Math.max(...heights) <= room ? evenPagesOf(heights, room) : null;
    });
    if (perTurn.some((pages) => pages === null) && list > 0.27) continue;
    const all = perTurn.flatMap((pages, turn) => (pages ?? [slide.rows.length]).map((count, page, counts) => ({ turn, count, from: counts.slice(0, page).reduce((sum, each) => sum + each, 0) })));
    const pages = all.length + (slide.groups ? 1 : 0);
    const page = pageAt(pages, nowMs);
    if (slide.groups && page === pages - 1) {
      drawGroups(place, slide.groups, slide, 0);
      return pages;
    }
    const { turn, count, from } = all[page] ?? { turn: 0, count: slide.rows.length, from: 0 };
    drawRows(place, slide, way, turn);
    place.querySelectorAll('.poll-row').forEach((row, at) => (at < from * way.columns || at >= (from + count) * way.columns ? row.remove() : null));
    place.querySelector('.poll-box')?.append(pager(pages, page));
    return pages;
  }
  return 1;
}

/**
 * All rows, also those that do not fit.
 *
 * @param {HTMLElement} place
 * @param {PollSlide} slide
 * @param {Way} way
 * @param {number} turn
 * @returns {number} How high they may be together.
 */
function drawRows(place, slide, way, turn) {
  place.replaceChildren(...poll(slide, way, turn));
  wearWay(place, way);
  const box = place.querySelector('.poll-box');
  box?.removeAttribute('data-fit');
  return box?.clientHeight ?? 0;
}

/**
 * @param {HTMLElement} place
 * @param {number} columns
 * @returns {number[]} The height of each line of rows.
 */
function linesOf(place, columns) {
  const heights = /** @type {HTMLElement[]} */ ([...place.querySelectorAll('.poll-row')]).map((row) => row.offsetHeight);
  return Array.from({ length: Math.ceil(heights.length / columns) }, (_, at) => Math.max(...heights.slice(at * columns, (at + 1) * columns)));
}

/**
 * @param {PollSlide} slide
 * @param {Way} way
 * @param {number} turn Which language, where they take turns.
 * @returns {Node[]}
 */
function poll(slide, way, turn) {
  const { form, title, few, open, hint, weight, secret, timed, sums, legend } = slide;
  const [first, second] = texts(title, way, turn);
  const heading = el('h1', { class: 'scene-title poll-title', dir: 'auto', data: { fit: '' } }, said(first));
  const other = second ? el('p', { class: 'poll-other', dir: 'auto', data: { fit: '' } }, said(second)) : null;
  const number = live('poll-n', 'n', slide);
  number.style.setProperty('--letters', String(slide.live['n']?.length ?? 1));
  number.dataset['fit'] = '';
  const count = el('div', { class: 'poll-count' }, number, live('poll-votes', 'votes', slide),
    timed ? el('div', { class: 'poll-time' }, live('poll-left', 'left', slide), el('div', { class: 'bar-track time-track' }, bar(slide.bars.length - 1))) : null);
  const state = el('p', { class: 'poll-hint', data: { fit: '' } }, hint);
  const notes = el('div', { class: 'poll-notes' }, el('p', { class: 'scene-small', data: { fit: '' } }, weight), secret && form !== 'ask' ? el('p', { class: 'scene-small', data: { fit: '' } }, secret) : null);
  const body = el('div', { class: 'poll-box', data: { columns: way.columns, fit: 'high' } }, ...inside(slide, way, turn));
  const key = legend.length > 0 ? el('ul', { class: `poll-key ${form}` }, ...legend.map((word, at) => el('li', {}, el('i', { class: `key k${at}` }), el('span', {}, word)))) : null;
  const main = el('div', { class: 'poll-main', data: { words: '' } }, heading, other, sums ? live('poll-sum', 'sum', slide) : null, key, few ? el('p', { class: 'poll-few', data: { fit: '' } }, few) : null, body);
  if (form === 'ask' && open) {
    main.append(el('div', { class: 'poll-now' }, state, count));
    return [main, el('div', { class: 'poll-side inviting' }, el('div', { class: 'poll-code' }, tile(slide.join.qr), el('div', { class: 'poll-code-words' }, address(slide.join), checkWord(slide.check))), notes)];
  }
  return [main, el('div', { class: 'poll-side' }, el('div', { class: 'poll-state' }, count, state, notes), aside(slide))];
}

/**
 * @param {PollSlide} slide
 * @param {Way} way
 * @param {number} turn
 * @returns {Node[]}
 */
function inside(slide, way, turn) {
  const { form, rows, options, words } = slide;
  if (form === 'ask') return options.length > 0 && way.more ? [el('ol', { class: 'poll-options' }, ...options.map((option) => el('li', { class: 'poll-option' }, label(option, way, turn))))] : [];
  if (form === 'columns') return columns(slide, way, turn);
  if (form === 'cloud') return [el('ol', { class: 'cloud' }, ...words.map(({ text, n }) => el('li', { class: 'cloud-word' }, el('p', { class: 'cloud-text', dir: 'auto' }, text, ...(n > 1 ? [' ', el('span', { class: 'cloud-n' }, n)] : [])))))];
  return [el('ol', { class: `poll-rows ${form}` }, ...rows.map((row, at) => pollRow(slide, row, at, way, turn)))];
}

/**
 * Whether votes may make it the largest.
 *
 * @param {PollSlide} slide
 * @param {number} at
 */
function isMarked({ live: texts }, at) {
  return `m${at}` in texts;
}

/**
 * @param {PollSlide} slide
 * @param {PollRow} row
 * @param {number} at
 * @param {Way} way
 * @param {number} turn
 */
function pollRow(slide, { label: text, sign, word }, at, way, turn) {
  const top = el('div', { class: 'poll-top' },
    sign ? icon(sign === 'right' ? 'check' : 'drop', 'poll-mark') : null,
    label(text, way, turn),
    isMarked(slide, at) ? icon('drop', 'poll-mark') : null,
    word ? el('p', { class: 'poll-word' }, word) : null);
  const props = { class: `poll-row ${sign}`, data: isMarked(slide, at) ? { most: at } : {} };
  if (slide.form === 'bars') {
    top.append(live('poll-each', `n${at}`, slide), live('poll-share', `p${at}`, slide));
    return el('li', props, top, el('div', { class: 'bar-track' }, bar(at)));
  }
  if (slide.form === 'statements') {
    return el('li', props, top, el('div', { class: 'bar-track parts' }, bar(`${at * 3} ${at * 3 + 1}`, 'k1'), bar(at * 3, 'k0')),
      el('div', { class: 'poll-said', data: { fit: '' } }, ...['p', 'q', 'r'].map((key, part) => (slide.live[`${key}${at}`] ? el('p', { class: 'poll-part' }, el('i', { class: `key k${part}` }), el('span', { data: { live: `${key}${at}` } }, slide.live[`${key}${at}`])) : null))));
  }
  if (slide.live[`p${at}`]) top.append(live('poll-share', `p${at}`, slide));
  return el('li', props, top,
    el('div', { class: 'poll-pair' }, el('div', { class: 'bar-track then' }, bar(at * 2, 'k0')), live('poll-each', `b${at}`, slide)),
    el('div', { class: 'poll-pair' }, el('div', { class: 'bar-track' }, bar(at * 2 + 1, 'k1')), live('poll-each', `n${at}`, slide)));
}

/**
 * @param {PollSlide} slide
 * @param {Way} way
 * @param {number} turn
 * @returns {Node[]}
 */
function columns(slide, way, turn) {
  const { rows, ends } = slide;
  const last = rows.length - 1;
  const outer = ends.length === 2 ? ends : way.more ? [] : [rows[0]?.label ?? [], last > 0 ? rows[last]?.label ?? [] : []];
  return [
    el('ol', { class: 'columns' }, ...rows.map(({ label: [name], sign }, at) => {
      const number = live('column-n', `p${at}`, slide);
      number.dataset['fit'] = '';
      const rise = el('div', { class: 'column-rise', data: { bar: at, way: 'up' } }, number, el('div', { class: 'column-fill' }, sign || isMarked(slide, at) ? icon('drop', 'column-mark') : null));
      return el('li', { class: `column ${sign}`, data: isMarked(slide, at) ? { most: at } : {} }, el('div', { class: 'column-track' }, rise), way.more || ends.length === 2 ? el('p', { class: 'column-name', data: { fit: '' } }, name) : null);
    })),
    outer.length > 0 ? el('div', { class: 'column-ends' }, ...outer.map((end) => label(end, way, turn))) : null,
  ].filter((each) => each !== null);
}

/**
 * @param {string} name
 * @param {string} key
 * @param {PollSlide} slide
 */
function live(name, key, slide) {
  return el('p', { class: name, data: { live: key } }, slide.live[key]);
}

/**
 * @param {number | string} at In the slide's bars; of several, their sum.
 * @param {string} [more]
 */
function bar(at, more = '') {
  return el('i', { class: `bar ${more}`, data: { bar: at } });
}

/**
 * The words are measured once, and made smaller as a whole, so that their lines never break anew. The list itself stays a list, the most said first.
 *
 * @param {HTMLElement} place
 * @param {PollSlide} slide
 */
function drawCloud(place, { words }) {
  const list = place.querySelector('.cloud');
  if (!(list instanceof HTMLElement)) return;
  const items = /** @type {HTMLElement[]} */ ([...list.children]);
  const type = parseFloat(getComputedStyle(place).getPropertyValue('--f'));
  list.style.fontSize = `${MEASURED_PX}px`;
  /** @type {Box[]} */
  const boxes = items.map((item, at) => ({ width: (item.offsetWidth + 2) / MEASURED_PX, height: (item.offsetHeight + 2) / MEASURED_PX, n: words[at]?.n ?? 1 }));
  const placed = cloud(boxes, { width: list.clientWidth, height: list.clientHeight }, { least: CLOUD_TYPE.least * type, most: CLOUD_TYPE.most * type, gap: CLOUD_TYPE.gap });
  const shown = new Set(placed.map(({ at }) => at));
  for (const { at, x, y, size } of placed) {
    const item = items[at];
    if (!item) continue;
    item.style.transform = `translate(${x.toFixed(1)}px, ${y.toFixed(1)}px) scale(${(size / MEASURED_PX).toFixed(4)})`;
  }
  items.forEach((item, at) => (item.hidden = !shown.has(at)));
}
