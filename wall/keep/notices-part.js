/** @import {Keeping} from './due.js' */
/** @import {Words} from './words.js' */
import { byWhom } from '../elements/doer.js';
import { el } from '../lib/html.js';
import { icon } from '../lib/icon.js';
import { capital } from './words.js';

/** What the organiser should know before anything else: a legal hold, no known end, no frozen report. */
export class NoticesPart {
  #drawn = '';

  /**
   * @param {HTMLElement} root
   * @param {Words} words
   * @param {string} slug
   */
  constructor(root, words, slug) {
    this.root = root;
    this.words = words;
    this.slug = slug;
  }

  /**
   * @param {Keeping} keeping
   * @param {number} now
   */
  render(keeping, now) {
    const notices = [this.#hold(keeping), this.#end(keeping), this.#report(keeping, now)].filter((each) => each !== null);
    const drawn = JSON.stringify(notices.map(({ words }) => words));
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    this.root.replaceChildren(...notices.map(({ kind, sign, words, way }) =>
      el('div', { class: `banner card ${kind}` }, icon(sign), el('div', { class: 'stack' }, words.map((each) => el('p', { dir: 'auto' }, each)), way && el('p', {}, el('a', { href: way.to }, way.label))))));
  }

  /** @param {Keeping} keeping */
  #hold({ hold }) {
    if (!hold.on) return null;
    const { t } = this.words;
    const date = this.words.day(hold.at ?? 0);
    const since = hold.by ? t('keep.on-hold-since', { date, by: byWhom(t, hold.by) }) : t('keep.on-hold-since-nobody', { date });
    return { kind: 'warn', sign: 'lock', words: [t('keep.on-hold', { reason: hold.reason }), since], way: null };
  }

  /** @param {Keeping} keeping */
  #end({ end }) {
    if (end !== null) return null;
    const { t } = this.words;
    return { kind: 'warn', sign: 'clock', words: [t('keep.no-end')], way: { to: `/${this.slug}/programme/edit`, label: t('keep.no-end-way') } };
  }

  /**
   * @param {Keeping} keeping
   * @param {number} now
   */
  #report({ versions, due, lapsed, hold, kept }, now) {
    if (versions > 0) return null;
    const { t } = this.words;
    if (lapsed.posts !== null && !kept.posts) return { kind: '', sign: 'info', words: [t('keep.not-frozen-late')], way: null };
    if (due.posts === null || hold.on || !kept.posts) return null;
    const words = [t('keep.not-frozen', { left: capital(this.words.away(Math.max(0, due.posts - now))) })];
    return { kind: 'warn', sign: 'warning', words, way: { to: `/${this.slug}/report`, label: t('keep.not-frozen-way') } };
  }
}
