/** @import {Page, Problem, Translate} from '../../types.js' */
/** @import {CheckLine, Way} from './checks.js' */
/** @import {Check, StudioState, Version} from './types.js' */
import { fault } from '../../elements/fault.js';
import { el, one } from '../../lib/html.js';
import { send } from '../../lib/http.js';
import { icon } from '../../lib/icon.js';
import { checkLines } from './checks.js';
import { versionView } from './version-view.js';
import { writingOn } from './writing.js';

/** The sources have 30 s to answer. */
const LOOK_MS = 45_000;
/** The server gives a report five minutes. */
const MAKE_MS = 330_000;
const FORMATS = /** @type {const} */ (['pdf', 'odt', 'html', 'docx', 'epub', 'md', 'figures-csv']);
/** The web page is the version's own face: its hash is the version's. */
const ALWAYS = 'html';
const FIRST = new Set(['pdf', 'odt', ALWAYS]);
/** The draft, or what it points at, is another one than was looked at: look again. */
const LOOK_AGAIN = new Set(['decided-since', 'gone', 'stale-revision', 'no-alt', 'beside']);

/**
 * @typedef {{way: Way} | {version: Version}} Frozen A way to what an author wants to look at first, or the version that was made.
 */

/**
 * Freeze the draft as a version: what to look at first, which files, and then its date and hash.
 *
 * @param {object} parts
 * @param {Page} parts.page
 * @param {Translate} parts.t
 * @param {StudioState} parts.state
 * @param {HTMLElement} [parts.root] What it belongs to.
 * @returns {Promise<Frozen | null>} null: not yet.
 */
export function openFreeze({ page, t, state, root = document.body }) {
  return new Promise((resolve) => {
    const dialog = new FreezeDialog({ page, t, state, root }, resolve);
    void dialog.look();
  });
}

class FreezeDialog {
  /** @type {Frozen | null} */
  #result = null;
  #seq = 0;
  #number = 1;
  #making = false;
  /** @type {Set<string>} */
  #formats = new Set(FIRST);

