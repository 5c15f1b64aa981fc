/** @import {Translate} from '../../types.js' */
/** @import {Edit, Kind} from './markdown.js' */
import { el } from '../../lib/html.js';
import { changesTo } from './merge.js';
import { continued, linked, marked, pieces, prefixed } from './markdown.js';

/** Characters; more than the server takes by far. Laying such a text out twice takes too long: then the field scrolls by itself. */
const HUGE = 60_000;

/**
 * @typedef {object} Tool
 * @property {string} name Key of the texts `text.tool.…`.
 * @property {string} [key] With Ctrl or ⌘.
 * @property {(text: string, start: number, end: number) => Edit} edit
 */

/**
 * The field: a plain textarea with buttons and keys for Markdown. Behind it lies the same text unseen, which gives it its height and
 * colours the ground of pointers, and of lines that a colleague just wrote.
 */
export class Field {
  /** Lines of a colleague, and who that is. @type {ReadonlyMap<string, string>} */
  #theirs = new Map();
  #drawn = '\0';

  /**
   * @param {object} parts
   * @param {Translate} parts.t
   * @param {(text: string) => void} parts.typed
   * @param {() => void} parts.left The field lost the focus.
   * @param {() => void} parts.save Ctrl+S.
   */
  constructor({ t, typed, left, save }) {
    this.t = t;
    this.typed = typed;
    this.save = save;
    this.area = el('textarea', { class: 'text-area', id: 'text-area', spellcheck: 'true', dir: 'auto', 'aria-describedby': 'text-hint-title', on: {
      input: () => this.#changed(),
      blur: left,
      keydown: (/** @type {KeyboardEvent} */ event) => this.#key(event),
    } });
    this.ground = el('div', { class: 'text-ground', 'aria-hidden': 'true', dir: 'auto' });
    /** @type {readonly Tool[]} */
    this.tools = [
      { name: 'heading', edit: (text, start, end) => prefixed(text, start, end, 'heading') },
      { name: 'strong', key: 'b', edit: (text, start, end) => marked(text, start, end, '**') },
      { name: 'stress', key: 'i', edit: (text, start, end) => marked(text, start, end, '*') },
      ...(/** @type {Kind[]} */ (['bullets', 'numbers', 'quote'])).map((kind) => ({ name: kind, edit: (/** @type {string} */ text, /** @type {number} */ start, /** @type {number} */ end) => prefixed(text, start, end, kind) })),
      { name: 'link', key: 'k', edit: (text, start, end) => linked(text, start, end, t('text.link')) },
    ];
    this.bar = this.#bar();
    this.root = el('div', { class: 'text-field' }, this.ground, this.area);
  }

  /** @returns {string} */
  get text() {
    return this.area.value;
  }

  /** Another text: nothing of the one before can come back by undo. @param {string} text */
  replace(text) {
    this.area.value = text;
    this.area.setSelectionRange(text.length, text.length);
    this.#draw();
  }

  /** The same text with what a colleague wrote: the caret stays in its words. @param {string} text */
  bring(text) {
    for (const { from, to, words } of changesTo(this.area.value, text).toReversed()) this.area.setRangeText(words, from, to, 'preserve');
    this.#draw();
  }

  /** @param {Edit} edit */
  apply({ from, to, words, start, end }) {
    this.area.focus();
    this.area.setSelectionRange(from, to);
    // The one way that leaves the browser's own undo whole; old as it is, every browser has it.
    const done = words ? document.execCommand('insertText', false, words) : from === to || document.execCommand('delete');
    if (!done) {
      this.area.setRangeText(words, from, to, 'end');
      this.#changed();
    }
    this.area.setSelectionRange(start, end);
  }

  /** @param {ReadonlyMap<string, string>} theirs Lines that a colleague just wrote, and their name. */
  mark(theirs) {
    this.#theirs = theirs;
    this.#drawn = '\0';
    this.#draw();
  }

