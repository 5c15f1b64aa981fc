/** @import {QuestionRow, QuestionSlide, QuestionsSlide} from '../lib/hall-slides.js' */
/** @import {HallSlide} from '../lib/slides.js' */
/** @import {Breaking} from './scenes.js' */
/** @import {Way} from './ways.js' */
import { el } from '../lib/html.js';
import { icon } from '../lib/icon.js';
import { evenPagesOf, pageAt } from '../lib/pages.js';
import { address, aside, checkWord, isWhole, said, tile } from './pieces.js';
import { drawPoll } from './poll-scene.js';
import { PLAIN, SMALL, firstWhole, pager, wearWay } from './ways.js';

/**
 * The scenes of the hall, drawn: each tried in ways that get smaller until everything stands in its place. Texts in two languages
 * stand together where there is room, and take turns where there is none. What changes with every vote is put into the picture that
 * stands, by `tellLive`: texts, and bars that only ever slide.
 */

const QUESTION_STEPS = [3.4, 2.9, 2.45, 2.2, 1.9, 1.7, 1.45];
/** Type of a list, whether words may break in it, and whether all must stand in one picture. @type {readonly (readonly [number, Breaking, boolean])[]} */
const LIST_WAYS = [
  [1.25, 'whole', true], [1.06, 'whole', true], [1.06, 'soft', true], [0.95, 'soft', true], [0.85, 'soft', true],
  [1.06, 'whole', false], [1.06, 'soft', false], [0.95, 'soft', false], [0.85, 'any', false], [0.72, 'any', false], [0.6, 'any', false], [0.5, 'any', false], [0.42, 'any', false], [0.34, 'any', false], [0.27, 'any', false],
];
/** How fast bars grow when a result comes, in ms. */
const GROW_MS = 900;

/**
 * @param {HTMLElement} place
 * @param {HallSlide} slide
 * @param {number} nowMs The server's clock: which page is on.
 * @returns {number} How many pages there are.
 */
export function drawHall(place, slide, nowMs) {
  if (slide.kind === 'question') return drawQuestion(place, slide);
  return slide.kind === 'questions' ? drawQuestions(place, slide, nowMs) : drawPoll(place, slide, nowMs);
}

/**
 * What every vote changes.
 *
 * @param {HTMLElement} place
 * @param {HallSlide} slide
 */
export function tellLive(place, { live, bars }) {
  for (const each of /** @type {NodeListOf<HTMLElement>} */ (place.querySelectorAll('[data-live]'))) {
    const text = live[each.dataset['live'] ?? ''] ?? '';
    if (each.textContent !== text) each.textContent = text;
  }
  for (const each of /** @type {NodeListOf<HTMLElement>} */ (place.querySelectorAll('[data-most]'))) each.classList.toggle('most', live[`m${each.dataset['most']}`] === 'y');
  for (const each of /** @type {NodeListOf<HTMLElement>} */ (place.querySelectorAll('[data-bar]'))) {
    const transform = slid(each, bars);
    if (each.style.transform !== transform) each.style.transform = transform;
  }
}

/**
 * Bars come up from nothing.
 *
 * @param {HTMLElement} place
 */
export function grow(place) {
  for (const each of /** @type {NodeListOf<HTMLElement>} */ (place.querySelectorAll('[data-bar]'))) {
    each.animate([{ transform: slid(each, []) }, { transform: each.style.transform }], { duration: GROW_MS, easing: 'cubic-bezier(.2,.8,.3,1)' });
  }
}

/**
 * A bar is as long as its track and slides out of it, so that its round end stays round, and stripes stay stripes. One part of
 * several reaches to where it ends, behind those before it.
 *
 * @param {HTMLElement} bar
 * @param {readonly number[]} bars
 */
function slid({ dataset }, bars) {
  const places = (dataset['bar'] ?? '').split(' ').map(Number);
  const share = places.reduce((sum, place) => sum + (bars[place] ?? 0), 0);
  if (dataset['way'] === 'up') return `translateY(${((1 - share) * 100).toFixed(2)}%)`;
  return `translateX(${((share - 1) * 100).toFixed(2)}%)`;
}

// --- a question -----------------------------------------------------------------------------------------------

/**
 * @param {HTMLElement} place
 * @param {QuestionSlide} slide
 */
function drawQuestion(place, slide) {
  firstWhole(place, questionWays(), ({ more }) => question(slide, more));
  return 1;
}

