/** @import {Draft, DraftSession} from './model.js' */
/** @import {Desk} from './rooms-drawer.js' */
import { el } from '../lib/html.js';
import { icon } from '../lib/icon.js';
import { dayName } from '../lib/programme.js';
import { flawWords } from './flaw-words.js';
import { changeSession, days, endAt, lastFor, minutesLong, moveToDay, shift, startAt } from './model.js';

const LANGUAGES = ['nl', 'en', 'de', 'fr', 'fy', 'es'];
const KINDS = ['talk', 'break', 'other'];
const SHIFTS = [-15, -5, 5, 15];

/**
 * @typedef {object} Field A part of the form.
 * @property {HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement} input
 * @property {(session: DraftSession, draft: Draft) => string} read What it shows.
 * @property {string[]} flaws The fields whose flaws are told here.
 * @property {HTMLElement} error
 */

/** One session, in a drawer. What is typed counts at once; what is wrong with it is said at its field. */
export class SessionDrawer {
  #id = '';
  /** What somebody was at already: nobody is told that an empty form is empty. @type {Set<string>} */
  #touched = new Set();
  /** @type {Field[]} */
  #fields = [];
  #speakers = el('div', { class: 'speakers stack' });
  #noPhotos = el('input', { type: 'checkbox', id: 'session-no-photos' });
  #rest = el('input', { type: 'checkbox', id: 'session-shift-rest' });
  #heading = el('h2', { id: 'session-heading' });
  #endDay = el('p', { class: 'hint' });

