/** @import {ProgrammeRoom, Translate} from '../types.js' */
/** @import {Directed} from '../lib/direct.js' */
/** @import {Known} from './screens.js' */
import { el } from '../lib/html.js';
import { icon } from '../lib/icon.js';
import { LEASE_MS } from '../lib/scene.js';
import { dayTimeSeconds } from '../lib/time.js';
import { isQuiet } from './health.js';
import { say } from './say.js';

/**
 * @typedef {{root: HTMLElement, sign: HTMLElement, name: HTMLElement, own: HTMLElement, place: HTMLElement, words: HTMLElement, change: HTMLButtonElement, quiet: boolean | null}} Row
 *
 * @typedef {object} Facts
 * @property {ReadonlyArray<Known>} screens
 * @property {ReadonlyArray<ProgrammeRoom>} rooms
 * @property {ReadonlySet<string>} own Those with a scene of their own.
 * @property {(screen: Known) => Directed} shows What it really shows, when it hears the server.
 */

/** The screens that staff know, and those that were heard since this page opened; a quiet one stays, and says since when. */
export class ScreensView {
  /** @type {Map<string, Row>} */
  #rows = new Map();
  #none;
  #which;

  /**
   * @param {HTMLElement} root
   * @param {HTMLElement} count
   * @param {object} parts
   * @param {Translate} parts.t
   * @param {string} parts.lang
   * @param {() => number} parts.now
   * @param {(screen: string) => string} parts.name
   * @param {(screen: string) => void} parts.change
   * @param {() => void} parts.pair
   * @param {() => void} parts.which Have every screen show its name.
   * @param {string} parts.wall Address of the wall.
   */
  constructor(root, count, { t, lang, now, name, change, pair, which, wall }) {
    this.root = root;
    this.count = count;
    this.t = t;
    this.lang = lang;
    this.now = now;
    this.name = name;
    this.change = change;
    this.#none = el('li', { class: 'line' }, icon('screen', 'small'), el('p', { class: 'meta' }, t('stage.screens-none', { url: wall })));
    this.#which = el('button', { class: 'button quiet wide', type: 'button', hidden: true, data: { act: 'which-all' }, on: { click: which } }, icon('screen', 'small'), t('pair.which-all'));
    root.after(this.#which, el('button', { class: 'button tint wide pair-open', type: 'button', data: { act: 'pair' }, on: { click: pair } }, icon('plus', 'small'), t('pair.open')));
  }

  /** @param {Facts} facts */
  render(facts) {
    const { screens } = facts;
    this.#none.remove();
    if (screens.length === 0) this.root.append(this.#none);
    for (const id of [...this.#rows.keys()]) if (!screens.some((screen) => screen.id === id)) this.#drop(id);
    screens.forEach((screen, at) => this.#draw(screen, at, facts));
    this.#which.hidden = !screens.some(({ paired, heard }) => paired && heard);
    const quiet = screens.filter((screen) => isQuiet(screen, this.now())).length;
    say(this.count, screens.length > 0 ? this.t('stage.screens-count', { ok: screens.length - quiet, n: screens.length }) : '');
  }

  /** @param {string} id */
  #drop(id) {
    this.#rows.get(id)?.root.remove();
    this.#rows.delete(id);
  }

  /**
   * @param {Known} screen
   * @param {number} at
   * @param {Facts} facts
   */
  #draw(screen, at, { rooms, own, shows }) {
    const row = this.#rows.get(screen.id) ?? this.#make(screen.id);
    if (this.root.children[at] !== row.root) this.root.insertBefore(row.root, this.root.children[at] ?? null);
    const quiet = isQuiet(screen, this.now());
    if (quiet !== row.quiet) {
      row.quiet = quiet;
      row.root.classList.toggle('warn', quiet);
      row.sign.replaceChildren(icon(quiet ? 'warning' : 'check', 'small'));
    }
    const name = this.name(screen.id);
    say(row.name, name);
    row.change.setAttribute('aria-label', this.t(screen.paired ? 'pair.change-label' : 'pair.this-label', { name }));
    row.own.hidden = !own.has(screen.id);
    say(row.place, this.#place(screen, rooms));
    say(row.words, quiet ? this.#quietWords(screen) : this.#okWords(screen, shows(screen)));
  }

  /**
   * @param {Known} screen
   * @param {ReadonlyArray<ProgrammeRoom>} rooms
   */
  #place({ paired }, rooms) {
    if (!paired) return this.t('pair.not-paired');
    return [rooms.find(({ id }) => id === paired.room)?.name ?? '', paired.stage ? this.t('pair.behind') : ''].filter(Boolean).join(' · ');
  }

  /** @param {string} id */
  #make(id) {
    const sign = el('span', { class: 'line-sign' });
    const name = el('bdi');
    const own = el('span', { class: 'own-mark', hidden: true }, this.t('stage.own'));
    const place = el('p', { class: 'meta line-place' });
    const words = el('p', { class: 'meta' });
    const change = el('button', { class: 'button quiet plain', type: 'button', on: { click: () => this.change(id) } }, icon('pencil', 'small'));
    const root = el('li', { class: 'line', data: { screen: id } }, sign, el('div', { class: 'line-words' }, el('p', {}, name, ' ', own), place, words), change);
    /** @type {Row} */
    const made = { root, sign, name, own, place, words, change, quiet: null };
    this.#rows.set(id, made);
    return made;
  }

  /** @param {Known} screen */
  #quietWords(screen) {
    const time = dayTimeSeconds(this.lang, screen.at);
    if (!screen.heard) return this.t('stage.screen-never', { time });
    const safe = this.now() - screen.at > LEASE_MS ? 'stage.screen-is-safe' : 'stage.screen-safe';
    return `${this.t('stage.screen-quiet', { time })} · ${this.t(safe)}`;
  }

  /**
   * @param {Known} screen
   * @param {Directed} directed
   */
  #okWords(screen, directed) {
    if (!screen.heard) return this.t('stage.screen-listening');
    const scene = screen.pulse.scene ?? '';
    const key = `stage.scene.${scene}`;
    const auto = directed.auto && directed.scene === scene ? ` (${this.t('stage.by-itself')})` : '';
    const what = `${this.t(key) === key ? scene : this.t(key)}${auto}`;
    const words = this.t('stage.screen-ok', { what, n: Math.max(0, Math.round((this.now() - screen.at) / 1000)) });
    return screen.pulse.tooFar ? `${words} · ${this.t('stage.screen-far')}` : words;
  }
}
