/** @import {Problem} from '../types.js' */
/** @import {Class, Keeping, Periods} from './due.js' */
/** @import {Words} from './words.js' */
import { el } from '../lib/html.js';
import { send } from '../lib/http.js';
import { icon } from '../lib/icon.js';
import { confirmForGood } from './confirm.js';
import { dueWith, FIELDS, firstRejected, goesNow, goWithPosts, MAX_DAYS, MAX_HOURS, periodsOf, USUAL } from './due.js';

/** @type {readonly Class[]} In the order in which they go. */
const ROWS = ['rejected', 'posts', 'pictures', 'devices', 'audit'];
const REST_MS = 700;
const SIGNS = { rejected: 'hidden', posts: 'message', pictures: 'image', devices: 'phone', audit: 'people' };

/**
 * @typedef {object} Row
 * @property {HTMLInputElement} field
 * @property {HTMLInputElement | null} never
 * @property {HTMLElement} count
 * @property {HTMLElement} until
 * @property {HTMLElement} error
 */

/** How long what is kept: the forms, what a change will mean, and saving it. */
export class PeriodsPart {
  /** @type {Keeping | null} */
  #keeping = null;
  #now = 0;
  #saving = false;
  /** @type {Map<Class, Row>} */
  #rows = new Map();
  #said = el('p', { class: 'said', role: 'status' });
  /** Says what a change means, to who hears this page: once typing rests, and not each time that a minute has passed. */
  #heard = el('p', { class: 'visually-hidden', role: 'status' });
  #resting = 0;
  #save;
  #back;

  /**
   * @param {HTMLFormElement} form
   * @param {object} parts
   * @param {Words} parts.words
   * @param {string} parts.api
   * @param {(keeping: Keeping) => void} parts.changed
   * @param {(problem: Problem) => string} parts.fault
   */
  constructor(form, { words, api, changed, fault }) {
    const { t } = words;
    this.words = words;
    this.api = api;
    this.changed = changed;
    this.fault = fault;
    this.#save = el('button', { class: 'button primary', type: 'submit', disabled: true }, t('save'));
    this.#back = el('button', { class: 'button quiet', type: 'button', hidden: true, on: { click: () => this.#putBack() } }, t('keep.back'));
    form.append(el('ul', { class: 'classes', role: 'list' }, ROWS.map((kind) => this.#row(kind))),
      el('p', { class: 'meta' }, t('keep.notice')), el('div', { class: 'row' }, this.#save, this.#back, this.#said), this.#heard);
    form.addEventListener('input', (event) => {
      this.#fill();
      this.#said.textContent = '';
      this.#draw();
      this.#hear(/** @type {HTMLElement} */ (event.target));
    });
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#submit();
    });
  }

  /** Whether there is something that was not saved. */
  get dirty() {
    return this.#keeping !== null && JSON.stringify(this.#typed()) !== JSON.stringify(periodsOf(this.#keeping));
  }

  /**
   * What somebody is typing stays.
   *
   * @param {Keeping} keeping
   * @param {number} now
   */
  render(keeping, now) {
    const keeps = this.dirty;
    this.#keeping = keeping;
    this.#now = now;
    if (keeps) this.#draw();
    else this.#putBack();
  }

  /** @param {Class} kind */
  #row(kind) {
    const { t } = this.words;
    const what = t(`keep.kind.${kind}`);
    const hours = kind === 'rejected';
    const id = `keep-${kind}`;
    const field = el('input', {
      class: 'input', id, type: 'number', inputmode: 'numeric', step: 1, min: hours ? 1 : 0, max: hours ? MAX_HOURS : MAX_DAYS,
      'aria-label': `${t('keep.periods.label', { what })} (${t(hours ? 'keep.periods.hours' : 'keep.periods.days')})`, 'aria-describedby': `${id}-until ${id}-error`,
    });
    const never = hours ? null : el('input', { type: 'checkbox', 'aria-label': t('keep.periods.never-label', { what }) });
    const count = el('span', { class: 'class-count' });
    const until = el('p', { class: 'class-until', id: `${id}-until` });
    const error = el('p', { class: 'error', id: `${id}-error`, role: 'alert' });
    this.#rows.set(kind, { field, never, count, until, error });
    return el('li', { class: 'class', data: { kind } },
      el('div', { class: 'class-words' }, el('h3', {}, icon(SIGNS[kind], 'small'), what, count), el('p', { class: 'meta' }, t(`keep.what.${kind}`))),
      el('div', { class: 'class-period' },
        el('div', { class: 'class-number' }, field, el('span', { 'aria-hidden': 'true' }, t(hours ? 'keep.periods.hours' : 'keep.periods.days'))),
        never && el('label', { class: 'check class-never' }, never, t('keep.periods.never'))),
      el('div', { class: 'class-means' }, until, error));
  }

  /** A period that begins again begins as usual. */
  #fill() {
    for (const [kind, { field, never }] of this.#rows) {
      if (field.disabled && never && !never.checked && field.value === '') field.value = String(USUAL[kind]);
    }
  }

