/** The editor of the programme: rooms, sessions, days; from a file or an address; saved in one go. */

/** @import {Page, Problem, Programme, Translate} from '../types.js' */
/** @import {Flaw} from './checks.js' */
/** @import {History} from './history.js' */
/** @import {Draft, Wire} from './model.js' */
import { ask } from '../elements/ask.js';
import { enter } from '../elements/door/door.js';
import { fault } from '../elements/fault.js';
import { applyTheme } from '../elements/theme.js';
import { el, one } from '../lib/html.js';
import { send } from '../lib/http.js';
import { icon } from '../lib/icon.js';
import { keep, kept } from '../lib/keep.js';
import { page as readPage, translate } from '../lib/page.js';
import { dayTime } from '../lib/time.js';
import { Live } from '../live.js';
import { BarView } from './bar-view.js';
import { flaws } from './checks.js';
import { conflictView } from './conflict-view.js';
import { DayView } from './day-view.js';
import { count, difference, merge } from './difference.js';
import { read, write } from './drafts.js';
import { begin, changed, redone, undone } from './history.js';
import { newId } from './ids.js';
import { ImportPart } from './import-part.js';
import { addDay, addSession, days, duplicateSession, empty, fromWire, ofDay, removeDay, removeSession, toWire, withTyped } from './model.js';
import { dayAfter, isDay } from './moments.js';
import { RoomsDrawer } from './rooms-drawer.js';
import { SessionDrawer } from './session-drawer.js';

/** A programme of 5,000 sessions is some megabytes. In ms. */
const TIMEOUT_MS = 60_000;
/** Typing on is kept once it pauses. In ms. */
const KEEP_MS = 300;
const SETTLE_MS = 400;
const ZONE = 'Europe/Amsterdam';

/** @typedef {Programme & {origin?: string}} Known What the server has. */

class Editor {
  /** What the server has; null until it came. @type {Known | null} */
  #known = null;
  /** The same, as it would be sent: what a draft is compared with. @type {Wire} */
  #saved = toWire(nothing());
  /** @type {History<Draft>} */
  #history = begin(nothing());
  /** @type {{draft: Draft | null, flaws: readonly Flaw[], changes: number}} */
  #looked = { draft: null, flaws: [], changes: 0 };
  /** Somebody else saved, and nobody chose yet. @type {Known | null} */
  #theirs = null;
  #begun = false;
  #saving = false;
  #savedAt = '';
  #isKept = true;
  #keeping = 0;

