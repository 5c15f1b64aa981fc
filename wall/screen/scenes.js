/** @import {Check, Way, DaySlide, HallSlide, PairSlide, PaperRow, PapersSlide, PaperSlide, ProgrammeSlide, Row, SafeSlide, SessionSlide, Slide} from '../lib/slides.js' */
/** @import {Child} from '../lib/html.js' */
import { el, one } from '../lib/html.js';
import { evenPages, evenPagesOf, pageAt } from '../lib/pages.js';
import { drawHall, grow, tellLive } from './hall-scenes.js';
import { appear } from './motion.js';
import { address, aside, checkWord, isWhole, said, tile } from './pieces.js';

/**
 * The scenes of the programme and the papers: what `lib/slides.js` says, as large as it can be, and never cut. Each is tried in
 * ways that get smaller (type, rows, things on a page) until everything stands in its place.
 *
 * @typedef {'whole' | 'soft' | 'any'} Breaking Of words: not at all; at their syllables; anywhere.
 * @typedef {{step: number, words: Breaking, list: number, most: number}} Try `step`: type of the title; `list`: of the lists; `most`: rows, or things on a page.
 */

/** Type of titles in body sizes, largest first. Below 1 only what is too much for the picture otherwise. */
const STEPS = [3.4, 2.9, 2.45, 2.2, 1.9, 1.6, 1.35, 1.15, 1, 0.85, 0.7, 0.58, 0.48, 0.4, 0.33, 0.27];
/** Rather than smaller, words break anywhere. */
const SOFT_MIN = 0.4;
/** Of lists. */
const LIST_STEPS = [1, 0.85, 0.72, 0.6, 0.5, 0.42, 0.34];
/** Of a list, rather than that it takes turns. */
const ONE_PAGE = [1, 0.92, 0.85];
/** So many of a kind stand in one picture. */
const NOW_MAX = 4;
const ROWS_MAX = 4;
const ROWS_MAX_UPRIGHT = 8;
const PAPERS_MAX = 6;

export class Scenes {
  #place = one(document, '#scene', HTMLElement);
  /** What is drawn, and in which room; empty: nothing. */
  #drawn = '';
  /** @type {Slide | null} */
  #slide = null;
  #pages = 1;
  #page = -1;
  /** @type {HTMLElement | null} */
  #done = null;
  /** Which bars stand there; others grow. */
  #grown = '';

  /** What is drawn: the papers of a session are one paper where there is one. */
  get kind() {
    return this.#place.dataset['scene'] ?? '';
  }

  /** Where the large code of the scene is. @returns {DOMRect | null} */
  get code() {
    return this.#place.querySelector('.tile')?.getBoundingClientRect() ?? null;
  }