  /**
   * @param {{page: Page, t: Translate, state: StudioState, root: HTMLElement}} parts
   * @param {(result: Frozen | null) => void} done
   */
  constructor({ page, t, state, root }, done) {
    this.page = page;
    this.t = t;
    this.state = state;
    this.title = el('h2', { id: 'freeze-title', tabindex: '-1' });
    this.body = el('div', { class: 'stack freeze-body' });
    this.dialog = el('dialog', { class: 'text-dialog freeze', 'aria-labelledby': 'freeze-title' }, this.title, this.body);
    // Once it is being made there is no way back: who closed this would not see what became of it.
    this.dialog.addEventListener('cancel', (event) => this.#making && event.preventDefault());
    this.dialog.addEventListener('close', () => {
      this.dialog.remove();
      done(this.#result);
    });
    root.append(this.dialog);
    this.dialog.showModal();
  }

  /** Ask the sources again, and tell what was found. */
  async look() {
    this.#number = (this.state.draft.versions.at(-1)?.number ?? 0) + 1;
    this.#draw(this.t('freeze.title', { n: this.#number }), this.#waiting('freeze.looking'), el('div', { class: 'row' }, this.#later()));
    await writingOn(this.state)?.flush();
    const answer = await send('POST', `${this.page.api}/report/checks`, undefined, { timeoutMs: LOOK_MS });
    if (!this.dialog.open) return;
    if (!answer.ok) return this.#failed(answer.problem, () => void this.look());
    await this.state.refresh();
    if (!this.dialog.open) return;
    this.#number = (this.state.draft.versions.at(-1)?.number ?? 0) + 1;
    this.#seq = answer.data.seq;
    this.#list(checkLines(/** @type {readonly Check[]} */ (answer.data.checks), writingOn(this.state)?.unsaved ?? []));
  }

  /** @param {readonly CheckLine[]} lines */
  #list(lines) {
    const stopped = lines.some(({ level }) => level === 'stops');
    const make = el('button', { class: 'button primary big', type: 'submit', 'aria-disabled': stopped && 'true', 'aria-describedby': stopped && 'freeze-stopped' });
    const label = () => make.replaceChildren(this.t('freeze.make', { n: this.#formats.size }));
    label();
    const form = el('form', { class: 'stack', on: { submit: (/** @type {Event} */ event) => {
      event.preventDefault();
      if (!stopped) void this.#make();
    } } },
      el('p', {}, this.t('freeze.why')),
      el('ul', { role: 'list', class: 'freeze-checks' }, lines.map((line) => this.#line(line))),
      el('fieldset', { class: 'freeze-formats', 'aria-describedby': 'freeze-always' }, el('legend', {}, this.t('freeze.formats')), FORMATS.map((format) => this.#chip(format, label))),
      el('p', { class: 'meta', id: 'freeze-always' }, this.t('freeze.always')),
      stopped && el('p', { class: 'error', id: 'freeze-stopped' }, this.t('freeze.stopped')),
      el('div', { class: 'row' }, make, this.#later()));
    this.#draw(this.t('freeze.title', { n: this.#number }), form);
  }

  /** @param {CheckLine} line */
  #line({ code, level, n, way }) {
    const key = `freeze.check.${code}`;
    const words = this.t(key, { n, names: this.t(`freeze.names.${this.state.draft.names}`) });
    const said = words === key ? this.t('freeze.check.other', { code }) : words;
    return el('li', { class: `freeze-check ${level}` }, icon(level === 'fine' ? 'check' : level === 'warns' ? 'warning' : 'block', 'small'),
      el('span', {}, el('span', { class: 'visually-hidden' }, `${this.t(`freeze.level.${level}`)}: `), said),
      way && el('button', { class: 'button quiet', type: 'button', on: { click: () => this.#close({ way }) } },
        this.t(`freeze.way.${way.kind}`), el('span', { class: 'visually-hidden' }, `: ${said}`)));
  }

  /**
   * @param {typeof FORMATS[number]} format
   * @param {() => void} changed
   */
  #chip(format, changed) {
    const box = el('input', { class: 'visually-hidden', type: 'checkbox', name: 'format', value: format, checked: this.#formats.has(format), disabled: format === ALWAYS, on: { change: () => {
      if (box.checked) this.#formats.add(format);
      else this.#formats.delete(format);
      changed();
    } } });
    return el('label', { class: 'freeze-chip' }, box, el('span', {}, this.t(`version.format.${format}`)));
  }

  async #make() {
    this.#making = true;
    this.#draw(this.t('freeze.title', { n: this.#number }), this.#waiting('freeze.making', { n: this.#formats.size }), el('p', { class: 'meta' }, this.t('freeze.making-why')));
    const body = { number: this.#number, seq: this.#seq, formats: FORMATS.filter((format) => this.#formats.has(format)) };
    const answer = await send('POST', `${this.page.api}/report/versions`, body, { timeoutMs: MAKE_MS });
    this.#making = false;
    if (answer.ok) return this.#done(answer.data);
    const made = answer.problem.status === 0 ? await this.#madeAfterAll() : null;
    if (made) return this.#done(made);
    await this.state.refresh();
    if (LOOK_AGAIN.has(answer.problem.code)) this.#changed(answer.problem.code);
    else this.#failed(answer.problem, () => void this.look());
  }

  /** No answer came, and yet it may be there. @returns {Promise<Version | null>} */
  async #madeAfterAll() {
    const answer = await send('GET', `${this.page.api}/report/versions`);
    if (!answer.ok) return null;
    const found = /** @type {readonly Version[]} */ (answer.data.versions).find(({ number }) => number === this.#number);
    return found?.by === this.state.me.name ? found : null;
  }

  /** @param {Version} version */
  #done(version) {
    this.#result = { version };
    void this.state.refresh();
    this.#draw(this.t('freeze.done', { n: version.number }), el('p', {}, this.t('freeze.done-why')),
      versionView(version, { t: this.t, lang: this.page.lang, api: this.page.api }),
      el('div', { class: 'row' }, this.#button('close', 'primary', () => this.#close(this.#result))));
    this.title.focus();
  }

  /** @param {string} code */
  #changed(code) {
    const words = code === 'decided-since' || code === 'gone' ? this.t(`freeze.since.${code}`) : this.t('freeze.since.other');
    this.#draw(this.t('freeze.title', { n: this.#number }), el('p', { class: 'banner card warn', role: 'alert' }, icon('warning'), el('span', {}, words)),
      el('div', { class: 'row' }, this.#button('freeze.again', 'primary', () => void this.look()), this.#later()));
    this.#focusFirst();
  }

  /**
   * @param {Problem} problem
   * @param {() => void} again
   */
  #failed(problem, again) {
    this.#draw(this.t('freeze.title', { n: this.#number }), el('p', { class: 'banner card danger', role: 'alert' }, icon('warning'), el('span', {}, fault(this.t, problem))),
      el('div', { class: 'row' }, this.#button('try-again', 'primary', again), this.#later()));
    this.#focusFirst();
  }

  // --- parts ---------------------------------------------------------------------------------------------------------

  /**
   * @param {string} key
   * @param {Readonly<Record<string, string | number>>} [holes]
   */
  #waiting(key, holes) {
    return el('div', { class: 'freeze-wait', role: 'status' }, el('p', {}, this.t(key, holes)), el('progress', { 'aria-label': this.t(key, holes) }));
  }

  #later() {
    return this.#button('freeze.later', '', () => this.#close(null));
  }

  /**
   * @param {string} key
   * @param {string} kind
   * @param {() => void} click
   */
  #button(key, kind, click) {
    return el('button', { class: `button ${kind}`, type: 'button', on: { click } }, this.t(key));
  }

  /**
   * @param {string} title
   * @param {...HTMLElement} body
   */
  #draw(title, ...body) {
    const lost = this.body.contains(document.activeElement);
    this.title.textContent = title;
    this.body.replaceChildren(...body);
    if (lost || !this.dialog.contains(document.activeElement)) this.title.focus();
  }

  #focusFirst() {
    one(this.body, 'button', HTMLButtonElement).focus();
  }

  /** @param {Frozen | null} result */
  #close(result) {
    this.#result = result;
    this.dialog.close();
  }
}