  /**
   * @param {Page} page
   * @param {Translate} t
   */
  constructor(page, t) {
    this.page = page;
    this.t = t;
    // "Thursday 12 November", as in Europe.
    this.lang = page.lang === 'en' ? 'en-GB' : page.lang;
    this.name = `fontein-programme-draft ${page.slug}`;
    this.live = new Live(page.api, 'phone');
    this.bar = new BarView(place('bar'), { t, save: () => void this.#save(), undo: () => this.#undo(), redo: () => this.#redo() });
    const desk = {
      t, lang: this.lang, draft: () => this.draft, flaws: () => this.flaws, say: (/** @type {string} */ words) => say(words),
      edit: (/** @type {(draft: Draft) => Draft} */ change, step = '') => this.#edit(change, step),
    };
    this.rooms = new RoomsDrawer(desk);
    this.session = new SessionDrawer({ ...desk, duplicate: (id) => this.#duplicate(id), remove: (id) => this.#remove(id), closed: (id) => this.#closed(id) });
    this.day = new DayView(place('editor'), {
      ...desk, open: (id) => this.session.open(id), addSession: () => this.#add('talk'), addBreak: () => this.#add('break'),
      rooms: () => this.rooms.open(), addDay: () => void this.#addDay(), removeDay: (day) => void this.#removeDay(day),
    });
    this.import = new ImportPart(place('import-part'), { api: page.api, t, lang: this.lang, isUnsaved: () => this.changes > 0, taken: (seq) => void this.#taken(seq) });
    this.rooms.dialog.addEventListener('close', () => document.getElementById('rooms')?.focus());
  }

  /** The programme as it is now. */
  get draft() {
    return this.#history.present;
  }

  /** What is wrong with it, and odd. */
  get flaws() {
    return this.#look().flaws;
  }

  /** How many things differ from what the server has. */
  get changes() {
    return this.#look().changes;
  }

  #look() {
    const { draft } = this;
    if (this.#looked.draft !== draft) this.#looked = { draft, flaws: flaws(draft), changes: count(difference(this.#saved, this.#wire())) };
    return this.#looked;
  }

  #wire() {
    return toWire(this.draft, this.#known);
  }

  async start() {
    const known = await this.#fetch();
    if (!known) return;
    this.#adopt(known, fromWire(known));
    this.#begun = known.seq > 0;
    this.#restore(known);
    this.import.start();
    this.live.addEventListener('view', () => void this.#heard());
    this.live.start();
    document.addEventListener('keydown', (event) => this.#key(event));
    window.addEventListener('pagehide', () => this.#keepNow());
    window.addEventListener('beforeunload', (event) => {
      if (this.changes > 0 && !this.#isKept) event.preventDefault();
    });
    this.#draw();
  }

  // --- with the server ---------------------------------------------------------------------------------------------

  /** @param {number} [seq] A node that is behind waits until it has this. */
  async #fetch(seq) {
    const headers = seq === undefined ? {} : { 'Fontein-Seq': String(seq) };
    const answer = await send('GET', `${this.page.api}/programme`, undefined, { headers, timeoutMs: TIMEOUT_MS });
    if (answer.ok) return /** @type {Known} */ (answer.data);
    this.#warn(`${this.t('loading.failed')} ${fault(this.t, answer.problem)}`);
    return null;
  }

  /**
   * @param {Known} known
   * @param {Draft} draft
   */
  #adopt(known, draft) {
    this.#known = known;
    this.#saved = toWire(fromWire(known), known);
    this.#history = begin(draft);
    this.#savedAt = '';
    this.#looked = { draft: null, flaws: [], changes: 0 };
  }

  async #save() {
    if (this.#saving || this.changes === 0) return;
    if (this.#theirs) return void document.getElementById('conflict-title')?.focus();
    const wrong = this.flaws.find(({ blocks }) => blocks);
    if (wrong) return this.#point(wrong);
    this.#saving = true;
    this.#draw();
    const sent = this.draft;
    const answer = await send('PUT', `${this.page.api}/programme`, { base: this.#known?.seq ?? 0, programme: this.#wire() }, { timeoutMs: TIMEOUT_MS });
    if (answer.ok) await this.#stored(sent, answer.data.seq);
    else await this.#refused(answer.problem);
    this.#saving = false;
    this.#draw();
  }

  /**
   * @param {Draft} sent
   * @param {number} seq
   */
  async #stored(sent, seq) {
    const known = await this.#fetch(seq);
    if (!known) return;
    const fresh = fromWire(known);
    const inPlace = this.draft === sent ? { ...fresh, days: [...new Set([...fresh.days, ...days(sent)])].sort() } : this.draft;
    const { past } = this.#history;
    this.#adopt(known, inPlace);
    // What was done before the save can still be undone.
    this.#history = { ...this.#history, past };
    this.#savedAt = dayTime(this.lang, Date.now());
    this.#begun = true;
    place('notices').replaceChildren();
  }

  /** @param {Problem} problem */
  async #refused(problem) {
    if (problem.status === 409) {
      const theirs = await this.#fetch();
      if (theirs) this.#met(theirs);
    } else this.#warn(fault(this.t, problem));
  }

  /** The live view says that there is another programme. */
  async #heard() {
    const item = /** @type {{seq: number} | undefined} */ (this.live.view.entries.get('programme'));
    const seen = this.#theirs?.seq ?? this.#known?.seq;
    if (!item || this.#saving || item.seq === seen) return;
    // What this page did itself is told to it twice; its own answer comes first.
    await new Promise((done) => window.setTimeout(done, SETTLE_MS));
    if (this.#saving || item.seq === (this.#theirs?.seq ?? this.#known?.seq)) return;
    const known = await this.#fetch();
    if (!known || this.#saving || known.seq === (this.#theirs?.seq ?? this.#known?.seq)) return;
    this.#met(known);
    this.#draw();
  }

  /** @param {Known} theirs Somebody else saved this. */
  #met(theirs) {
    if (this.changes > 0) return this.#conflict(theirs);
    this.#adopt(theirs, fromWire(theirs));
    this.#begun = theirs.seq > 0;
    this.#tell(this.t('updated'));
  }

  /** @param {Known} theirs Nothing is lost until somebody chooses. */
  #conflict(theirs) {
    this.#theirs = theirs;
    const [base, mine, other] = [this.#saved, this.#wire(), toWire(fromWire(theirs), theirs)];
    const { collisions } = merge(base, mine, other);
    place('notices').replaceChildren(conflictView({
      t: this.t, lang: this.lang, base, mine, theirs: other, collisions,
      choose: (choice) => this.#chosen(theirs, choice),
    }));
    // Somebody may be typing in a drawer: that is not taken away.
    if (!document.querySelector('dialog[open]')) document.getElementById('conflict-title')?.focus();
  }

  /**
   * @param {Known} theirs
   * @param {import('./conflict-view.js').Choice} choice
   */
  #chosen(theirs, choice) {
    const { past, present } = this.#history;
    const draft = this.#result(theirs, choice);
    this.#theirs = null;
    this.#begun = true;
    this.#adopt(theirs, draft);
    this.#history = { ...this.#history, past: [...past, present] };
    place('notices').replaceChildren();
    if (choice !== 'take') this.#tell(this.t('conflict.chosen'));
    this.#keepLater();
    this.#draw();
    place('edit-title').focus();
  }

  /**
   * What a choice gives, from what stands in the editor now.
   *
   * @param {Known} theirs
   * @param {import('./conflict-view.js').Choice} choice
   * @returns {Draft}
   */
  #result(theirs, choice) {
    const { draft } = this;
    if (choice === 'keep') return draft;
    if (choice === 'take') return fromWire(theirs);
    const { wire } = merge(this.#saved, this.#wire(), toWire(fromWire(theirs), theirs));
    return withTyped(fromWire({ seq: 0, ...wire }), draft);
  }

  /** @param {number} seq A file or an address was taken over. */
  async #taken(seq) {
    const known = await this.#fetch(seq);
    if (!known) return;
    if (this.changes > 0) this.#conflict(known);
    else {
      this.#adopt(known, fromWire(known));
      this.#begun = true;
      const undo = el('button', { class: 'button', type: 'button', id: 'import-undo', on: { click: () => void this.#giveBack(seq) } }, this.t('import.undo'));
      this.#tell(this.t('import.taken'), undo);
    }
    this.#draw();
    if (!this.#theirs) place('edit-title').focus();
  }

  /** @param {number} seq */
  async #giveBack(seq) {
    const answer = await send('POST', `${this.page.api}/undos`, { seq });
    if (!answer.ok) return this.#warn(fault(this.t, answer.problem));
    const known = await this.#fetch(answer.data.seq);
    if (!known) return;
    this.#adopt(known, fromWire(known));
    this.#begun = known.seq > 0;
    this.#tell(this.t('import.undone'));
    this.#draw();
    place('edit-title').focus();
  }

  // --- on this computer ----------------------------------------------------------------------------------------------

  /** @param {Known} known */
  #restore(known) {
    const before = read(kept(this.name));
    if (!before) return;
    this.#begun = true;
    const time = new Intl.DateTimeFormat(this.lang, { weekday: 'long', hour: '2-digit', minute: '2-digit' }).format(before.at);
    const drop = el('button', { class: 'button', type: 'button', id: 'drop-draft', on: { click: () => this.#drop() } }, this.t('restored.drop'));
    if ((before.known?.seq ?? 0) === known.seq) {
      this.#history = changed(this.#history, before.draft);
      if (this.changes > 0) this.#tell(this.t('restored', { time }), drop);
      else this.#begun = known.seq > 0;
      return;
    }
    this.#adopt(before.known ?? { ...known, seq: 0, rooms: [], sessions: [] }, before.draft);
    if (this.changes > 0) this.#conflict(known);
    else this.#adopt(known, fromWire(known));
  }

  #drop() {
    if (this.#known) this.#history = changed(this.#history, fromWire(this.#known));
    this.#begun = (this.#known?.seq ?? 0) > 0;
    place('notices').replaceChildren();
    this.#keepLater();
    this.#draw();
    place('edit-title').focus();
  }

  #keepLater() {
    window.clearTimeout(this.#keeping);
    this.#keeping = window.setTimeout(() => {
      this.#keepNow();
      this.#drawBar();
    }, KEEP_MS);
  }

  #keepNow() {
    const text = this.changes > 0 || this.#theirs ? write({ draft: this.draft, known: this.#known, at: Date.now() }) : '';
    this.#isKept = keep(this.name, text);
  }

  // --- editing -----------------------------------------------------------------------------------------------------

  /**
   * @param {(draft: Draft) => Draft} change
   * @param {string} [step]
   */
  #edit(change, step = '') {
    this.#to(changed(this.#history, change(this.draft), step));
  }

  /** @param {History<Draft>} history */
  #to(history) {
    if (history === this.#history) return;
    this.#history = history;
    this.#keepLater();
    this.#draw();
  }

  #undo() {
    this.#to(undone(this.#history));
  }

  #redo() {
    this.#to(redone(this.#history));
  }

  /** @param {'talk' | 'break'} kind */
  #add(kind) {
    const { t, page, draft } = this;
    const id = newId();
    const last = ofDay(draft, this.day.day).filter((session) => session.room !== null).at(-1);
    const room = kind === 'break' ? null : last?.room ?? draft.rooms[0]?.id ?? null;
    this.#edit((before) => addSession(before, { id, day: this.day.day, room, kind, title: kind === 'break' ? t('break.title') : '', lang: kind === 'talk' ? page.symposium?.languages[0] ?? '' : '' }));
    this.session.open(id, { fresh: true });
  }

  /** @param {string} id */
  #duplicate(id) {
    const copy = newId();
    this.#edit((draft) => duplicateSession(draft, id, copy));
    this.session.close();
    this.session.open(copy, { fresh: true });
  }

  /** @param {string} id */
  #remove(id) {
    const title = this.draft.sessions.find((session) => session.id === id)?.title.trim() || this.t('day.untitled');
    this.#edit((draft) => removeSession(draft, id));
    this.session.close();
    say(this.t('session.removed', { title }));
  }

  /** @param {string} id */
  #closed(id) {
    const session = this.draft.sessions.find((each) => each.id === id);
    if (session && session.day !== this.day.day) this.day.show(session.day);
    this.day.focus(id);
  }

  async #addDay() {
    const { t } = this;
    const day = await askDay(t, dayAfter(days(this.draft).at(-1) ?? this.#firstDay()));
    if (day === null) return;
    this.#edit((draft) => addDay(draft, day));
    this.day.show(day);
    document.getElementById('session-add')?.focus();
  }

  /** @param {string} day */
  async #removeDay(day) {
    const { t } = this;
    const n = ofDay(this.draft, day).length;
    const yes = n === 0 || (await ask({ title: t('days.remove-title'), text: t('days.remove-text', { n }), choices: [{ value: 'yes', label: t('days.remove-yes'), class: 'danger' }], cancel: t('cancel') }));
    if (!yes) return;
    this.#edit((draft) => removeDay(draft, day));
    place('edit-title').focus();
  }

  #firstDay() {
    const day = this.page.symposium?.date ?? '';
    return isDay(day) ? day : new Date(this.live.clock.now()).toISOString().slice(0, 10);
  }

  #makeHere() {
    const first = this.t('rooms.first');
    const zone = this.#known?.zone || ZONE;
    this.#history = begin(empty({ day: this.#firstDay(), zone, room: { id: 'zaal-1', name: first } }));
    this.#begun = true;
    this.#draw();
    document.getElementById('session-add')?.focus();
  }

  /** @param {Flaw} flaw The first thing that is wrong, where it can be put right. */
  #point({ id }) {
    const n = this.flaws.filter(({ blocks }) => blocks).length;
    say(this.t('bar.flaws', { n }));
    const session = this.draft.sessions.find((each) => each.id === id);
    if (!session) return this.rooms.open();
    this.day.show(session.day);
    this.session.open(id, { all: true });
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
    const key = event.key.toLowerCase();
    const inField = event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement;
    if (key === 's') {
      this.session.commit();
      void this.#save();
    } else if (inField) return; // A field undoes its own typing.
    else if (key === 'z') event.shiftKey ? this.#redo() : this.#undo();
    else if (key === 'y') this.#redo();
    else return;
    event.preventDefault();
  }

