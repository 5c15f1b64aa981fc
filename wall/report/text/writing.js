/** @import {Page, Translate} from '../../types.js' */
/** @import {Put, StudioState, Writer} from './types.js' */
import { el } from '../../lib/html.js';
import { send } from '../../lib/http.js';
import { icon } from '../../lib/icon.js';
import { keep, kept } from '../../lib/keep.js';
import { dayTime } from '../../lib/time.js';
import { Field } from './field.js';
import { countWords, withPaper, withPost } from './markdown.js';
import { hunksOf, linesOf } from './merge.js';
import { choosePaper } from './paper-dialog.js';
import { choosePost } from './post-dialog.js';
import { Preview } from './preview.js';
import { Saving } from './saving.js';
import { bringTogether } from './together-dialog.js';
import { Unsaved } from './unsaved.js';

const VIEW = 'fontein-report-view';
const VIEWS = /** @type {const} */ (['write', 'both', 'read']);
/** Below this only one of the two fits; `text.css` says the same. */
const WIDE = '(min-width: 1200px)';
/** So long the lines that a colleague saved are marked as theirs. */
const FRESH_MS = 30_000;
/** The server takes so many characters of one text. */
const MAX_TEXT = 20_000;
/** From here on the page counts along. */
const NEAR = 18_000;

/**
 * The writing side of the studio: one text at a time, beside how it will look. `root` tells of each entry that it made, so that the
 * page can take it back: event `written`, `detail` is the entry.
 *
 * @param {object} parts
 * @param {HTMLElement} parts.root Where it goes.
 * @param {Page} parts.page
 * @param {Translate} parts.t
 * @param {StudioState} parts.state
 * @returns {Writing}
 */
export function makeWriting(parts) {
  const writing = new Writing(parts);
  writings.set(parts.state, writing);
  return writing;
}

/** @type {WeakMap<StudioState, Writing>} */
const writings = new WeakMap();

/** Where texts are written on the page of *state*. @param {StudioState} state */
export function writingOn(state) {
  return writings.get(state) ?? null;
}

export class Writing {
  #place = '';
  #section = '';
  /** The lines that colleagues just saved. @type {Map<string, {by: string, until: number}>} */
  #theirs = new Map();
  #standing = '';
  #drawnSeq = 0;
  #marked = '[]';
  #counting = 0;
  /** What was last said of this text, so that it is not said twice. */
  #said = '';

