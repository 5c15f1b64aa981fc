/** @import {SceneItem, Translate} from '../types.js' */
/** @import {Screen} from './health.js' */
import { el } from '../lib/html.js';
import { icon } from '../lib/icon.js';
import { LEASE_MS } from '../lib/scene.js';
import { dayTimeSeconds } from '../lib/time.js';
import { isQuiet } from './health.js';
import { say } from './say.js';

/** @typedef {{root: HTMLElement, sign: HTMLElement, name: HTMLElement, own: HTMLElement, words: HTMLElement, off: HTMLElement, quiet: boolean | null}} Row */

/** The screens that were heard since this page opened; a quiet one stays, and says since when, until somebody takes it off the list. */
export class ScreensView {
  /** @type {Map<string, Row>} */
  #rows = new Map();
  #none;
  #hint;

  /**
   * @param {HTMLElement} root
   * @param {HTMLElement} count
   * @param {object} parts
   * @param {Translate} parts.t
   * @param {string} parts.lang
   * @param {() => number} parts.now
   * @param {(screen: string) => string} parts.name
   * @param {(screen: string) => void} parts.forget
   * @param {string} parts.wall Address of the wall.
   */
  constructor(root, count, { t, lang, now, name, forget, wall }) {
    this.root = root;
    this.count = count;
    this.t = t;
    this.lang = lang;
    this.now = now;
    this.name = name;
    this.forget = forget;
    this.#none = el('li', { class: 'line' }, icon('screen', 'small'), el('p', { class: 'meta' }, t('stage.screens-none', { url: wall })));
    this.#hint = el('p', { class: 'meta screens-hint' }, t('stage.screens-name'));
    root.after(this.#hint);
  }

  /**
   * @param {ReadonlyArray<Screen>} screens
   * @param {SceneItem | null} scene
   */
  render(screens, scene) {
    this.#none.remove();
    if (screens.length === 0) this.root.append(this.#none);
    for (const id of [...this.#rows.keys()]) if (!screens.some((screen) => screen.id === id)) this.#drop(id);
    for (const screen of screens) this.#draw(screen, scene?.screens?.[screen.id] !== undefined);
    this.#hint.hidden = screens.every((screen) => screen.pulse.name);
    const quiet = screens.filter((screen) => isQuiet(screen, this.now())).length;
    say(this.count, screens.length > 0 ? this.t('stage.screens-count', { ok: screens.length - quiet, n: screens.length }) : '');
  }

  /** @param {string} id */
  #drop(id) {
    this.#rows.get(id)?.root.remove();
    this.#rows.delete(id);
  }

  /**
   * @param {Screen} screen
   * @param {boolean} own
   */
  #draw(screen, own) {
    const row = this.#rows.get(screen.id) ?? this.#make(screen.id);
    const quiet = isQuiet(screen, this.now());
    if (quiet !== row.quiet) {
      row.quiet = quiet;
      row.root.classList.toggle('warn', quiet);
      row.sign.replaceChildren(icon(quiet ? 'warning' : 'check', 'small'));
      row.off.hidden = !quiet;
    }
    say(row.name, this.name(screen.id));
    row.own.hidden = !own;
    say(row.words, quiet ? this.#quietWords(screen) : this.#okWords(screen));
  }

  /** @param {string} id */
  #make(id) {
    const sign = el('span', { class: 'line-sign' });
    const name = el('bdi');
    const own = el('span', { class: 'own-mark', hidden: true }, this.t('stage.own'));
    const words = el('p', { class: 'meta' });
    const off = el('button', { class: 'button quiet plain', type: 'button', hidden: true, 'aria-label': this.t('stage.screen-forget', { name: this.name(id) }), on: { click: () => this.forget(id) } }, icon('close', 'small'));
    const root = el('li', { class: 'line', data: { screen: id } }, sign, el('div', { class: 'line-words' }, el('p', {}, name, ' ', own), words), off);
    this.root.append(root);
    /** @type {Row} */
    const made = { root, sign, name, own, words, off, quiet: null };
    this.#rows.set(id, made);
    return made;
  }

  /** @param {Screen} screen */
  #quietWords(screen) {
    const safe = this.now() - screen.at > LEASE_MS ? 'stage.screen-is-safe' : 'stage.screen-safe';
    return `${this.t('stage.screen-quiet', { time: dayTimeSeconds(this.lang, screen.at) })} · ${this.t(safe)}`;
  }

  /** @param {Screen} screen */
  #okWords(screen) {
    const scene = screen.pulse.scene ?? '';
    const key = `stage.scene.${scene}`;
    const what = this.t(key) === key ? scene : this.t(key);
    const words = this.t('stage.screen-ok', { what, n: Math.max(0, Math.round((this.now() - screen.at) / 1000)) });
    return screen.pulse.tooFar ? `${words} · ${this.t('stage.screen-far')}` : words;
  }
}
