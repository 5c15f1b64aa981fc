/** @import {Keeping, Moment} from './due.js' */
/** @import {Words} from './words.js' */
import { el } from '../lib/html.js';
import { icon } from '../lib/icon.js';
import { KINDS, next, timeline } from './due.js';
import { capital } from './words.js';

const SIGNS = { today: 'drop', end: 'clock', goes: 'down', gone: 'check', waits: 'lock', rest: 'paper', stays: 'lock' };

/** The line from today to when only the report and the figures are left. */
export class TimelinePart {
  #drawn = '';

  /**
   * @param {HTMLElement} root
   * @param {HTMLElement} countdown
   * @param {Words} words
   */
  constructor(root, countdown, words) {
    this.root = root;
    this.countdown = countdown;
    this.words = words;
  }

  /**
   * @param {Keeping} keeping
   * @param {number} now
   */
  render(keeping, now) {
    this.#count(keeping, now);
    const rows = timeline(keeping, now).map((moment) => ({ moment, ...this.#said(keeping, moment), when: this.#when(moment, now) }));
    const drawn = JSON.stringify(rows.map(({ title, more, when }) => [title, more, when]));
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    this.root.replaceChildren(...rows.map(({ moment, title, more, when }) =>
      el('li', { class: `moment ${moment.what}`, 'aria-current': moment.what === 'today' ? 'date' : null },
        el('span', { class: 'moment-sign' }, icon(SIGNS[moment.what], 'small')),
        el('div', { class: 'moment-words' },
          el('p', { class: 'moment-when' }, moment.at === null ? this.words.t('keep.without-date') : this.words.day(moment.at), when && el('span', { class: 'moment-away' }, when)),
          el('h3', {}, title), more && el('p', { class: 'meta' }, more)))));
  }

  /**
   * What goes next, and how long that still takes, in large letters.
   *
   * @param {Keeping} keeping
   * @param {number} now
   */
  #count(keeping, now) {
    const { t } = this.words;
    const coming = next(keeping, now);
    const [large, then] = coming?.at
      ? [capital(this.words.away(coming.at - now)), t('keep.countdown.then', { what: this.words.kinds(coming.kinds), date: this.words.day(coming.at) })]
      : ['', t(keeping.hold.on ? 'keep.countdown.hold' : 'keep.countdown.none')];
    if (this.countdown.textContent === `${large} ${then}`) return;
    this.countdown.replaceChildren(el('strong', {}, large), ' ', then);
  }

  /**
   * @param {Moment} moment
   * @param {number} now
   */
  #when({ what, at }, now) {
    return at === null || what === 'today' || what === 'rest' ? '' : this.words.away(at - now);
  }

  /**
   * @param {Keeping} keeping
   * @param {Moment} moment
   * @returns {{title: string, more: string}}
   */
  #said(keeping, { what, kinds }) {
    const { t } = this.words;
    if (what === 'today') return { title: t('keep.timeline.today'), more: this.#kept(keeping) };
    if (what === 'end') return { title: t('keep.timeline.end'), more: t(`keep.timeline.end-of-${keeping.endOf}`) };
    if (what === 'rest') return { title: t('keep.timeline.rest'), more: t('keep.timeline.rest-what') };
    const title = capital(t(`keep.timeline.${what}`, { what: this.words.kinds(kinds) }));
    if (what === 'stays') return { title, more: keeping.end === null ? '' : t('keep.timeline.stays-what') };
    if (what === 'goes' && keeping.hold.on) return { title, more: t('keep.timeline.if-over') };
    const counts = kinds.filter((kind) => keeping.kept[kind]).map((kind) => this.words.count(keeping, kind));
    return { title, more: what === 'gone' ? '' : this.words.list(counts) };
  }

  /** @param {Keeping} keeping */
  #kept(keeping) {
    const { t } = this.words;
    const there = /** @type {const} */ (['posts', 'pictures', 'rejected']).filter((kind) => keeping.kept[kind]);
    const counts = there.map((kind) => (kind === 'rejected' ? t('keep.timeline.rejected', { n: keeping.kept.rejected }) : this.words.count(keeping, kind)));
    if (counts.length) return t('keep.timeline.kept', { what: this.words.list(counts) });
    return KINDS.some((kind) => keeping.kept[kind]) ? '' : t('keep.timeline.kept-nothing');
  }
}
