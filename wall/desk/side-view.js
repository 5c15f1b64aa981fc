/** @import {DeskPost, Translate} from '../types.js' */
/** @import {State} from './state.js' */
import { isolate } from '../elements/doer.js';
import { el } from '../lib/html.js';
import { icon } from '../lib/icon.js';
import { nameOf } from '../elements/people.js';
import { common } from './sessions.js';
import { family } from './state.js';
import { known, noteWords } from './words.js';

/** What helps to decide about the post in focus, or about the chosen ones. */
export class SideView {
  /** @type {ReadonlyArray<unknown>} */
  #drawn = [];

  /**
   * @param {HTMLElement} root
   * @param {object} parts
   * @param {Translate} parts.t
   * @param {() => void} parts.selectAlike
   * @param {(post: DeskPost) => void} parts.allOf Everything of its author.
   * @param {((post: DeskPost) => void) | null} parts.erase Only organisers may.
   * @param {(id: string | null) => string} parts.session Its title.
   * @param {() => boolean} parts.hasProgramme
   * @param {() => void} parts.move To another session.
   * @param {() => void} parts.turn A question of the hall, or no longer.
   */
  constructor(root, { t, selectAlike, allOf, erase, session, hasProgramme, move, turn }) {
    this.turn = turn;
    this.session = session;
    this.hasProgramme = hasProgramme;
    this.move = move;
    this.root = root;
    this.t = t;
    this.selectAlike = selectAlike;
    this.allOf = allOf;
    this.erase = erase;
  }

  /**
   * @param {State} state
   * @param {ReadonlyMap<string, DeskPost>} posts
   */
  render(state, posts) {
    this.root.hidden = state.history.open || state.asked.open;
    const chosen = [...state.selected].flatMap((id) => posts.get(id) ?? []);
    const alike = family(state, state.focus?.id ?? null).length;
    const drawn = chosen.length > 0 ? chosen : [state.focus, alike];
    if (drawn.length === this.#drawn.length && drawn.every((part, at) => part === this.#drawn[at])) return;
    this.#drawn = drawn;
    this.root.replaceChildren(...(chosen.length > 0 ? this.#together(chosen) : state.focus ? this.#about(state.focus, alike) : []));
  }

  /**
   * @param {DeskPost} post
   * @param {number} alike
   */
  #about(post, alike) {
    const { t } = this;
    const today = post.authorToday ?? { shown: 0, rejected: 0 };
    const figures = today.shown + today.rejected === 0 ? t('desk.today-new') : t('desk.today-figures', today);
    const who = post.author.name.trim() ? t('desk.today', { name: isolate(nameOf(t, post.author)) }) : t('desk.today-nameless');
    const many = alike > 1;
    const notes = noteWords(t, post.notes ?? [], post.why?.rule ?? '');
    return [
      part(who, el('p', { class: 'side-fact' }, figures),
        el('button', { class: 'button quiet', type: 'button', on: { click: () => this.allOf(post) } }, t('desk.all-of')),
        this.erase ? el('button', { class: 'button quiet erase', type: 'button', on: { click: () => this.erase?.(post) } }, icon('trash', 'small'), t('desk.erase')) : null),
      part(t('desk.looks-like'), el('p', { class: 'side-fact' }, many ? t('desk.alike', { n: alike }) : t('desk.looks-like-none')),
        many ? el('button', { class: 'button quiet', type: 'button', on: { click: this.selectAlike } }, t('desk.select-alike'), el('kbd', { 'aria-hidden': 'true' }, 'L')) : null),
      this.#session([post]),
      this.#question([post]),
      notes.length > 0 ? part(t('desk.notes'), ...notes.map((note) => el('p', { class: 'side-note' }, note))) : null,
    ].filter((one) => one !== null);
  }

  /** Sessions have other names. */
  renamed() {
    this.#drawn = [];
  }

  /** @param {ReadonlyArray<DeskPost>} posts */
  #session(posts) {
    const { t } = this;
    const now = common(posts);
    if (!this.hasProgramme() && !now) return null;
    const words = now === undefined ? t('desk.move.several') : this.session(now) || t('desk.session-none');
    const other = this.hasProgramme() ? el('button', { class: 'button quiet', type: 'button', 'aria-keyshortcuts': 'M', data: { act: 'move' }, on: { click: this.move } }, t('desk.move'), el('kbd', { 'aria-hidden': 'true' }, 'M')) : null;
    return part(t('desk.session'), el('p', { class: 'side-fact' }, el('bdi', {}, words)), other);
  }

  /** @param {ReadonlyArray<DeskPost>} posts */
  #question(posts) {
    const { t } = this;
    const able = posts.filter(({ poll }) => !poll);
    if (able.length === 0) return null;
    const all = able.every(({ question }) => question);
    return part(t('desk.question'), el('p', { class: 'side-fact' }, t(all ? 'desk.question.is' : 'desk.question.is-not')),
      el('button', { class: 'button quiet', type: 'button', 'aria-keyshortcuts': 'Q', data: { act: 'question' }, on: { click: this.turn } }, t(all ? 'desk.question.off' : 'desk.question.on'), el('kbd', { 'aria-hidden': 'true' }, 'Q')));
  }

  /** @param {ReadonlyArray<DeskPost>} chosen */
  #together(chosen) {
    const { t } = this;
    const authors = new Set(chosen.map((post) => post.authorKey)).size;
    /** @type {Map<string, number>} */
    const rules = new Map();
    for (const { why } of chosen) if (why && why.rule !== 'policy') rules.set(why.rule, (rules.get(why.rule) ?? 0) + 1);
    const held = [...rules].map(([rule, n]) => el('p', { class: 'side-fact' }, t('desk.rules-count', { rule: known(t, 'desk.rule', rule), n })));
    return [
      part(t('desk.together'), el('p', { class: 'side-fact' }, t('desk.together-authors', { n: authors }))),
      part(t('desk.rules'), ...(held.length > 0 ? held : [el('p', { class: 'side-fact' }, t('desk.rules-none')), el('p', { class: 'meta' }, t('desk.rules-none-text'))])),
      this.#session(chosen),
      this.#question(chosen),
    ].filter((one) => one !== null);
  }
}

/**
 * @param {string} title
 * @param {...(Node | null)} body
 */
function part(title, ...body) {
  return el('section', { class: 'side-part' }, el('h3', {}, title), body);
}