  #changed() {
    this.#draw();
    this.typed(this.area.value);
  }

  #draw() {
    const text = this.area.value;
    if (text === this.#drawn) return;
    this.#drawn = text;
    this.root.classList.toggle('huge', text.length > HUGE);
    if (text.length > HUGE) return this.ground.replaceChildren();
    const nodes = this.#theirs.size > 0 ? this.#lines(text.split('\n')) : marks(text);
    this.ground.replaceChildren(...nodes, '\n '); // one line more: the caret never stands below the edge
  }

  /** @param {readonly string[]} lines */
  #lines(lines) {
    const by = lines.map((line) => this.#theirs.get(line.trimEnd()));
    // Of lines that follow each other the last one says whose they are; blank ones do not part them.
    const isLast = (/** @type {number} */ n) => by[n] !== by[lines.findIndex((line, at) => at > n && line.trim())];
    return lines.flatMap((line, n) => [...this.#line(line, by[n], by[n] !== undefined && isLast(n)), '\n']);
  }

  /**
   * @param {string} line
   * @param {string | undefined} by
   * @param {boolean} isLast
   * @returns {(string | HTMLElement)[]}
   */
  #line(line, by, isLast) {
    const parts = marks(line);
    if (by === undefined || !line.trim()) return parts;
    return [el('mark', { class: 'text-theirs', data: isLast ? { by } : {} }, parts)];
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.isComposing) return;
    const { selectionStart: start, selectionEnd: end, value } = this.area;
    if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey) {
      const tool = this.tools.find(({ key }) => key === event.key.toLowerCase());
      if (tool) this.apply(tool.edit(value, start, end));
      else if (event.key.toLowerCase() === 's') this.save();
      else return;
      event.preventDefault();
      return;
    }
    const edit = event.key === 'Enter' && !event.shiftKey && !event.altKey && !event.ctrlKey && !event.metaKey && start === end ? continued(value, start) : null;
    if (!edit) return;
    event.preventDefault();
    this.apply(edit);
  }

  #bar() {
    const buttons = this.tools.map(({ name, key, edit }, n) => el('button', {
      class: `text-tool ${name}`, type: 'button', tabindex: n === 0 ? '0' : '-1', data: { tool: name },
      'aria-keyshortcuts': key && `Control+${key.toUpperCase()}`, title: key && `Ctrl+${key.toUpperCase()}`,
      on: { click: () => this.apply(edit(this.area.value, this.area.selectionStart, this.area.selectionEnd)), mousedown: (/** @type {MouseEvent} */ event) => event.preventDefault() },
    }, this.t(`text.tool.${name}`)));
    return el('div', { class: 'text-tools', role: 'toolbar', 'aria-label': this.t('text.tools'), 'aria-controls': 'text-area', on: { keydown: (/** @type {KeyboardEvent} */ event) => walk(event, buttons) } }, buttons);
  }
}

/** @param {string} text @returns {(string | HTMLElement)[]} */
function marks(text) {
  return pieces(text).map(({ words, pointer }) => (pointer ? el('mark', { class: 'text-pointer' }, words) : words));
}

/**
 * One stop for Tab; the arrows go along the buttons.
 *
 * @param {KeyboardEvent} event
 * @param {HTMLButtonElement[]} buttons
 */
function walk(event, buttons) {
  const at = buttons.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
  const rtl = getComputedStyle(document.documentElement).direction === 'rtl' ? -1 : 1;
  /** @type {Readonly<Record<string, number>>} */
  const steps = { ArrowRight: at + rtl, ArrowLeft: at - rtl, Home: 0, End: buttons.length - 1 };
  const to = steps[event.key];
  if (at < 0 || to === undefined) return;
  event.preventDefault();
  const next = buttons[(to + buttons.length) % buttons.length];
  for (const button of buttons) button.tabIndex = button === next ? 0 : -1;
  next?.focus();
}
