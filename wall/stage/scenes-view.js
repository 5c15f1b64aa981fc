/** @import {Paper, Post, ProgrammeRoom, Scene, SceneItem, SceneValue, Translate} from '../types.js' */
/** @import {Directed} from '../lib/direct.js' */
/** @import {Draft} from './drafts.js' */
/** @import {Known} from './polls.js' */
/** @import {Standing} from './questions.js' */
/** @import {Known as Screen} from './screens.js' */
import { el } from '../lib/html.js';
import { icon } from '../lib/icon.js';
import { keyed } from '../lib/keyed.js';
import { authorName } from '../lib/post.js';
import { isQuiet } from './health.js';
import { say } from './say.js';
import { beginning, NEEDS, SCENES, shownOn, withOwn } from './scenes.js';
import { placeOf, roomOf } from './screens.js';

/** So much of a text fits on a tile. */
const EXCERPT = 28;
/** A tile that moved because something came above it does nothing for so long: the finger was on its way to another. */
const MOVED_MS = 400;
/** While a page fills, all of it moves, and nobody aims yet. */
const FILLING_MS = 2_000;

/**
 * @typedef {object} Facts
 * @property {SceneItem | null} item
 * @property {boolean} stopped
 * @property {ReadonlyArray<Screen>} screens
 * @property {ReadonlyArray<ProgrammeRoom>} rooms
 * @property {(screen: Screen) => Directed} shows What a screen really shows, when it hears the server.
 * @property {string} title Of the symposium, or of what is on stage.
 * @property {number} shown How many posts the screens have.
 * @property {(id: string | null | undefined) => Post | null} post
 * @property {Draft | null} draft The slide that was written last.
 * @property {number} chosen How many posts wait in the playlist.
 * @property {string} session The title of what is on stage in the place that was chosen; empty: nothing is.
 * @property {boolean} programme There is one.
 * @property {ReadonlyArray<Paper>} papers On the shelf.
 * @property {{polls: ReadonlyArray<Known>, questions: Standing, title: (poll: Known) => string}} asked What the hall was asked, and asked.
 * @property {number} now
 */

/** Which screens, and what they show: one tile each, the live one filled. */
export class ScenesView {
  /** The screen that the tiles are for, or the room as `placeOf` names it; null: all. @type {string | null} */
  screen = null;
  #chips = el('div', { class: 'chips', role: 'group' });
  #own = el('div', { class: 'own' });
  #tiles;
  #place = '';
  #movedAt = -Infinity;
  #made = performance.now();

