/** @import {Translate} from '../types.js' */
/** @import {Screen} from './health.js' */
import { el } from '../lib/html.js';
import { icon } from '../lib/icon.js';
import { dayTimeSeconds } from '../lib/time.js';
import { isQuiet } from './health.js';

/** The screens that were heard since this page opened; a quiet one stays, and says since when. */
export class ScreensView {
  /** @type {Map<string, {root: HTMLElement, sign: HTMLElement, name: HTMLElement, words: HTMLElement, quiet: boolean | null}>} */
  #rows = new Map();
  #none;

  /**
   * @param {HTMLElement} root
   * @param {HTMLElement} count
   * @param {object} parts
   * @param {Translate} parts.t
   * @param {string} parts.lang
   * @param {() => number} parts.now
   * @param {string} parts.wall Address of the wall.
   */
  constructor(root, count, { t, lang, now, wall }) {
    this.root = root;
    this.count = count;
    this.t = t;
    this.lang = lang;
    this.now = now;
    this.#none = el('li', { class: 'line' }, icon('screen', 'small'), el('p', { class: 'meta' }, t('stage.screens-none', { url: wall })));
  }

  /** @param {ReadonlyArray<Screen>} screens */
  render(screens) {
    this.#none.remove();
    if (screens.length === 0) this.root.append(this.#none);
    screens.forEach((screen, at) => this.#draw(screen, at));
    const quiet = screens.filter((screen) => isQuiet(screen, this.now())).length;
    const text = screens.length > 0 ? this.t('stage.screens-count', { ok: screens.length - quiet, n: screens.length }) : '';
    if (this.count.textContent !== text) this.count.textContent = text;
  }

  /**
   * @param {Screen} screen
   * @param {number} at
   */
  #draw(screen, at) {
    const row = this.#rows.get(screen.id) ?? this.#make(screen.id);
    const quiet = isQuiet(screen, this.now());
    if (quiet !== row.quiet) {
      row.quiet = quiet;
      row.root.classList.toggle('warn', quiet);
      row.sign.replaceChildren(icon(quiet ? 'warning' : 'check', 'small'));
    }
    set(row.name, screen.pulse.name || this.t('stage.screen', { n: at + 1 }));
    set(row.words, quiet ? this.#quietWords(screen) : this.#okWords(screen));
  }

  /** @param {string} id */
  #make(id) {
    const sign = el('span', { class: 'line-sign' });
    const name = el('bdi');
    const words = el('p', { class: 'meta' });
    const root = el('li', { class: 'line' }, sign, el('div', { class: 'line-words' }, el('p', {}, name), words));
    this.root.append(root);
    const made = { root, sign, name, words, quiet: /** @type {boolean | null} */ (null) };
    this.#rows.set(id, made);
    return made;
  }

  /** @param {Screen} screen */
  #quietWords(screen) {
    return `${this.t('stage.screen-quiet', { time: dayTimeSeconds(this.lang, screen.at) })} · ${this.t('stage.screen-safe')}`;
  }

  /** @param {Screen} screen */
  #okWords(screen) {
    const scene = screen.pulse.scene ?? '';
    const key = `stage.scene.${scene}`;
    const what = this.t(key) === key ? scene : this.t(key);
    return this.t('stage.screen-ok', { what, n: Math.max(0, Math.round((this.now() - screen.at) / 1000)) });
  }
}

/**
 * @param {HTMLElement} element
 * @param {string} text
 */
function set(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
