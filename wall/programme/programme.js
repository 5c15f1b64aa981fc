/** The programme's list: which session is on, and what is late, while the page is open. All else stands in the page itself. */

/** @import {Page, ProgrammeItem, Session, Translate} from '../types.js' */
/** @import {Timed} from '../lib/programme.js' */
import { applyTheme } from '../elements/theme.js';
import { el, one } from '../lib/html.js';
import { icon } from '../lib/icon.js';
import { page as readPage, translate } from '../lib/page.js';
import { clock, effective, running } from '../lib/programme.js';
import { Live } from '../live.js';

/** How often the clock is looked at. In ms. */
const LOOK_MS = 10_000;

/** @typedef {Page & {seq: number, zone: string}} ProgrammePage */

class ProgrammeList {
  /** @type {ProgrammeItem | null} */
  #item = null;
  #news = one(document, '#news', HTMLElement);

  /**
   * @param {ProgrammePage} page
   * @param {Translate} t
   */
  constructor(page, t) {
    this.page = page;
    this.t = t;
    this.live = new Live(page.api, 'phone');
    this.rows = [...document.querySelectorAll('[data-session]')].filter((row) => row instanceof HTMLElement);
    this.sessions = this.rows.map(sessionOf);
    this.live.addEventListener('view', () => this.#follow());
  }

  start() {
    this.live.start();
    window.setInterval(() => this.#draw(), LOOK_MS);
  }

  #follow() {
    const item = /** @type {ProgrammeItem | undefined} */ (this.live.view.entries.get('programme'));
    if (!item) return;
    this.#item = item;
    this.#draw();
    // Nothing moves under somebody who reads: another programme comes when it is asked for.
    if (item.seq !== this.page.seq) this.#tell();
  }

  #draw() {
    if (!this.#item) return;
    const timed = effective({ seq: 0, zone: this.page.zone, rooms: [], sessions: this.sessions }, this.#item);
    const now = new Set(running(timed, this.#item, this.live.clock.now()).map(({ id }) => id));
    const times = new Map(timed.map((each) => [each.id, each]));
    for (const row of this.rows) {
      const session = times.get(row.dataset['session'] ?? '');
      if (session) this.#show(row, session, now.has(session.id));
    }
  }

  /**
   * @param {HTMLElement} row
   * @param {Timed} session
   * @param {boolean} now
   */
  #show(row, session, now) {
    if (now) row.setAttribute('aria-current', 'true');
    else row.removeAttribute('aria-current');
    one(row, '.session-now', HTMLElement).hidden = !now;
    if (row.dataset['late'] === String(session.late)) return;
    row.dataset['late'] = String(session.late);
    this.#late(row, session);
  }

  /**
   * @param {HTMLElement} row
   * @param {Timed} session
   */
  #late(row, { late, startMs, endMs }) {
    const { t, page } = this;
    const said = one(row, '.session-late', HTMLElement);
    said.hidden = late === 0;
    said.textContent = late === 0 ? '' : t(late > 0 ? 'programme.late' : 'programme.early', { n: Math.abs(late) });
    for (const [name, ms] of /** @type {const} */ ([['start', startMs], ['end', endMs]])) {
      const time = one(row, `.session-${name}`, HTMLTimeElement);
      time.textContent = clock(page.lang, page.zone, ms);
      time.dateTime = new Date(ms).toISOString();
    }
    const first = row.parentElement?.firstElementChild === row ? row.closest('.slot')?.querySelector('.slot-time time') : null;
    if (first) first.textContent = clock(page.lang, page.zone, startMs);
  }

  #tell() {
    const { t } = this;
    if (this.#news.hasChildNodes()) return;
    this.#news.append(el('p', { class: 'banner card' }, icon('info'), el('span', {}, t('programme.changed')), el('a', { class: 'button', href: location.href.split('#')[0] }, t('programme.refresh'))));
  }
}

/**
 * What the page says of a session, as far as its times go.
 *
 * @param {HTMLElement} row
 * @returns {Session}
 */
function sessionOf({ dataset }) {
  const us = (/** @type {string | undefined} */ ms) => Number(ms) * 1_000;
  return { id: dataset['session'] ?? '', title: '', speakers: [], room: dataset['room'] || null, start: us(dataset['start']), end: us(dataset['end']), kind: 'talk', questionsS: 0 };
}

applyTheme();
new ProgrammeList(/** @type {ProgrammePage} */ (readPage()), translate()).start();