  /**
   * @param {HTMLElement} root
   * @param {object} parts
   * @param {Translate} parts.t
   * @param {(screen: string) => string} parts.name
   * @param {(scene: Scene) => void} parts.choose
   * @param {(screen: string) => void} parts.giveBack
   * @param {() => void} parts.changed Another screen was chosen.
   */
  constructor(root, { t, name, choose, giveBack, changed }) {
    this.t = t;
    this.name = name;
    this.giveBack = giveBack;
    this.changed = changed;
    this.#chips.setAttribute('aria-label', t('stage.for-screen'));
    this.#tiles = SCENES.map(({ scene, sign, chooses }) => this.#tile(scene, sign, chooses, choose));
    root.append(this.#chips, this.#own, el('div', { class: 'tiles' }, this.#tiles));
  }

  /** @param {Facts} facts */
  render(facts) {
    const rooms = facts.rooms.length > 1 ? facts.rooms.map(({ id }) => placeOf(id)) : [];
    const ids = new Set([...rooms, ...facts.screens.map((screen) => screen.id), ...withOwn(facts.item)]);
    if (this.screen !== null && !ids.has(this.screen)) this.screen = null;
    this.#drawChips([...ids], facts);
    this.#drawOwn(facts);
    const screen = facts.screens.find(({ id }) => id === this.screen);
    const value = shownOn(facts.item, this.screen, screen?.paired?.room ?? undefined);
    for (const tile of this.#tiles) this.#drawTile(tile, value, facts);
    this.#notice();
  }

  /**
   * @param {string[]} ids
   * @param {Facts} facts
   */
  #drawChips(ids, { item, screens, now }) {
    this.#chips.hidden = ids.length < 2 && withOwn(item).length === 0;
    const all = { id: '', words: this.t('stage.all-screens', { n: screens.length }), own: false, quiet: false };
    const own = new Set(withOwn(item));
    const each = ids.map((id) => {
      const screen = screens.find((one) => one.id === id);
      const room = roomOf(id);
      return { id, words: this.name(id), own: own.has(id), quiet: room === null && (!screen || isQuiet(screen, now)) };
    });
    keyed(this.#chips, [all, ...each], {
      key: ({ id }) => id || 'all',
      signature: ({ id, words, own, quiet }) => `${words} ${own} ${quiet} ${(this.screen ?? '') === id}`,
      make: ({ id, words, own, quiet }) => {
        const on = (this.screen ?? '') === id;
        const chip = el('button', { class: 'chip screen-chip', type: 'button', 'aria-pressed': String(on), on: { click: () => this.#pick(id || null) } },
          quiet ? [icon('warning', 'small'), el('span', { class: 'visually-hidden' }, `${this.t('stage.quiet')} `)] : null, el('bdi', {}, words),
          own ? el('span', { class: 'own-mark' }, this.t('stage.own')) : null);
        return el('span', {}, chip);
      },
    });
  }

  /** @param {string | null} screen */
  #pick(screen) {
    this.screen = screen;
    this.changed();
    this.#chips.querySelector('[aria-pressed="true"]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }

  /** @param {Facts} facts What screens show because the programme asks for it. */
  #byItself({ item, screens, shows, now, stopped }) {
    if (stopped || shownOn(item, this.screen)?.scene !== 'fountain') return '';
    const room = roomOf(this.screen);
    const here = screens.filter(({ id, paired }) => this.screen === null || id === this.screen || (room !== null && paired?.room === room));
    const auto = here.filter((screen) => !isQuiet(screen, now)).map((screen) => ({ name: this.name(screen.id), shown: shows(screen) })).filter(({ shown }) => shown.auto);
    return auto.map(({ name, shown }) => this.t('stage.by-itself-now', { name, scene: this.t(`stage.scene.${shown.scene}`) })).join(' ');
  }

  /** @param {Facts} facts */
  #drawOwn(facts) {
    const { item } = facts;
    const own = withOwn(item);
    const mine = this.screen !== null && own.includes(this.screen) ? this.screen : null;
    const words = mine ? this.t('stage.own-here', { name: this.name(mine) }) : this.screen === null && own.length > 0 ? this.t('stage.own-others', { n: own.length, names: own.map(this.name).join(', ') }) : this.#byItself(facts);
    if (this.#own.dataset['words'] === words) return;
    this.#own.dataset['words'] = words;
    const button = mine ? el('button', { class: 'button tint', type: 'button', on: { click: () => this.giveBack(mine) } }, icon('undo', 'small'), this.t('stage.give-back')) : null;
    this.#own.replaceChildren(...(words ? [el('p', { class: 'meta' }, words), ...(button ? [button] : [])] : []));
  }

  /**
   * @param {Scene} scene
   * @param {string} sign
   * @param {boolean} chooses
   * @param {(scene: Scene) => void} choose
   */
  #tile(scene, sign, chooses, choose) {
    const button = el('button', { class: 'tile', type: 'button', data: { scene } },
      el('span', { class: 'tile-head' }, icon(sign), el('span', { class: 'tile-now', hidden: true }, icon('play', 'tiny'), this.t('stage.now')), chooses ? icon('next', 'small tile-more') : null),
      el('span', { class: 'tile-name' }, this.t(`stage.scene.${scene}`)),
      el('span', { class: 'tile-what', dir: 'auto' }));
    button.addEventListener('click', () => {
      if (performance.now() - this.#movedAt > MOVED_MS) choose(scene);
    });
    return button;
  }

  /**
   * @param {HTMLElement} tile
   * @param {SceneValue | null} value
   * @param {Facts} facts
   */
  #drawTile(tile, value, facts) {
    const scene = /** @type {Scene} */ (tile.dataset['scene']);
    const on = value?.scene === scene && !facts.stopped;
    const need = NEEDS.get(scene);
    tile.hidden = !on && need !== undefined && !has(facts, need);
    tile.setAttribute('aria-pressed', String(on));
    const mark = tile.querySelector('.tile-now');
    if (mark instanceof HTMLElement) mark.hidden = !on;
    const what = tile.querySelector('.tile-what');
    if (what instanceof HTMLElement) say(what, this.#what(scene, on ? value : null, facts));
  }

  /**
   * What it shows, or would show now.
   *
   * @param {Scene} scene
   * @param {SceneValue | null} live null: another one is on.
   * @param {Facts} facts
   * @returns {string}
   */
  #what(scene, live, facts) {
    const { t } = this;
    switch (scene) {
      case 'fountain':
        return facts.shown > 0 ? t('stage.scene.fountain-what', { n: facts.shown }) : t('stage.scene.fountain-empty');
      case 'spotlight':
        return live ? this.#spot(live, facts) : t('stage.scene.spotlight-what');
      case 'title':
        return beginning(facts.title, EXCERPT);
      case 'text': {
        const slide = live ?? facts.draft;
        return slide ? `“${beginning(slide.title || slide.text || '', EXCERPT)}”` : t('stage.scene.text-what');
      }
      case 'playlist': {
        const n = live ? (live.posts ?? []).length : facts.chosen;
        return n > 0 ? t('stage.scene.playlist-chosen', { n }) : t('stage.scene.playlist-what');
      }
      case 'session':
        return facts.session ? beginning(facts.session, EXCERPT) : t('stage.scene.session-what');
      case 'paper': {
        const paper = live && facts.papers.find(({ id }) => id === live.paper);
        return paper ? beginning(paper.title, EXCERPT) : t('stage.scene.paper-what');
      }
      case 'question': {
        const { onStage, open } = facts.asked.questions;
        const question = live?.post ? [...onStage, ...open].find(({ post }) => post === live.post) : onStage[0];
        return question ? beginning(question.text, EXCERPT) : t('stage.scene.question-what');
      }
      case 'questions':
        return t('stage.scene.questions-what', { n: facts.asked.questions.open.length });
      case 'poll': {
        const poll = (live?.poll && facts.asked.polls.find(({ id }) => id === live.poll)) || facts.asked.polls[0];
        return poll ? beginning(facts.asked.title(poll), EXCERPT) : t('stage.scene.poll-what');
      }
      case 'join':
      case 'blank':
      case 'programme':
      case 'day':
      case 'papers':
        return t(`stage.scene.${scene}-what`);
    }
  }

