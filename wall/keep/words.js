/** How this page says spans, days and lists. */

/** @import {Translate} from '../types.js' */
/** @import {Class, Keeping} from './due.js' */
import { span } from './due.js';

export class Words {
  #day;
  #moment;
  #list;

  /**
   * @param {Translate} t
   * @param {string} lang
   */
  constructor(t, lang) {
    this.t = t;
    this.lang = lang;
    const place = lang === 'en' ? 'en-GB' : lang;
    this.#day = new Intl.DateTimeFormat(place, { dateStyle: 'long' });
    this.#moment = new Intl.DateTimeFormat(place, { dateStyle: 'long', timeStyle: 'short', hourCycle: 'h23' });
    this.#list = new Intl.ListFormat(place, { type: 'conjunction' });
  }

  /** @param {number} us "22 december 2026". */
  day(us) {
    return this.#day.format(us / 1000);
  }

  /** @param {number} us "22 december 2026 om 17:00", in the time zone of this device. */
  moment(us) {
    return this.#moment.format(us / 1000);
  }

  /** @param {number} us "nog 23 dagen", or "3 dagen geleden" below 0. */
  away(us) {
    const { unit, n } = span(us);
    return this.t(us < 0 ? `keep.ago.${unit}` : `keep.left.${unit}`, { n });
  }

  /** @param {readonly (string | number)[]} words "a, b en c". */
  list(words) {
    return this.#list.format(words.map(String));
  }

  /** @param {readonly Class[]} kinds As in a sentence. */
  kinds(kinds) {
    return this.list(kinds.map((kind) => this.t(`keep.in-row.${kind}`)));
  }

  /**
   * How much there is of a kind, "40 berichten".
   *
   * @param {Keeping} keeping
   * @param {Class} kind
   */
  count(keeping, kind) {
    const n = keeping.kept[kind];
    return n ? this.t(`keep.count.${kind}`, { n }) : this.t('keep.count.none');
  }
}

/** @param {string} words */
export function capital(words) {
  return words.charAt(0).toLocaleUpperCase() + words.slice(1);
}
