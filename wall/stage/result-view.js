/** @import {Translate} from '../types.js' */
/** @import {Known} from './polls.js' */
/** @import {Row, Statement} from './poll-results.js' */
import { el } from '../lib/html.js';
import { icon } from '../lib/icon.js';
import { middle, moved, number, rows, statements } from './poll-results.js';
import { say } from './say.js';

/**
 * What came out, as bars beside their numbers: the numbers say everything, the bars are for the eye.
 * What stays the same keeps its node, so that a screen reader is not thrown out of its place four times a second.
 */
export class ResultView {
  root = el('div', { class: 'result' });
  #told = el('p', { class: 'meta result-told' });
  #list = el('ul', { role: 'list', class: 'bars' });
  #shift = el('section', { class: 'stack', hidden: true });
  #more = el('p', { class: 'meta', hidden: true });
  #stands = '';

  /**
   * @param {object} parts
   * @param {Translate} parts.t
   * @param {string} parts.lang
   * @param {number} [parts.most] Bars at most; the rest is only counted.
   */
  constructor({ t, lang, most = Infinity }) {
    this.t = t;
    this.lang = lang;
    this.most = most;
    this.root.append(this.#told, this.#list, this.#more, this.#shift);
  }

  /**
   * @param {Known} poll
   * @param {Known | null} before What it asks once more.
   */
  render(poll, before) {
    const { result } = poll;
    const told = result !== null && !result.few;
    const bars = told ? rows(poll, result, this.lang) : [];
    const said = told && poll.kind === 'statements' ? statements(poll, result, this.lang) : [];
    this.root.hidden = poll.standing === 'draft';
    say(this.#told, this.#words(poll));
    this.#draw(bars, said);
    const rest = bars.length + said.length - this.most;
    this.#more.hidden = rest <= 0;
    say(this.#more, rest > 0 ? this.t('stage.poll.more-rows', { n: rest }) : '');
    this.#drawShift(poll, before);
  }

  /** @param {Known} poll */
  #words(poll) {
    const { t, lang } = this;
    const { result, kind } = poll;
    if (result === null || result.few) return poll.n === 0 && poll.standing === 'open' ? t('stage.poll.none-yet') : t('stage.poll.few');
    if (kind === 'scale') return t('stage.poll.mean', { mean: number(middle(poll, result), lang) });
    if (kind === 'number') return t('stage.poll.middle', { middle: number(result.middle ?? 0, lang) });
    if (kind === 'ranking') return t('stage.poll.places');
    if (kind === 'several') return t('stage.poll.several-told');
    if (kind === 'words' && result.words.length === 0) return t('stage.poll.no-words');
    return '';
  }

  /**
   * @param {Row[]} bars
   * @param {Statement[]} said
   */
  #draw(bars, said) {
    const shown = bars.slice(0, this.most);
    const stated = said.slice(0, this.most);
    const stands = JSON.stringify([shown.map(({ label, right }) => [label, right]), stated.map(({ label }) => label)]);
    if (stands !== this.#stands) {
      this.#stands = stands;
      this.#list.replaceChildren(...shown.map((row) => this.#bar(row)), ...stated.map((row) => this.#stacked(row)));
    }
    shown.forEach((row, at) => this.#fill(this.#list.children[at], row));
    stated.forEach((row, at) => this.#fillStacked(this.#list.children[at], row));
    this.#list.hidden = shown.length + stated.length === 0;
  }

  /** @param {Row} row */
  #bar({ label, lang, right }) {
    return el('li', {}, el('p', { class: 'bar-head' }, el('bdi', { lang: lang || null }, label),
      right ? el('span', { class: 'bar-right' }, icon('check', 'small'), this.t('stage.poll.right')) : null, el('span', { class: 'bar-n' })),
    el('div', { class: 'bar', 'aria-hidden': 'true' }, el('span')));
  }

  /**
   * @param {Element | undefined} item
   * @param {Row} row
   */
  #fill(item, row) {
    const { part, most } = row;
    const words = item?.querySelector('.bar-n');
    const fill = item?.querySelector('.bar > span');
    if (!(words instanceof HTMLElement) || !(fill instanceof HTMLElement)) return;
    item?.classList.toggle('most', most);
    say(words, this.#numbers(row));
    fill.style.inlineSize = `${(part * 100).toFixed(1)}%`;
  }

  /** @param {Row} row */
  #numbers({ n, percent, place }) {
    if (place !== null) return this.t('stage.poll.n-place', { place: number(place, this.lang) });
    const people = number(n, this.lang);
    return percent === null ? people : this.t('stage.poll.n-percent', { percent, n: people });
  }

  /** @param {Statement} row */
  #stacked({ label, lang }) {
    return el('li', {}, el('p', { class: 'bar-head' }, el('bdi', { lang }, label)),
      el('div', { class: 'bar stacked', 'aria-hidden': 'true' }, el('span'), el('span'), el('span')), el('p', { class: 'bar-n' }));
  }

  /**
   * @param {Element | undefined} item
   * @param {Statement} row
   */
  #fillStacked(item, { percents }) {
    const words = item?.querySelector('.bar-n');
    const [agree = 0, disagree = 0, pass = 0] = percents ?? [];
    if (words instanceof HTMLElement) say(words, percents ? this.t('stage.poll.said', { agree, disagree, pass }) : this.t('stage.poll.few'));
    item?.querySelectorAll('.bar > span').forEach((fill, at) => {
      if (fill instanceof HTMLElement) fill.style.inlineSize = `${percents?.[at] ?? 0}%`;
    });
  }

  /**
   * @param {Known} poll
   * @param {Known | null} before
   */
  #drawShift(poll, before) {
    const { t, lang } = this;
    const told = moved(before, poll, lang);
    const words = told.map(({ label, before: was, after }) => t(after === was ? 'stage.poll.same' : 'stage.poll.moved', { label, before: was, after, by: after > was ? `+${after - was}` : `−${was - after}` }));
    this.#shift.hidden = words.length === 0;
    const drawn = words.join('\n');
    if (this.#shift.dataset['words'] === drawn) return;
    this.#shift.dataset['words'] = drawn;
    this.#shift.replaceChildren(el('h3', {}, t('stage.poll.shift')), el('ul', { role: 'list', class: 'shift' }, told.map((each, at) => el('li', {},
      el('p', {}, words[at]), el('div', { class: 'bar before', 'aria-hidden': 'true' }, fill(each.before)), el('div', { class: 'bar', 'aria-hidden': 'true' }, fill(each.after))))));
  }
}

/** @param {number} percent */
function fill(percent) {
  const part = el('span');
  part.style.inlineSize = `${percent}%`;
  return part;
}