  /** Where its words stand, on the bare background. */
  get quiet() {
    return [...this.#place.querySelectorAll('[data-words]')].map((each) => each.getBoundingClientRect());
  }

  /**
   * @param {Slide | null} slide null: another scene is on.
   * @param {number} nowMs The server's clock.
   * @param {string} frame Changes when there is another room for it.
   * @param {boolean} still Nothing fades.
   * @returns {boolean} It was drawn anew.
   */
  show(slide, nowMs, frame, still) {
    const told = slide ? JSON.stringify([shapeOf(slide), frame]) : '';
    const page = pageAt(this.#pages, nowMs);
    const anew = told !== this.#drawn;
    this.#slide = slide;
    if (anew || page !== this.#page) {
      this.#drawn = told;
      this.#draw(nowMs, anew || still);
      this.#grow(still);
    } else if (isOfHall(slide)) tellLive(this.#place, slide);
    this.#moveBar(nowMs);
    return anew;
  }

  /**
   * @param {number} nowMs
   * @param {boolean} still
   */
  #draw(nowMs, still) {
    const slide = this.#slide;
    this.#place.dataset['scene'] = slide?.kind ?? '';
    this.#place.style.setProperty('--h', `${this.#place.clientHeight}px`);
    this.#done = null;
    this.#pages = 1;
    if (!slide) this.#place.replaceChildren();
    else if (slide.kind === 'programme') this.#drawProgramme(slide, nowMs);
    else if (slide.kind === 'day') this.#drawDay(slide, nowMs);
    else if (slide.kind === 'session') this.#try(session(slide), steps(3.4, 1));
    else if (slide.kind === 'paper') this.#try(paper(slide), steps(2.45, 1));
    else if (slide.kind === 'papers') this.#drawPapers(slide, nowMs);
    else if (slide.kind === 'safe') this.#try(safe(slide), safeWays(slide.rows.length));
    else if (isOfHall(slide)) this.#drawHall(slide, nowMs);
    else this.#try(pair(slide), steps(2.2, 1));
    this.#page = pageAt(this.#pages, nowMs);
    if (!still) void appear(this.#place);
  }

  /**
   * @param {HallSlide} slide
   * @param {number} nowMs
   */
  #drawHall(slide, nowMs) {
    delete this.#place.dataset['form'];
    this.#pages = drawHall(this.#place, slide, nowMs);
    tellLive(this.#place, slide);
  }

  /**
   * A result that comes grows; one that only stands otherwise is there at once.
   *
   * @param {boolean} still
   */
  #grow(still) {
    const slide = this.#slide;
    const grown = slide?.kind === 'poll' ? `${slide.form} ${slide.title[0]}` : '';
    if (grown !== this.#grown && grown && !still) grow(this.#place);
    this.#grown = grown;
  }

  /**
   * @param {ProgrammeSlide} slide
   * @param {number} nowMs
   */
  #drawProgramme(slide, nowMs) {
    // As many at once as can be read; the others take turns.
    for (let most = Math.min(NOW_MAX, slide.now.length); most >= 1; most -= 1) {
      const pages = evenPages(slide.now.length, most);
      const page = pageAt(pages.length, nowMs);
      const from = pages.slice(0, page).reduce((sum, count) => sum + count, 0);
      const ways = programmeWays(slide.rows.length, most);
      this.#pages = pages.length;
      if (this.#try((way) => programme(slide, slide.now.slice(from, from + (pages[page] ?? 1)), way), ways) || most === 1) break;
    }
    trim(this.#place.querySelector('.foot-rest'));
    const bar = this.#place.querySelector('.now-done');
    this.#done = bar instanceof HTMLElement ? bar : null;
  }

  /**
   * @param {DaySlide} slide
   * @param {number} nowMs
   */
  #drawDay(slide, nowMs) {
    const list = el('ol', { class: 'rows' });
    const box = el('div', { class: 'day-list', data: { words: '' } }, list);
    this.#place.replaceChildren(box, aside(slide));
    /** @param {readonly Row[]} rows @param {number} step @param {Breaking} [words] */
    const heights = (rows, step, words = 'soft') => {
      this.#set({ step: 1, words, list: step, most: 0 });
      list.replaceChildren(...rows.map(row));
      return [...list.children].map((each) => (each instanceof HTMLElement ? each.offsetHeight : 0));
    };
    /** The highest row; Infinity where a word runs out of its own. @param {readonly Row[]} rows @param {number} step @param {Breaking} words */
    const tallest = (rows, step, words) => {
      const high = Math.max(...heights(rows, step, words));
      return isWhole(box, false) ? high : Infinity;
    };
    // The whole day, or what comes of it, rather in smaller type than by turns.
    const coming = withTimes(slide.rows, slide.from);
    /** @param {readonly Row[]} rows @param {number} step */
    const isAlone = (rows, step) => heights(rows, step).reduce((sum, height) => sum + height, 0) <= box.clientHeight && isWhole(box, false);
    const rows = [slide.rows, coming].find((each) => ONE_PAGE.some((step) => isAlone(each, step))) ?? coming;
    const alone = ONE_PAGE.find((step) => isAlone(rows, step));
    const words = LIST_STEPS.some((each) => each > 0.7 && tallest(rows, each, 'soft') <= box.clientHeight) ? 'soft' : 'any';
    const step = alone ?? LIST_STEPS.find((each) => tallest(rows, each, words) <= box.clientHeight) ?? LIST_STEPS.at(-1) ?? 1;
    const pages = evenPagesOf(heights(rows, step, words), box.clientHeight);
    const page = pageAt(pages.length, nowMs);
    const from = pages.slice(0, page).reduce((sum, count) => sum + count, 0);
    this.#pages = pages.length;
    list.replaceChildren(...withTimes(rows, from, from + (pages[page] ?? 0)).map(row));
    if (pages.length > 1) box.append(el('p', { class: 'pager', 'aria-hidden': 'true' }, ...pages.map((_, at) => el('i', { class: at === page ? 'here' : '' }))));
  }

  /**
   * @param {PapersSlide} slide
   * @param {number} nowMs
   */
  #drawPapers(slide, nowMs) {
    for (let most = Math.min(PAPERS_MAX, slide.rows.length); most >= 1; most -= 1) {
      const pages = evenPages(slide.rows.length, most);
      const page = pageAt(pages.length, nowMs);
      const from = pages.slice(0, page).reduce((sum, count) => sum + count, 0);
      const rows = slide.rows.slice(from, from + (pages[page] ?? 1));
      const [single] = slide.singles.slice(from);
      this.#pages = pages.length;
      this.#place.dataset['scene'] = rows.length === 1 ? 'paper' : 'papers';
      if (rows.length === 1 && single) {
        this.#try(paper(single), steps(2.45, 1));
        break;
      }
      if (this.#try(() => papers(slide, rows), papersWays(most))) break;
    }
  }

  /**
   * @param {(way: Try) => Node[]} draw
   * @param {Iterable<Try>} ways Best first; the last one stays where none fits.
   * @returns {boolean} One fits.
   */
  #try(draw, ways) {
    let most = NaN;
    for (const way of ways) {
      if (way.most !== most) this.#place.replaceChildren(...draw(way));
      most = way.most;
      this.#set(way);
      if (isWhole(this.#place)) return true;
    }
    return false;
  }

  /** @param {Try} way */
  #set({ step, words, list, most }) {
    this.#place.style.setProperty('--step', String(step));
    this.#place.style.setProperty('--list', String(list));
    this.#place.dataset['break'] = words;
    this.#place.dataset['most'] = String(most);
  }

  /** @param {number} nowMs */
  #moveBar(nowMs) {
    const slide = this.#slide;
    if (!this.#done || slide?.kind !== 'programme' || slide.doneTo <= slide.doneFrom) return;
    const share = Math.min(1, Math.max(0, (nowMs - slide.doneFrom) / (slide.doneTo - slide.doneFrom)));
    this.#done.style.transform = `scaleX(${share.toFixed(3)})`;
  }
}

/**
 * @param {Slide | null} slide
 * @returns {slide is HallSlide}
 */
function isOfHall(slide) {
  return slide !== null && 'live' in slide;
}

/**
 * What makes a slide be drawn anew: of what changes with each vote only how much room it takes.
 *
 * @param {Slide} slide
 */
function shapeOf(slide) {
  if (!isOfHall(slide)) return slide;
  return { ...slide, bars: slide.bars.length, live: Object.entries(slide.live).map(([key, text]) => `${key} ${text.length}`) };
}

/**
 * A title alone: whole words first, then words at their syllables, then smaller than is good, then anything.
 *
 * @param {number} from
 * @param {number} to
 * @returns {Generator<Try>}
 */
function* steps(from, to) {
  for (const step of STEPS) if (step <= from && step >= Math.max(to, 1.35)) yield { step, words: 'whole', list: 1, most: 0 };
  for (const step of STEPS) if (step <= Math.min(from, 2.2) && step >= to) yield { step, words: 'soft', list: 1, most: 0 };
  for (const step of STEPS) if (step < to && step >= SOFT_MIN) yield { step, words: 'soft', list: Math.max(0.5, step), most: 0 };
  for (const step of STEPS) if (step <= 1) yield { step, words: 'any', list: Math.max(0.3, Math.min(1, step)), most: 0 };
}

/**
 * Rather a smaller title than no list; rather a short list than a small title.
 *
 * @param {number} rows
 * @param {number} items At a time.
 * @returns {Generator<Try>}
 */
function* programmeWays(rows, items) {
  const largest = items === 1 ? 2.2 : items === 2 ? 1.6 : 1.35;
  const sizes = STEPS.filter((step) => step <= largest);
  const shown = window.innerHeight > window.innerWidth ? ROWS_MAX_UPRIGHT : ROWS_MAX;
  for (let most = Math.min(shown, rows); most >= Math.min(2, rows); most -= 1) {
    for (const step of sizes) if (step >= (most > ROWS_MAX ? 1.6 : 1.15)) yield { step, words: 'whole', list: 1, most };
  }
  for (const words of /** @type {Breaking[]} */ (['soft', 'any'])) {
    for (let most = Math.min(3, rows); most >= 0; most -= 1) {
      for (const step of sizes) if (step >= 1) yield { step, words, list: 1, most };
    }
  }
  if (items > 1) return; // Fewer at a time instead.
  for (const step of sizes) if (step < 1) yield { step, words: 'any', list: Math.min(1, step), most: 0 };
}

/**
 * @param {number} rows
 * @returns {Generator<Try>}
 */
function* safeWays(rows) {
  const most = Math.min(6, rows);
  for (const step of [2.2, 1.9, 1.6]) for (let n = most; n >= Math.min(3, most); n -= 1) yield { step, words: 'whole', list: 1, most: n };
  for (const step of [1.9, 1.35, 1.15]) for (let n = most; n >= 1; n -= 1) yield { step, words: 'soft', list: 1, most: n };
  for (const list of LIST_STEPS) for (const step of STEPS) if (step <= 1.15 && step >= list) yield { step, words: 'any', list, most: 1 };
}

/**
 * Smaller than this there are fewer at a time instead.
 *
 * @param {number} most
 * @returns {Generator<Try>}
 */
function* papersWays(most) {
  for (const words of /** @type {Breaking[]} */ (['whole', 'soft'])) {
    for (const list of [1.15, 1, 0.85]) yield { step: 1.35, words, list, most };
  }
}

/**
 * Rows from one on, to one: the first has its time, also where it shared it with one that is not there.
 *
 * @param {readonly Row[]} rows
 * @param {number} from
 * @param {number} [to]
 * @returns {Row[]}
 */
function withTimes(rows, from, to = rows.length) {
  const [first, ...others] = rows.slice(from, to);
  if (!first) return [];
  const timed = first.time ? first : rows.slice(0, from).findLast(({ time }) => time);
  return [{ ...first, time: timed?.time ?? '', late: first.late || (timed?.late ?? '') }, ...others];
}

/**
 * What does not fit on its line is left out, whole.
 *
 * @param {Element | null} line
 */
function trim(line) {
  while (line?.lastElementChild && line.scrollWidth > line.clientWidth + 1) line.lastElementChild.remove();
}

// --- the pieces -----------------------------------------------------------------------------------------------

/** @param {Row} session */
function row({ time, late, title, who, room, free, state }) {
  return el('li', { class: `row ${free ? 'free' : ''} ${state}` },
    el('p', { class: 'row-time' }, time ? el('span', { class: 'row-clock' }, time) : null, late ? el('span', { class: 'late' }, late) : null),
    el('p', { class: 'row-what', dir: 'auto', data: { fit: '' } }, el('b', {}, said(title)), who ? el('span', { class: 'row-gap' }, ' ') : null, who ? el('span', { class: 'row-who' }, said(who)) : null),
    room ? el('p', { class: 'row-room', dir: 'auto', data: { fit: '' } }, said(room)) : null);
}

/**
 * @param {ProgrammeSlide} slide
 * @param {ProgrammeSlide['now']} now
 * @param {Try} way
 * @returns {Node[]}
 */
function programme({ over, rows, join, check, doneTo }, now, { most }) {
  const shown = withTimes(rows, 0, most);
  const rest = withTimes(rows, most).filter(({ time }) => time);
  const items = now.map((each) => el('div', { class: 'now-item' },
    el('p', { class: 'now-over', dir: 'auto', data: { fit: '' } }, each.over, each.late ? el('span', { class: 'late' }, ` ${each.late}`) : null),
    el('h1', { class: 'scene-title', dir: 'auto', data: { fit: '' } }, said(each.title)),
    each.who ? el('p', { class: 'now-who', dir: 'auto', data: { fit: '' } }, said(each.who)) : null));
  const card = el('div', { class: 'now-card', data: { items: now.length } }, el('div', { class: 'now-items' }, ...items), tile(join.qr),
    doneTo > 0 ? el('div', { class: 'now-bar' }, el('i', { class: 'now-done' })) : null);
  const list = shown.length > 0 ? [el('p', { class: 'next-over' }, over), el('ol', { class: 'rows' }, ...shown.map(row))] : [];
  return [card, el('div', { class: 'next', data: { words: '' } }, ...list), foot(join, check, rest)];
}

/**
 * @param {Way} join
 * @param {Check} check
 * @param {readonly Row[]} rest
 */
function foot(join, check, rest) {
  return el('footer', { class: 'scene-foot' }, el('div', { class: 'foot-join' }, address(join), checkWord(check)),
    rest.length > 0 ? el('p', { class: 'foot-rest' }, ...rest.map(({ time, title }) => el('span', { dir: 'auto' }, `${time} ${title}`))) : null);
}

/**
 * @param {SessionSlide} slide
 * @returns {() => Node[]}
 */
function session({ over, late, house, title, names, others, under, note, questions, join, check }) {
  return () => [
    el('div', { class: 'session-top' }, el('p', { class: 'scene-over', dir: 'auto', data: { fit: '' } }, over, late ? el('span', { class: 'late' }, ` ${late}`) : null), el('p', { class: 'scene-house', dir: 'auto', data: { fit: '' } }, said(house))),
    el('h1', { class: 'scene-title', dir: 'auto', data: { fit: '' } }, said(title)),
    el('div', { class: 'session-bottom' },
      el('div', { class: 'session-who' },
        names.length > 0 ? el('p', { class: 'scene-names', dir: 'auto', data: { fit: '' } }, said(names.join(', ')), others ? ` ${others}` : null) : null,
        under ? el('p', { class: 'scene-under', dir: 'auto', data: { fit: '' } }, said(under)) : null,
        note ? el('p', { class: 'scene-note', data: { fit: '' } }, note) : null),
      el('div', { class: 'session-join' },
        el('div', { class: 'session-join-words' }, el('p', { class: 'scene-questions' }, questions), address(join), checkWord(check)),
        tile(join.qr))),
  ];
}

/**
 * @param {PaperSlide} slide
 * @returns {() => Node[]}
 */
function paper({ overWord, over, title, names, others, facts, way, typeIt, caption, later }) {
  return () => [
    el('div', { class: 'paper-words', data: { words: '' } },
      el('p', { class: 'scene-over', dir: 'auto', data: { fit: '' } }, over ? `${overWord} ` : overWord, over ? el('b', {}, said(over)) : null),
      el('h1', { class: 'scene-title', dir: 'auto', data: { fit: '' } }, said(title)),
      el('p', { class: 'paper-names', dir: 'auto', data: { fit: '' } }, ...names.flatMap((name, at) => [at > 0 ? el('br') : null, said(name)]), others ? ` ${others}` : null),
      facts ? el('p', { class: 'paper-facts', data: { fit: '' } }, facts) : null,
      el('div', { class: 'paper-address' }, el('p', { class: 'scene-small' }, typeIt), address(way), later ? el('p', { class: 'scene-small' }, later) : null)),
    el('div', { class: 'paper-code' }, tile(way.qr), el('p', { class: 'scene-caption', data: { fit: '', words: '' } }, caption)),
  ];
}

/**
 * @param {PapersSlide} slide
 * @param {readonly PaperRow[]} rows
 * @returns {Node[]}
 */
function papers({ overWord, over }, rows) {
  return [
    el('p', { class: 'papers-over', dir: 'auto', data: { fit: '' } }, over ? `${overWord} ` : overWord, over ? el('b', {}, said(over)) : null),
    el('ul', { class: 'papers-grid', data: { count: rows.length } }, ...rows.map(({ title, who, way }) => el('li', { class: 'papers-one' }, tile(way.qr),
      el('div', { class: 'papers-words', data: { fit: 'high' } },
        el('p', { class: 'papers-title', dir: 'auto', data: { fit: '' } }, said(title)),
        who ? el('p', { class: 'papers-who', dir: 'auto', data: { fit: '' } }, said(who)) : null,
        address(way))))),
  ];
}

/**
 * @param {SafeSlide} slide
 * @returns {(way: Try) => Node[]}
 */
function safe({ title, over, rows, join, joinWord, papers: all, papersWord }) {
  /** @param {Way} way @param {string} word @returns {Child} */
  const code = (way, word) => el('div', { class: 'safe-code' }, tile(way.qr), el('p', { class: 'safe-word' }, word), address(way));
  return ({ most }) => [
    el('h1', { class: 'scene-title', dir: 'auto', data: { fit: '' } }, said(title)),
    el('div', { class: 'safe-hour', data: { words: '' } }, el('p', { class: 'next-over' }, over), el('ol', { class: 'rows' }, ...withTimes(rows, 0, most).map(row))),
    el('div', { class: 'safe-codes', data: { codes: all ? 2 : 1 } }, code(join, joinWord), all ? code(all, papersWord) : null),
  ];
}

/**
 * @param {PairSlide} slide
 * @returns {() => Node[]}
 */
function pair({ title, code, how, address: where, name }) {
  return () => [
    el('h1', { class: 'scene-title', dir: 'auto', data: { fit: '' } }, title),
    how ? el('p', { class: 'pair-how', data: { fit: '' } }, how) : null,
    where && code ? el('p', { class: 'pair-address', data: { fit: '' } }, where) : null,
    !name && code ? el('p', { class: 'pair-code', 'aria-label': [...code].join(' ') }, ...[...code].map((letter) => el('span', {}, letter))) : null,
  ].filter((each) => each !== null);
}