  /** @param {{root: HTMLElement, page: Page, t: Translate, state: StudioState}} parts */
  constructor({ root, page, t, state }) {
    this.root = root;
    this.page = page;
    this.t = t;
    this.state = state;
    /** @type {Put} */
    const put = (place, text) => state.change('PUT', address(place), text);
    this.saving = new Saving({ state, put, unsaved: new Unsaved(page.slug) });
    this.field = new Field({ t, typed: (text) => this.#typed(text), left: () => void this.saving.save(this.#place), save: () => void this.saving.save(this.#place) });
    this.heading = el('h2', { class: 'text-title', id: 'text-title', tabindex: '-1' });
    this.of = el('p', { class: 'text-of meta', dir: 'auto' });
    this.view = this.#viewSwitch();
    this.notices = el('div', { class: 'text-notices' });
    this.hint = el('details', { class: 'text-hint' });
    this.reading = el('section', { class: 'text-read', 'aria-label': t('text.preview'), tabindex: '0' });
    this.preview = new Preview(this.reading, { t, lang: page.lang, ask: (text) => send('POST', `${page.api}/report/preview`, { text }) });
    /** @type {HTMLElement | null} */
    this.panes = null;
    this.count = el('p', { class: 'text-count' });
    this.status = el('p', { class: 'text-status' });
    this.spoken = el('p', { class: 'visually-hidden', role: 'status' });
    this.#build();
    this.saving.addEventListener('status', (event) => this.#isHere(event) && this.#drawState());
    this.saving.addEventListener('text', (event) => this.#isHere(event) && this.#bring());
    this.saving.addEventListener('saved', (event) => root.dispatchEvent(new CustomEvent('written', { detail: /** @type {CustomEvent<number>} */ (event).detail, bubbles: true })));
    state.subscribe(() => this.#look());
    this.#watchWindow();
    void this.saving.restore();
  }

  /**
   * Go to another text.
   *
   * @param {string} place `opening`, `summary`, `recommendations`, `closing`, `session:<id>`, `answer:<question or poll>`.
   * @param {{title?: string, kind?: string}} [about] `title`: of the session, or what was asked; `kind`: `answer` or `poll`.
   */
  open(place, { title = '', kind: given = '' } = {}) {
    if (place !== this.#place) void this.saving.save(this.#place);
    this.root.hidden = false;
    this.#place = place;
    this.#section = place.startsWith('session:') ? place.slice('session:'.length) : '';
    this.#theirs.clear();
    this.saving.open(place);
    this.#standing = this.saving.block(place).text?.text ?? '';
    this.#said = '';
    this.spoken.textContent = '';
    const kind = given || (this.#section ? 'session' : place);
    this.heading.textContent = this.t(`text.title.${kind}`);
    this.of.textContent = title;
    this.field.area.setAttribute('aria-label', title ? `${this.t(`text.title.${kind}`)}: ${title}` : this.t(`text.title.${kind}`));
    this.field.replace(this.saving.text(place));
    this.field.mark(new Map());
    this.#drawHint(kind);
    this.#draw();
  }

  /** Save all that is not saved; comes back within seconds. What the server did not take stays on this computer. */
  async flush() {
    await this.saving.flush();
  }

  /** Point at a post where the caret is. @param {string} post */
  insert(post) {
    if (!this.#place) return;
    if (this.#view === 'read') this.#setView('write');
    const { area } = this.field;
    this.field.apply(withPost(area.value, area.selectionEnd, post));
    this.spoken.textContent = this.t('text.inserted');
  }

  /** Places with words that the server does not have. */
  get unsaved() {
    return this.saving.unsavedPlaces;
  }

  focus() {
    this.field.area.focus();
  }

  // --- building ------------------------------------------------------------------------------------------------------

  #build() {
    const button = (/** @type {string} */ id, /** @type {() => void} */ click) =>
      el('button', { class: 'button quiet', type: 'button', id, 'aria-label': this.t(id.replace('-', '.')), on: { click } }, icon('plus', 'small'), el('span', {}, this.t(`${id.replace('-', '.')}.short`)));
    const insert = [button('text-insert', () => void this.#choosePost()), button('text-paper', () => void this.#choosePaper())];
    this.panes = el('div', { class: 'text-panes', data: { view: this.#view } },
      el('div', { class: 'text-write' }, this.field.bar, el('div', { class: 'text-scroll', on: { scroll: (/** @type {Event} */ event) => this.#follow(/** @type {HTMLElement} */ (event.target)) } }, this.hint, this.field.root)), this.reading);
    this.root.classList.add('text-writing');
    this.root.hidden = true;
    this.root.replaceChildren(
      el('div', { class: 'text-head' }, el('div', { class: 'text-names' }, this.heading, this.of), this.view), this.notices, this.panes,
      el('div', { class: 'text-foot' }, this.count, el('div', { class: 'text-inserts' }, insert), this.status), this.spoken);
  }

  /** How it looks goes along with what is written. @param {HTMLElement} scrolled */
  #follow({ scrollTop, scrollHeight, clientHeight }) {
    if (this.#view !== 'both' || this.reading.contains(document.activeElement)) return;
    this.reading.scrollTop = (scrollTop / Math.max(1, scrollHeight - clientHeight)) * (this.reading.scrollHeight - this.reading.clientHeight);
  }

  #viewSwitch() {
    const radios = VIEWS.map((view) => el('label', { class: `text-view ${view}` },
      el('input', { class: 'visually-hidden', type: 'radio', name: 'text-view', value: view, on: { change: () => this.#setView(view) } }), el('span', {}, this.t(`text.view.${view}`))));
    return el('div', { class: 'text-views', role: 'radiogroup', 'aria-label': this.t('text.view') }, radios);
  }

  /** @param {typeof VIEWS[number]} view */
  #setView(view) {
    keep(VIEW, view);
    if (this.panes) this.panes.dataset['view'] = view;
    this.#drawView();
    this.#showPreview();
  }

  /** What fits: where there is no room for two, it is the writing. @returns {typeof VIEWS[number]} */
  get #view() {
    const wanted = VIEWS.find((view) => view === (this.panes?.dataset['view'] ?? kept(VIEW))) ?? 'both';
    return wanted === 'both' && !window.matchMedia(WIDE).matches ? 'write' : wanted;
  }

  #drawView() {
    for (const input of this.view.querySelectorAll('input')) input.checked = input.value === this.#view;
  }

  /** @param {string} kind */
  #drawHint(kind) {
    const points = this.t(`text.hint.${kind}`).split('\n');
    this.hint.replaceChildren(el('summary', { id: 'text-hint-title' }, this.t('text.hint')), el('ul', {}, points.map((point) => el('li', {}, point))));
    this.hint.open = !this.field.text.trim();
  }

  // --- what changes --------------------------------------------------------------------------------------------------

  /** @param {Event} event */
  #isHere(event) {
    return /** @type {CustomEvent<string>} */ (event).detail === this.#place;
  }

  /** @param {string} text */
  #typed(text) {
    if (!this.#place) return;
    if (text && !this.saving.text(this.#place)) this.hint.open = false; // who begins needs the room
    this.saving.type(this.#place, text);
    this.state.pulse(this.#place);
    this.#showPreview();
  }

  /** A colleague wrote in other lines, or what was left behind came back. */
  #bring() {
    if (!this.field.text.trim()) this.hint.open = false;
    this.field.bring(this.saving.text(this.#place));
    this.#draw();
  }

  /** The page knows something new. */
  #look() {
    this.saving.look();
    if (!this.#place) return;
    this.#noteTheirs();
    this.#drawNotices();
    if (this.state.draft.seq === this.#drawnSeq) return;
    this.#drawnSeq = this.state.draft.seq;
    this.preview.again(this.#view !== 'write'); // names may be set otherwise, a post may be gone
  }

  /** Which lines a colleague just saved here. */
  #noteTheirs() {
    const now = performance.now();
    const { text } = this.saving.block(this.#place);
    const words = text?.text ?? '';
    if (text && words !== this.#standing && text.by !== this.state.me.name) {
      const lines = linesOf(words);
      for (const { start, end } of hunksOf(linesOf(this.#standing), lines) ?? []) {
        for (const line of lines.slice(start, end)) this.#theirs.set(line.words, { by: text.by, until: now + FRESH_MS });
      }
    }
    this.#standing = words;
    for (const [line, { until }] of this.#theirs) if (until < now) this.#theirs.delete(line);
    const marks = new Map([...this.#theirs].map(([line, { by }]) => [line, this.t('text.writes-here', { name: by })]));
    if (JSON.stringify([...marks]) !== this.#marked) this.field.mark(marks);
    this.#marked = JSON.stringify([...marks]);
  }

  #draw() {
    this.#drawView();
    this.#drawState();
    this.#showPreview();
  }

  #showPreview() {
    if (this.#view !== 'write') this.preview.show(this.#place, this.field.text);
    this.#drawCount();
  }

  #drawCount() {
    window.clearTimeout(this.#counting);
    this.#counting = window.setTimeout(() => {
      const { length } = this.field.text;
      const words = this.t('text.words', { n: countWords(this.field.text, this.page.lang) });
      this.count.textContent = length > NEAR ? `${words} · ${this.t('text.room', { n: Math.max(0, MAX_TEXT - length) })}` : words;
    }, 150);
  }

  #drawState() {
    this.#drawNotices();
    const told = this.saving.status(this.#place);
    const at = told.savedAt || (this.saving.block(this.#place).text?.at ?? 0) / 1_000;
    const words = {
      saved: at ? this.t('text.saved-at', { time: dayTime(this.page.lang, at) }) : this.t('text.empty'),
      typing: this.t('text.unsaved'),
      saving: this.t('text.saving'),
      waiting: this.t(told.isKept ? 'text.waiting' : 'text.waiting-unkept'),
      refused: this.#refusal(told.code),
      aside: this.t('text.aside'),
    }[told.state];
    const loud = told.state === 'waiting' || told.state === 'refused' || told.state === 'aside';
    this.status.dataset['state'] = told.state;
    this.status.replaceChildren(...(loud ? [icon('warning', 'small')] : told.state === 'saved' && at ? [icon('check', 'small')] : []), el('span', {}, words));
    this.#say(loud ? words : told.state === 'saved' && this.#said ? words : '', told.state);
  }

  /**
   * Speak of what went wrong, once, and of when it is well again; not of every pause in typing.
   *
   * @param {string} words
   * @param {string} state
   */
  #say(words, state) {
    if (!words || words === this.#said) return;
    this.#said = state === 'saved' ? '' : words;
    this.spoken.textContent = words;
  }

  /** @param {string} code */
  #refusal(code) {
    const key = `text.refused.${code}`;
    const words = this.t(key);
    return words === key ? this.t('text.refused') : words;
  }

  // --- notices -------------------------------------------------------------------------------------------------------

  #drawNotices() {
    const conflict = this.saving.conflict(this.#place);
    const { restored } = this.saving.status(this.#place);
    const here = [...this.state.writers()].filter(({ place, name }) => place === this.#place && name !== this.state.me.name);
    const signature = JSON.stringify([this.#place, conflict?.beside.seq, conflict?.standing?.seq, conflict?.own, restored, here.map((each) => nameOf(each))]);
    if (signature === this.notices.dataset['signature']) return;
    this.notices.dataset['signature'] = signature;
    const focused = document.activeElement?.id === 'text-together';
    this.notices.replaceChildren(...[
      here.length > 0 && el('p', { class: 'text-writers' }, icon('people', 'small'), el('span', {}, this.t('text.here', { name: list(here.map((each) => nameOf(each)), this.page.lang) }))),
      restored && el('p', { class: 'banner text-banner' }, icon('history', 'small'), el('span', {}, this.t('text.restored'))),
      conflict && this.#conflictBanner(conflict),
    ].filter((node) => node !== false && node !== null));
    if (focused) this.#focusConflict();
  }

  /** @param {NonNullable<ReturnType<Saving['conflict']>>} conflict */
  #conflictBanner({ standing, beside, own }) {
    const other = own ? standing?.by ?? '' : beside.by;
    const words = other === this.state.me.name ? this.t('text.conflict-own') : this.t('text.conflict', { name: other || this.t('text.colleague') });
    return el('div', { class: 'banner warn text-banner', role: 'group', 'aria-label': words }, icon('warning', 'small'), el('span', {}, words),
      el('button', { class: 'button', type: 'button', id: 'text-together', on: { click: () => void this.#together() } }, this.t('text.together')));
  }

  async #together() {
    const place = this.#place;
    await this.saving.save(place);
    await this.state.refresh();
    const conflict = place === this.#place ? this.saving.conflict(place) : null;
    if (!conflict) return;
    const { standing, beside, own } = conflict;
    const title = (/** @type {import('./types.js').TextFacts | null} */ text, /** @type {boolean} */ mine) =>
      this.t('text.together.by', { name: mine ? this.t('text.you') : text?.by || this.t('text.colleague'), time: dayTime(this.page.lang, (text?.at ?? 0) / 1_000) });
    const before = this.saving.text(place);
    // What stands in the field counts: it may hold more than what was kept beside.
    const fields = own ? { theirs: standing?.text ?? '', mine: before } : { theirs: before, mine: beside.text };
    const text = await bringTogether({
      t: this.t,
      theirs: { title: title(standing, standing?.by === this.state.me.name), text: fields.theirs },
      mine: { title: title(beside, own || beside.by === this.state.me.name), text: fields.mine },
    });
    if (text !== null) await this.saving.settle(place, text, { base: standing?.seq ?? 0, saved: standing?.text ?? '', settles: beside.seq });
    this.#focusConflict();
  }

  /** To the next one to bring together, or back to writing. */
  #focusConflict() {
    const button = this.root.querySelector('#text-together');
    (button instanceof HTMLElement ? button : this.field.area).focus();
  }

  async #choosePost() {
    const { area } = this.field;
    const at = area.selectionEnd;
    const post = await choosePost({ t: this.t, lang: this.page.lang, state: this.state, section: this.#section });
    area.focus();
    if (post === null) return;
    area.setSelectionRange(at, at);
    this.insert(post);
  }

  async #choosePaper() {
    const { area } = this.field;
    const at = area.selectionEnd;
    const paper = await choosePaper({ t: this.t, api: this.page.api, session: this.#section });
    area.focus();
    if (paper) this.field.apply(withPaper(at, paper));
  }

  // --- the window ----------------------------------------------------------------------------------------------------

  #watchWindow() {
    window.addEventListener('online', () => this.saving.look());
    window.matchMedia(WIDE).addEventListener('change', () => this.#draw());
    document.addEventListener('visibilitychange', () => document.hidden && void this.saving.flush());
    window.addEventListener('pagehide', () => this.#lastCall());
    window.addEventListener('pageshow', (event) => event.persisted && this.saving.wake());
    window.addEventListener('beforeunload', (event) => {
      if (this.saving.atRisk) event.preventDefault();
    });
  }

  /** The window closes: send what is left on its way. It stays on this computer until a next visit knows that it arrived. */
  #lastCall() {
    for (const { place, ...body } of this.saving.sleep()) {
      const init = { method: 'PUT', keepalive: true, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
      fetch(`${this.page.api}/${address(place)}`, init).catch((fault) => console.info('not sent any more', fault));
    }
  }
}

/** @param {string} place */
function address(place) {
  return `report/texts/${encodeURIComponent(place)}`;
}

/** @param {Writer} writer */
function nameOf({ name, initials }) {
  return name || initials || '?';
}

/**
 * @param {readonly string[]} names
 * @param {string} lang
 */
function list(names, lang) {
  return new Intl.ListFormat(lang).format(names);
}
