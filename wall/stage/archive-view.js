/** @import {Translate} from '../types.js' */
/** @import {ArchivePulse} from './health.js' */
import { waited } from '../elements/waited.js';
import { el } from '../lib/html.js';
import { icon } from '../lib/icon.js';
import { dayTime } from '../lib/time.js';
import { archiveFails, OLD_MS } from './health.js';
import { say } from './say.js';

/** The copy at a second place: how old it is, and what is wrong with it. */
export class ArchiveView {
  #sign = el('span', { class: 'line-sign' });
  #title = el('p', {});
  #words = el('p', { class: 'meta' });
  #row;
  #drawn = '';

  /**
   * @param {HTMLElement} root
   * @param {object} parts
   * @param {Translate} parts.t
   * @param {string} parts.lang
   * @param {() => number} parts.now
   */
  constructor(root, { t, lang, now }) {
    this.t = t;
    this.lang = lang;
    this.now = now;
    this.#row = el('li', { class: 'line' }, this.#sign, el('div', { class: 'line-words' }, this.#title, this.#words));
    root.append(this.#row);
  }

  /** @param {{value: ArchivePulse, at: number} | null} heard null: nothing was ever said of an archive. */
  render(heard) {
    const { t } = this;
    const fails = heard !== null && archiveFails(heard.value);
    const kind = heard === null ? 'off' : fails ? 'bad' : 'ok';
    if (kind !== this.#drawn) {
      this.#drawn = kind;
      this.#row.className = `line ${kind}`;
      this.#sign.replaceChildren(icon(kind === 'ok' ? 'check' : kind === 'bad' ? 'warning' : 'info', 'small'));
    }
    say(this.#title, heard === null ? t('stage.archive-none') : this.#what(heard.value));
    say(this.#words, heard === null ? t('stage.archive-how') : this.#more(heard));
  }

  /** @param {ArchivePulse} value */
  #what({ at, problem }) {
    if (problem) return this.t(`stage.archive.${problem}`);
    return at === null ? this.t('stage.archive-first') : this.t('stage.archive-ok');
  }

  /** @param {{value: ArchivePulse, at: number}} heard */
  #more({ value, at }) {
    const { t } = this;
    const last = value.at === null ? '' : t('stage.archive-last', { time: dayTime(this.lang, value.at / 1000), age: waited(this.now() - value.at / 1000) });
    const heard = this.now() - at > OLD_MS ? t('stage.measured-old', { time: dayTime(this.lang, at), age: waited(this.now() - at) }) : '';
    const behind = value.behind > 0 ? t('stage.archive-behind', { n: value.behind }) : '';
    return [last, value.sameDisk ? t('stage.archive-same-disk') : '', behind, heard].filter(Boolean).join(' · ');
  }
}