  // --- drawing -----------------------------------------------------------------------------------------------------

  #draw() {
    const isEmpty = !this.#begun;
    place('start').hidden = !isEmpty;
    place('editor').hidden = isEmpty;
    if (isEmpty) this.#drawStart();
    else this.day.draw();
    if (this.session.isOpen) this.session.draw();
    if (this.rooms.dialog.open) this.rooms.draw();
    this.#drawBar();
  }

  #drawBar() {
    const { t, changes } = this;
    const wrong = this.flaws.filter(({ blocks }) => blocks).length;
    const rest = this.#isKept ? t('bar.kept') : t('bar.not-kept');
    const unsaved = [t('bar.unsaved', { n: changes }), wrong > 0 ? t('bar.flaws', { n: wrong }) : rest].join(' ');
    const saved = !this.#begun ? t('bar.empty') : this.#savedAt ? t('bar.saved-at', { time: this.#savedAt }) : t('bar.saved');
    const sign = changes > 0 ? 'pencil' : this.#begun ? 'check' : 'info';
    this.bar.draw({ sign, words: this.#saving ? t('bar.saving') : changes > 0 ? unsaved : saved, unsaved: changes > 0, canUndo: this.#history.past.length > 0, canRedo: this.#history.future.length > 0, busy: this.#saving });
  }

  #drawStart() {
    const { t } = this;
    const root = place('start');
    if (root.hasChildNodes()) return;
    const way = (/** @type {string} */ name, /** @type {string} */ sign, /** @type {() => void} */ act, kind = '') =>
      el('div', { class: 'card way' }, el('h3', {}, icon(sign), t(`start.${name}`)), el('p', {}, t(`start.${name}-what`)), el('button', { class: `button ${kind}`, type: 'button', id: `start-${name}`, on: { click: act } }, t(`start.${name}`)));
    root.append(el('h2', {}, t('start.title')), el('div', { class: 'ways' },
      way('here', 'pencil', () => this.#makeHere(), 'primary'), way('file', 'paper', () => document.getElementById('import-file')?.click()), way('address', 'link', () => this.import.focusAddress())));
  }

  /**
   * @param {string} words
   * @param {...HTMLElement} more
   */
  #tell(words, ...more) {
    place('notices').replaceChildren(el('p', { class: 'banner card', role: 'status' }, icon('info'), el('span', {}, words), ...more));
  }

  /** @param {string} words */
  #warn(words) {
    place('notices').replaceChildren(el('p', { class: 'banner card warn', role: 'alert' }, icon('warning'), el('span', {}, words)));
  }
}