  /**
   * @param {SceneValue} live
   * @param {Facts} facts
   */
  #spot(live, facts) {
    const post = facts.post(live.post);
    if (!post) return live.post ? this.t('stage.scene.spotlight-one') : this.t('stage.scene.spotlight-gone');
    return beginning(`${authorName(post, this.t)}: ${post.text}`, EXCERPT);
  }

  /** Whether the tiles lie elsewhere than before, by something that came or went above them. */
  #notice() {
    const first = this.#tiles[0];
    if (!first || first.offsetParent === null) return; // A sheet is open: they come back where they were.
    const place = `${Math.round(first.getBoundingClientRect().top + window.scrollY)} ${this.#tiles.map((tile) => Number(tile.hidden)).join('')}`;
    const filling = performance.now() - this.#made < FILLING_MS;
    if (place !== this.#place && !filling) this.#movedAt = performance.now();
    this.#place = place;
  }
}

/**
 * @param {Facts} facts
 * @param {'programme' | 'papers' | 'questions' | 'polls'} need
 */
function has({ programme, papers, asked: { polls, questions } }, need) {
  switch (need) {
    case 'programme':
      return programme;
    case 'papers':
      return papers.length > 0;
    case 'polls':
      return polls.length > 0;
    case 'questions':
      return questions.onStage.length + questions.open.length > 0;
  }
}