/** @returns {Generator<Way>} */
function* questionWays() {
  const most = window.innerHeight > window.innerWidth ? 2.45 : Infinity;
  for (const more of [true, false]) {
    for (const step of QUESTION_STEPS) if (step <= most) yield { ...PLAIN, step, more };
    for (const step of [1.7, 1.45, 1.2, 1.05]) yield { ...PLAIN, step, words: 'soft', more };
  }
  for (const [step, list, words] of SMALL) yield { ...PLAIN, step, list, words, more: false };
}

/**
 * @param {QuestionSlide} slide
 * @param {boolean} more With the answer, and how one asks.
 * @returns {Node[]}
 */
function question(slide, more) {
  const { over, done, text, lang, who, to, answer, how, want, join, joinWord, check } = slide;
  const votes = el('p', { class: 'q-votes', data: { live: 'votes', fit: '' } }, slide.live['votes']);
  const head = el('header', { class: 'q-head' }, icon(done ? 'check' : 'hand', 'q-mark'), el('p', { class: 'q-over', data: { fit: '' } }, done || over), done ? null : votes);
  return [
    el('article', { class: `q-card ${done ? 'done' : ''}` }, head,
      el('h1', { class: 'scene-title q-text', dir: 'auto', lang: lang || null, data: { fit: '' } }, said(text)),
      answer && more ? el('p', { class: 'q-answer', dir: 'auto', data: { fit: '' } }, said(answer)) : null,
      el('p', { class: 'q-who', dir: 'auto', data: { fit: '' } }, el('b', {}, said(who)), to ? el('span', {}, ` ${said(to)}`) : null)),
    el('div', { class: 'q-foot' },
      el('div', { class: 'q-join' }, tile(join.qr), el('div', { class: 'q-join-words' }, el('p', { class: 'scene-join-title' }, joinWord), address(join), checkWord(check))),
      how && more ? el('p', { class: 'q-how', data: { fit: '' } }, `${how} `, el('b', {}, want), '.') : null),
  ];
}

// --- those that come up next ----------------------------------------------------------------------------------

/**
 * @param {HTMLElement} place
 * @param {QuestionsSlide} slide
 * @param {number} nowMs
 */
function drawQuestions(place, slide, nowMs) {
  const list = el('ol', { class: `asked ${Object.values(slide.live).some((votes) => votes.length > 3) ? 'wide' : ''}` });
  const box = el('div', { class: 'asked-box', data: slide.empty ? { fit: 'high' } : {} }, slide.empty ? el('p', { class: 'scene-title asked-none', data: { fit: '' } }, slide.empty) : list);
  const main = el('div', { class: 'asked-main', data: { words: '' } }, el('h1', { class: 'asked-over', data: { fit: '' } }, icon('hand', 'q-mark'), slide.over), box, el('p', { class: 'scene-small asked-how', data: { fit: '' } }, slide.how));
  place.replaceChildren(main, aside(slide));
  list.append(...slide.rows.map((row) => questionRow(row, slide.live[row.post] ?? '')));
  // Rather all of them in smaller type than some at a time, and rather three at a time in small type than one in large.
  for (const [list_, words, alone] of LIST_WAYS) {
    wearWay(place, { ...PLAIN, step: Math.min(2.45, list_ * 2), list: list_, words });
    const heights = [...list.children].map((each) => (each instanceof HTMLElement ? each.offsetHeight : 0));
    const whole = isWhole(place, false) && Math.max(0, ...heights) <= box.clientHeight && (slide.rows.length > 0 || isWhole(place));
    if (!whole || (alone && heights.reduce((sum, each) => sum + each, 0) > box.clientHeight)) continue;
    const pages = evenPagesOf(heights, box.clientHeight);
    const page = pageAt(pages.length, nowMs);
    const from = pages.slice(0, page).reduce((sum, count) => sum + count, 0);
    [...list.children].forEach((row, at) => (at < from || at >= from + (pages[page] ?? 0) ? row.remove() : null));
    if (pages.length > 1) box.append(pager(pages.length, page));
    return Math.max(1, pages.length);
  }
  return 1;
}

/**
 * @param {QuestionRow} row
 * @param {string} votes
 */
function questionRow({ post, text, lang, who, mark }, votes) {
  return el('li', { class: 'asked-row' },
    el('p', { class: 'asked-votes' }, votes ? icon('people', 'asked-people') : null, votes ? el('span', { data: { live: post } }, votes) : el('span', { class: 'asked-mark' }, mark)),
    el('div', { class: 'asked-words' },
      el('p', { class: 'asked-text', dir: 'auto', lang: lang || null, data: { fit: '' } }, said(text)),
      el('p', { class: 'asked-who', dir: 'auto', data: { fit: '' } }, said(who), votes && mark ? el('b', {}, ` · ${mark}`) : null)));
}