/** @returns {Draft} */
function nothing() {
  return { version: '', zone: ZONE, origin: '', days: [], rooms: [], sessions: [] };
}

/**
 * Which day comes in addition.
 *
 * @param {Translate} t
 * @param {string} day What is offered.
 * @returns {Promise<string | null>}
 */
function askDay(t, day) {
  return new Promise((resolve) => {
    const input = el('input', { class: 'input', type: 'date', id: 'day-date', 'aria-describedby': 'day-error', autofocus: true });
    input.value = day;
    const error = el('p', { class: 'error', id: 'day-error', role: 'alert' });
    const form = el('form', { class: 'stack', novalidate: true }, el('h2', { id: 'day-title' }, t('days.which')),
      el('div', { class: 'field' }, el('label', { for: 'day-date' }, t('days.date')), input, error),
      el('div', { class: 'row ask-choices' }, el('button', { class: 'button primary', type: 'submit' }, t('days.add')), el('button', { class: 'button', type: 'button', on: { click: () => dialog.close() } }, t('cancel'))));
    const dialog = el('dialog', { class: 'ask', 'aria-labelledby': 'day-title' }, form);
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      error.textContent = isDay(input.value) ? '' : t('days.bad');
      if (!error.textContent) dialog.close(input.value);
      else input.focus();
    });
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(isDay(dialog.returnValue) ? dialog.returnValue : null);
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** @param {string} id */
function place(id) {
  return one(document, `#${id}`, HTMLElement);
}

/** @param {string} words To a screen reader. */
function say(words) {
  place('said').textContent = words;
}

applyTheme();
const page = readPage();
const t = translate();
if (await enter(page, t, { roles: ['organiser'] })) await new Editor(page, t).start();