  /** @param {Desk & {duplicate: (id: string) => void, remove: (id: string) => void, closed: (id: string) => void}} desk */
  constructor(desk) {
    this.desk = desk;
    this.dialog = el('dialog', { class: 'drawer', 'aria-labelledby': 'session-heading' }, this.#form());
    this.dialog.addEventListener('cancel', () => this.commit());
    this.dialog.addEventListener('close', () => this.desk.closed(this.#id));
    this.dialog.addEventListener('focusout', (event) => this.#touch(event));
    document.body.append(this.dialog);
  }

  get isOpen() {
    return this.dialog.open;
  }

  /**
   * @param {string} id
   * @param {{fresh?: boolean, all?: boolean}} [options] `fresh`: it was made just now. `all`: say all that is wrong, also where nobody was.
   */
  open(id, { fresh = false, all = false } = {}) {
    this.#id = id;
    this.#touched = new Set(all ? this.#fields.flatMap(({ flaws }) => flaws) : []);
    if (all) this.#touched.add('speakers');
    this.#heading.textContent = this.desk.t(fresh ? 'session.new' : 'session.edit');
    this.#speakers.replaceChildren();
    this.draw();
    this.dialog.showModal();
    const title = this.#fields.find(({ flaws }) => flaws.includes('title'));
    const wrong = all ? this.dialog.querySelector('[aria-invalid="true"]') : null;
    const target = wrong instanceof HTMLElement ? wrong : title?.input;
    target?.closest('details')?.setAttribute('open', '');
    target?.focus();
  }

  /** What is being typed counts, also where it would only count once the field is left. */
  commit() {
    const active = document.activeElement;
    if (active instanceof HTMLInputElement && active.type === 'text' && this.dialog.contains(active)) active.dispatchEvent(new Event('change'));
  }

  close() {
    if (this.dialog.open) this.dialog.close();
  }

  /** Show what the draft says now. */
  draw() {
    const draft = this.desk.draft();
    const session = draft.sessions.find(({ id }) => id === this.#id);
    if (!session) return this.close();
    this.#options(draft);
    for (const { input, read } of this.#fields) if (input.value !== read(session, draft)) input.value = read(session, draft);
    this.#noPhotos.checked = session.noPhotos;
    this.#endDay.textContent = session.endDay === session.day ? '' : this.desk.t('session.end-day', { day: dayName(this.desk.lang, session.endDay) });
    this.#drawSpeakers(session);
    this.#drawFlaws(draft);
  }

  // --- the form ----------------------------------------------------------------------------------------------------

  #form() {
    const { t } = this.desk;
    const text = (/** @type {keyof DraftSession & string} */ name, long = false) => this.#text(name, long);
    const times = el('div', { class: 'times' },
      this.#time('start', (draft, typed) => startAt(draft, this.#id, typed)), this.#time('end', (draft, typed) => endAt(draft, this.#id, typed)), this.#minutes());
    // Three fields stand beside each other: what is wrong with one needs the whole width.
    const errors = el('div', { class: 'field-errors' }, [...times.querySelectorAll('.error')]);
    const body = el('div', { class: 'drawer-body stack' }, text('title', true), times, errors, this.#endDay,
      el('div', { class: 'halves' }, this.#select('room', (value) => ({ room: value || null }), ({ room }) => room ?? ''), this.#day()),
      this.#select('kind', (value) => ({ kind: /** @type {DraftSession['kind']} */ (value) }), ({ kind }) => kind, KINDS.map((kind) => [kind, t(`kind.${kind}`)])),
      el('fieldset', { class: 'stack' }, el('legend', { class: 'label' }, t('session.speakers')), this.#speakers, el('button', { class: 'button', type: 'button', id: 'speaker-add', on: { click: () => this.#addSpeaker() } }, icon('plus', 'small'), t('session.speaker-add'))),
      text('abstract', true), this.#shifts(),
      el('details', { class: 'more' }, el('summary', {}, t('session.more')), el('div', { class: 'stack' },
        text('subtitle'), el('div', { class: 'halves' }, text('questions'), this.#select('lang', (value) => ({ lang: value }), ({ lang }) => lang)),
        text('hashtag'), text('track'), text('url'))),
      el('label', { class: 'check', for: 'session-no-photos' }, this.#noPhotos, el('span', {}, t('session.no-photos'))));
    this.#noPhotos.addEventListener('change', () => this.#change({ noPhotos: this.#noPhotos.checked }));
    return el('form', { method: 'dialog', class: 'drawer-form', novalidate: true }, this.#heading, body, el('div', { class: 'drawer-foot row' },
      el('button', { class: 'button primary', type: 'submit', id: 'session-done' }, t('session.done')),
      el('button', { class: 'button', type: 'button', id: 'session-duplicate', on: { click: () => this.desk.duplicate(this.#id) } }, icon('copy', 'small'), t('session.duplicate')),
      el('button', { class: 'button danger-line', type: 'button', id: 'session-remove', on: { click: () => this.desk.remove(this.#id) } }, icon('trash', 'small'), t('session.remove'))));
  }

  /**
   * @param {string} name
   * @param {HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement} input
   * @param {(session: DraftSession, draft: Draft) => string} read
   * @param {{flaws?: string[], hint?: string}} [more]
   */
  #field(name, input, read, { flaws = [name], hint = '' } = {}) {
    const { t } = this.desk;
    const id = `session-${name}`;
    input.id = id;
    input.classList.add('input');
    const error = el('p', { class: 'error', id: `${id}-error` });
    input.setAttribute('aria-describedby', [hint && `${id}-hint`, error.id].filter(Boolean).join(' '));
    this.#fields.push({ input, read, flaws, error });
    return el('div', { class: 'field' }, el('label', { for: id }, t(`session.${name}`)), input, hint && el('p', { class: 'hint', id: `${id}-hint` }, t(hint)), error);
  }

  /**
   * @param {keyof DraftSession & string} name
   * @param {boolean} long
   */
  #text(name, long) {
    const input = long ? el('textarea', { rows: name === 'abstract' ? 4 : 2, autocomplete: 'off' }) : el('input', { type: 'text', autocomplete: 'off' });
    if (name === 'questions') input.inputMode = 'numeric';
    if (name === 'url') input.inputMode = 'url';
    if (name === 'title') input.addEventListener('keydown', (event) => /** @type {KeyboardEvent} */ (event).key === 'Enter' && event.preventDefault());
    input.addEventListener('input', () => this.#change({ [name]: name === 'abstract' ? input.value : input.value.replace(/\s*\n\s*/g, ' ') }, name));
    return this.#field(name, input, (session) => String(session[name]), name === 'hashtag' ? { hint: 'session.hashtag-hint' } : {});
  }

  /**
   * @param {'start' | 'end'} name
   * @param {(draft: Draft, typed: string) => Draft} change
   */
  #time(name, change) {
    const input = el('input', { type: 'text', inputmode: 'numeric', autocomplete: 'off', placeholder: '09:30' });
    // A time counts when it is whole: the first digit of "13:00" is no other time.
    input.addEventListener('change', () => this.#edit((draft) => change(draft, input.value)));
    return this.#field(name, input, (session) => session[name]);
  }

  #minutes() {
    const input = el('input', { type: 'text', inputmode: 'numeric', autocomplete: 'off' });
    input.addEventListener('change', () => {
      const minutes = Math.round(Number(input.value));
      if (minutes > 0 && minutes < 24 * 60) this.#edit((draft) => lastFor(draft, this.#id, minutes));
      else this.draw();
    });
    return this.#field('minutes', input, (session) => String(minutesLong(session) ?? ''), { flaws: [] });
  }

  #day() {
    const input = el('select');
    input.addEventListener('change', () => this.#edit((draft) => moveToDay(draft, this.#id, input.value)));
    return this.#field('day', input, ({ day }) => day);
  }

  /**
   * @param {'room' | 'kind' | 'lang'} name
   * @param {(value: string) => Partial<DraftSession>} change
   * @param {(session: DraftSession) => string} read
   * @param {string[][]} [options]
   */
  #select(name, change, read, options = []) {
    const input = el('select', {}, options.map(([value = '', words = '']) => el('option', { value }, words)));
    input.addEventListener('change', () => this.#change(change(input.value)));
    return this.#field(name, input, read);
  }

  #shifts() {
    const { t } = this.desk;
    const buttons = SHIFTS.map((minutes) => el('button', { class: 'button', type: 'button', on: { click: () => this.#edit((draft) => shift(draft, this.#id, minutes, this.#rest.checked)) } },
      t(minutes < 0 ? 'session.earlier' : 'session.later', { n: Math.abs(minutes) })));
    return el('fieldset', { class: 'shifts' }, el('legend', { class: 'label' }, t('session.shift')), el('div', { class: 'row' }, buttons),
      el('label', { class: 'check', for: 'session-shift-rest' }, this.#rest, el('span', {}, t('session.shift-rest'))));
  }

  /** @param {Draft} draft Rooms, days and languages change while the drawer lives. */
  #options(draft) {
    const { t, lang } = this.desk;
    const names = new Intl.DisplayNames([lang], { type: 'language' });
    const used = draft.sessions.map((session) => session.lang).filter((tag) => tag && !LANGUAGES.includes(tag));
    const lists = {
      room: [['', t('day.everywhere')], ...draft.rooms.map(({ id, name }) => [id, name || t('day.untitled')])],
      day: days(draft).map((day) => [day, dayName(lang, day)]),
      lang: [['', t('session.lang-none')], ...[...LANGUAGES, ...new Set(used)].map((tag) => [tag, nameOf(names, tag)])],
    };
    for (const [name, options] of Object.entries(lists)) {
      const select = this.#fields.find(({ input }) => input.id === `session-${name}`)?.input;
      const key = JSON.stringify(options);
      if (!select || select.dataset['options'] === key) continue;
      select.dataset['options'] = key;
      select.replaceChildren(...options.map(([value = '', words = '']) => el('option', { value }, words)));
    }
  }

  // --- speakers ----------------------------------------------------------------------------------------------------

  /** @param {DraftSession} session */
  #drawSpeakers({ speakers }) {
    if (this.#speakers.children.length !== speakers.length) this.#speakers.replaceChildren(...speakers.map((_, n) => this.#speaker(n)));
    speakers.forEach(({ name, about }, n) => {
      const row = this.#speakers.children[n];
      const [nameInput, aboutInput] = [row?.querySelector('input'), row?.querySelector('textarea')];
      if (nameInput && nameInput.value !== name) nameInput.value = name;
      if (aboutInput && aboutInput.value !== about) aboutInput.value = about;
      const who = name.trim() || this.desk.t('session.this-speaker');
      const label = row?.querySelector(`label[for="speaker-about-${n}"]`);
      if (label) label.textContent = this.desk.t('session.about', { name: who });
      const button = row?.querySelector('button .visually-hidden');
      if (button) button.textContent = this.desk.t('session.speaker-remove', { name: who });
    });
  }

  /** @param {number} n */
  #speaker(n) {
    const { t } = this.desk;
    const name = el('input', { class: 'input', type: 'text', id: `speaker-name-${n}`, autocomplete: 'off', 'aria-describedby': `speaker-error-${n}` });
    const about = el('textarea', { class: 'input', id: `speaker-about-${n}`, rows: 2, autocomplete: 'off', 'aria-describedby': `speaker-error-${n}` });
    name.addEventListener('input', () => this.#changeSpeaker(n, { name: name.value }));
    about.addEventListener('input', () => this.#changeSpeaker(n, { about: about.value }));
    return el('div', { class: 'speaker' }, el('div', { class: 'speaker-row' }, el('div', { class: 'field' }, el('label', { for: name.id }, t('session.speaker', { n: n + 1 })), name),
      el('button', { class: 'button plain', type: 'button', on: { click: () => this.#removeSpeaker(n) } }, icon('trash', 'small'), el('span', { class: 'visually-hidden' }))),
    el('div', { class: 'field' }, el('label', { for: about.id }), about), el('p', { class: 'error', id: `speaker-error-${n}` }));
  }

  /**
   * @param {number} n
   * @param {Partial<{name: string, about: string}>} change
   */
  #changeSpeaker(n, change) {
    this.#edit((draft) => {
      const session = draft.sessions.find(({ id }) => id === this.#id);
      return changeSession(draft, this.#id, { speakers: (session?.speakers ?? []).map((each, at) => (at === n ? { ...each, ...change } : each)) });
    }, `speaker ${n} ${Object.keys(change).join()}`);
  }

  #addSpeaker() {
    const session = this.desk.draft().sessions.find(({ id }) => id === this.#id);
    const n = session?.speakers.length ?? 0;
    this.#change({ speakers: [...(session?.speakers ?? []), { name: '', about: '' }] });
    document.getElementById(`speaker-name-${n}`)?.focus();
  }

  /** @param {number} n */
  #removeSpeaker(n) {
    const session = this.desk.draft().sessions.find(({ id }) => id === this.#id);
    this.#change({ speakers: (session?.speakers ?? []).filter((_, at) => at !== n) });
    document.getElementById('speaker-add')?.focus();
  }

  // --- changing, and what is wrong -----------------------------------------------------------------------------------

  /**
   * @param {Partial<DraftSession>} change
   * @param {string} [step]
   */
  #change(change, step = '') {
    this.#edit((draft) => changeSession(draft, this.#id, change), step);
  }

  /**
   * @param {(draft: Draft) => Draft} change
   * @param {string} [step]
   */
  #edit(change, step = '') {
    this.desk.edit(change, step && `${this.#id} ${step}`);
  }

  /** @param {FocusEvent} event */
  #touch({ target }) {
    if (!this.dialog.open) return;
    const field = this.#fields.find(({ input }) => input === target);
    if (!field && !(target instanceof Node && this.#speakers.contains(target))) return;
    for (const name of field?.flaws ?? ['speakers']) this.#touched.add(name);
    this.#drawFlaws(this.desk.draft());
  }

  /** @param {Draft} draft */
  #drawFlaws(draft) {
    const mine = this.desk.flaws().filter(({ id }) => id === this.#id);
    for (const { input, flaws, error } of this.#fields) {
      const found = mine.filter(({ field, blocks }) => flaws.includes(field) && (!blocks || this.#touched.has(field)));
      show(error, found.map((flaw) => flawWords(this.desk.t, draft, flaw)).join(' '), found.every(({ blocks }) => !blocks));
      input.setAttribute('aria-invalid', String(found.some(({ blocks }) => blocks)));
    }
    [...this.#speakers.children].forEach((row, n) => {
      const found = this.#touched.has('speakers') ? mine.filter(({ field }) => field === `speaker-${n}` || field === `about-${n}`) : [];
      const error = row.querySelector('.error');
      if (error instanceof HTMLElement) show(error, found.map((flaw) => flawWords(this.desk.t, draft, flaw)).join(' '), false);
      row.querySelector('input')?.setAttribute('aria-invalid', String(found.length > 0));
    });
  }
}

/**
 * @param {HTMLElement} error
 * @param {string} words
 * @param {boolean} mild Only odd, not wrong.
 */
function show(error, words, mild) {
  error.classList.toggle('mild', mild);
  if (error.dataset['words'] === words) return;
  error.dataset['words'] = words;
  error.replaceChildren(...(words ? [icon('warning', 'tiny'), el('span', {}, words)] : []));
}

/**
 * @param {Intl.DisplayNames} names
 * @param {string} tag A stranger's file may have one that is none.
 */
function nameOf(names, tag) {
  try {
    return names.of(tag) ?? tag;
  } catch {
    return tag;
  }
}