  /** @param {HTMLElement} changed A field, or a box beside it. */
  #hear(changed) {
    clearTimeout(this.#resting);
    const row = [...this.#rows.values()].find(({ field, never }) => field === changed || never === changed);
    this.#resting = window.setTimeout(() => { this.#heard.textContent = row?.until.textContent ?? ''; }, REST_MS);
  }

  #putBack() {
    if (!this.#keeping) return;
    const periods = periodsOf(this.#keeping);
    for (const [kind, { field, never }] of this.#rows) {
      const n = kind === 'rejected' ? periods.rejectedHours : periods[FIELDS[kind]];
      if (never) never.checked = n === null;
      field.value = n === null ? '' : String(n);
    }
    this.#draw();
  }

  /** What the form says; NaN where that is no number. */
  #typed() {
    const read = (/** @type {Class} */ kind) => {
      const row = /** @type {Row} */ (this.#rows.get(kind));
      return row.never?.checked ? null : /^\d{1,5}$/.test(row.field.value.trim()) ? Number(row.field.value) : NaN;
    };
    return /** @type {Periods} */ ({
      rejectedHours: read('rejected'), postsDays: read('posts'), picturesDays: read('pictures'), auditDays: read('audit'), devicesDays: read('devices'),
    });
  }

  /** @param {Class} kind */
  #isWrong(kind) {
    const row = /** @type {Row} */ (this.#rows.get(kind));
    if (row.never?.checked) return false;
    const n = Number(row.field.value);
    return !/^\d{1,5}$/.test(row.field.value.trim()) || n < Number(row.field.min) || n > Number(row.field.max);
  }

  #draw() {
    const keeping = this.#keeping;
    if (!keeping) return;
    const { t } = this.words;
    const periods = this.#typed();
    const sudden = goesNow(keeping, periods, this.#now);
    for (const [kind, { field, never, count, until, error }] of this.#rows) {
      const wrong = this.#isWrong(kind);
      const most = Number(field.max);
      field.disabled = never?.checked ?? false;
      field.setAttribute('aria-invalid', String(wrong));
      put(count, this.words.count(keeping, kind));
      put(error, wrong ? t(kind === 'rejected' ? 'keep.periods.wrong-hours' : 'keep.periods.wrong-days', { most }) : '');
      put(until, wrong ? '' : this.#means(keeping, periods, kind, sudden.includes(kind)));
      until.classList.toggle('sudden', sudden.includes(kind));
    }
    const { dirty } = this;
    this.#save.disabled = !dirty || this.#saving;
    this.#back.hidden = !dirty;
    if (dirty) put(this.#said, t('keep.unsaved'));
  }

  /**
   * What a period means, in a sentence; beside a changed one, what it was.
   *
   * @param {Keeping} keeping
   * @param {Periods} periods
   * @param {Class} kind
   * @param {boolean} sudden
   */
  #means(keeping, periods, kind, sudden) {
    if (kind === 'rejected') return this.#meansRejected(keeping, periods, sudden);
    const { t } = this.words;
    const at = dueWith(keeping, periods, kind);
    const before = keeping.due[kind];
    const was = at === before ? '' : before === null ? ` ${t('keep.longer-never')}` : ` ${t('keep.longer', { date: this.words.day(before) })}`;
    const along = kind === 'pictures' && at !== null && goWithPosts(periods) ? `${t('keep.until-with-posts')} ` : '';
    return along + this.#meansAt(keeping, periods, kind, at, sudden) + (keeping.end === null ? '' : was);
  }

  /**
   * @param {Keeping} keeping
   * @param {Periods} periods
   * @param {import('./due.js').Kind} kind
   * @param {number | null} at
   * @param {boolean} sudden
   */
  #meansAt(keeping, periods, kind, at, sudden) {
    const { t } = this.words;
    if (at === null) return t(periods[FIELDS[kind]] === null ? 'keep.until-never' : 'keep.until-unknown');
    const date = this.words.moment(at);
    if (at > this.#now && keeping.hold.on) return t('keep.until-if', { date });
    if (at > this.#now) return t('keep.until', { date, left: this.words.away(at - this.#now) });
    if (keeping.hold.on) return t('keep.until-hold', { date });
    if (sudden) return t('keep.until-now', { date, count: this.words.count(keeping, kind) });
    return keeping.kept[kind] ? t('keep.until-due') : t('keep.until-gone', { date: this.words.moment(keeping.lapsed[kind] ?? at) });
  }

  /**
   * @param {Keeping} keeping
   * @param {Periods} periods
   * @param {boolean} sudden
   */
  #meansRejected(keeping, periods, sudden) {
    const { t } = this.words;
    const first = firstRejected(keeping, periods);
    if (first === null) return t('keep.until-each');
    if (keeping.hold.on) return t('keep.until-first-hold');
    if (sudden) return t('keep.until-first-now');
    return t('keep.until-first', { date: this.words.moment(first), left: this.words.away(Math.max(0, first - this.#now)) });
  }

  async #submit() {
    const keeping = this.#keeping;
    if (!keeping || this.#saving || !this.dirty) return;
    const wrong = ROWS.find((kind) => this.#isWrong(kind));
    if (wrong) return this.#rows.get(wrong)?.field.focus();
    const periods = this.#typed();
    if (!(await this.#agreed(keeping, periods))) return;
    this.#saving = true;
    this.#draw();
    const answer = await send('PUT', `${this.api}/keeping`, periods);
    this.#saving = false;
    if (answer.ok) this.changed(answer.data);
    else this.#draw();
    this.#said.textContent = answer.ok ? this.words.t('keep.saved') : this.fault(answer.problem);
  }

  /**
   * @param {Keeping} keeping
   * @param {Periods} periods
   */
  async #agreed(keeping, periods) {
    const { t } = this.words;
    const kinds = goesNow(keeping, periods, this.#now);
    if (kinds.length === 0) return true;
    const points = kinds.map((kind) => (kind === 'rejected' ? t('keep.now-rejected') : t('keep.now-point', { count: this.words.count(keeping, kind) })));
    if (kinds.includes('posts') && keeping.versions === 0) points.push(t('keep.now-no-report'));
    return confirmForGood({ title: t('keep.now-ask'), points, sure: t('keep.sure'), yes: t('keep.now-yes'), no: t('cancel') });
  }
}

/**
 * Words that did not change are not said again.
 *
 * @param {HTMLElement} element
 * @param {string} words
 */
function put(element, words) {
  if (element.textContent !== words) element.textContent = words;
}
