/** @import {Counts, DeskPost, Translate} from '../types.js' */
/** @import {State, Tab} from './state.js' */
import { isolate } from '../elements/doer.js';
import { waited } from '../elements/waited.js';
import { el } from '../lib/html.js';
import { icon } from '../lib/icon.js';
import { initials } from '../elements/people.js';
import { names } from './colleagues.js';
import { looksLikeAddress } from './whereabouts.js';

const POLICIES = ['everything-waits', 'known-pass', 'rules-decide'];
/** @type {ReadonlyArray<Tab>} */
const TABS = ['held', 'shown', 'not'];

/** Who decides: three buttons where there is room, a menu where there is not. What it shows is what the server says. */
export class PolicyView {
  #radios;
  #menu;

  /**
   * @param {HTMLElement} root
   * @param {object} parts
   * @param {Translate} parts.t
   * @param {(policy: string) => Promise<boolean>} parts.choose
   */
  constructor(root, { t, choose }) {
    this.now = '';
    this.#radios = POLICIES.map((value) => el('input', { type: 'radio', name: 'policy', value, class: 'visually-hidden' }));
    this.#menu = el('select', { class: 'input policy-menu', 'aria-label': t('desk.policy') }, POLICIES.map((value) => el('option', { value }, t(`desk.policy.${value}`))));
    const labels = this.#radios.map((radio, n) => el('label', {}, radio, el('span', {}, t(`desk.policy.${POLICIES[n]}`))));
    root.append(el('fieldset', { class: 'policy-buttons' }, el('legend', { class: 'visually-hidden' }, t('desk.policy')), labels), this.#menu);
    const changed = async (/** @type {string} */ value) => {
      if (!(await choose(value))) this.render(this.now);
    };
    for (const radio of this.#radios) radio.addEventListener('change', () => changed(radio.value));
    this.#menu.addEventListener('change', () => changed(this.#menu.value));
  }

  /** @param {string} policy */
  render(policy) {
    this.now = policy;
    for (const radio of this.#radios) radio.checked = radio.value === policy;
    this.#menu.value = policy;
  }
}

/** The lists, and how old the oldest waiting post is. */
export class TabsView {
  #tabs;
  #questions;
  #since = 0;
  #age = '';
  /** @type {ReadonlyMap<string, DeskPost> | null} */
  #posts = null;

  /**
   * @param {HTMLElement} root
   * @param {object} parts
   * @param {Translate} parts.t
   * @param {() => number} parts.now
   * @param {HTMLElement} parts.oldest Where the age of the oldest stands: it is told in every list.
   * @param {(tab: Tab) => void} parts.choose
   * @param {() => void} parts.questions
   * @param {() => void} parts.search
   */
  constructor(root, { t, now, oldest, choose, questions, search }) {
    this.t = t;
    this.now = now;
    this.#tabs = TABS.map((tab) => ({ tab, button: el('button', { class: 'tab', type: 'button', on: { click: () => choose(tab) } }) }));
    const find = el('button', { class: 'tab tab-search', type: 'button', 'aria-keyshortcuts': '/', on: { click: search } }, icon('search', 'small'), el('span', { class: 'visually-hidden' }, t('desk.search')));
    this.oldest = oldest;
    this.#questions = el('button', { class: 'tab tab-questions', type: 'button', 'aria-keyshortcuts': 'V', on: { click: questions } });
    root.append(...this.#tabs.map(({ button }) => button), this.#questions, find);
  }

  /**
   * @param {State} state
   * @param {Counts | null} counts
   * @param {ReadonlyMap<string, DeskPost>} posts
   * @param {number} questions How many there are.
   */
  render(state, counts, posts, questions) {
    for (const { tab, button } of this.#tabs) {
      mark(button, tab === 'held' ? `${this.t('desk.tab.held')} ${counts?.held ?? 0}` : this.t(`desk.tab.${tab}`), tab === state.tab && !state.asked.open);
    }
    mark(this.#questions, questions > 0 ? `${this.t('desk.tab.questions')} ${questions}` : this.t('desk.tab.questions'), state.asked.open);
    if (posts !== this.#posts) this.#since = state.tab === 'held' ? oldest(posts) : Infinity;
    this.#posts = posts;
    this.tick();
  }

  tick() {
    const age = Number.isFinite(this.#since) ? waited(this.now() - this.#since / 1000) : '';
    if (age === this.#age) return;
    this.#age = age;
    this.oldest.textContent = age ? `${this.t('desk.oldest', { age })} · ` : '';
  }
}

/**
 * @param {HTMLElement} button
 * @param {string} text
 * @param {boolean} current
 */
function mark(button, text, current) {
  if (button.textContent !== text) button.textContent = text;
  if (current) button.setAttribute('aria-current', 'true');
  else button.removeAttribute('aria-current');
}

/**
 * Since when the oldest waits.
 * @param {ReadonlyMap<string, DeskPost>} posts
 */
function oldest(posts) {
  let since = Infinity;
  for (const post of posts.values()) since = Math.min(since, post.waitsSince ?? post.received);
  return since;
}

/** What is typed to search, above the list of what was found. */
export class SearchView {
  #field;
  #who = el('span', { class: 'chip search-who' });
  #open = false;

  /**
   * @param {HTMLElement} root
   * @param {object} parts
   * @param {Translate} parts.t
   * @param {(words: string) => void} parts.search
   * @param {() => void} parts.close
   * @param {() => void} parts.down To the list.
   * @param {(address?: string) => void} parts.where Where a post is, by its address.
   */
  constructor(root, { t, search, close, down, where }) {
    this.root = root;
    this.t = t;
    this.#field = el('input', { class: 'input', type: 'search', 'aria-label': t('desk.search'), placeholder: t('desk.search.hint'), autocomplete: 'off', maxlength: 100 });
    this.#field.addEventListener('input', () => search(this.#field.value));
    this.#field.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape' && event.key !== 'ArrowDown' && event.key !== 'Enter') return;
      event.preventDefault();
      if (event.key === 'Escape') close();
      else if (event.key === 'Enter' && looksLikeAddress(this.#field.value)) where(this.#field.value);
      else down();
    });
    const byAddress = el('button', { class: 'button quiet plain search-where', type: 'button', 'aria-haspopup': 'dialog', on: { click: () => where(looksLikeAddress(this.#field.value) ? this.#field.value : '') } }, icon('link', 'small'), t('desk.where.title'));
    root.append(this.#who, this.#field, el('button', { class: 'button quiet plain', type: 'button', 'aria-label': t('desk.search.close'), on: { click: close } }, icon('close', 'small')), byAddress);
  }

  /** To the field. */
  focus() {
    this.#field.focus();
    this.#field.select();
  }

  /** @param {State} state */
  render({ search, asked }) {
    this.root.hidden = search === null || asked.open;
    this.#who.hidden = !search?.author;
    if (search?.author) this.#who.textContent = isolate(search.author.name);
    const opened = search !== null && !this.#open;
    this.#open = search !== null;
    if (search && (opened || search.words === '') && this.#field.value !== search.words) this.#field.value = search.words;
  }
}

/** Who else is at the desk. */
export class PeopleView {
  #drawn = '';

  /**
   * @param {HTMLElement} root
   * @param {Translate} t
   */
  constructor(root, t) {
    this.root = root;
    this.t = t;
  }

  /** @param {State} state */
  render({ colleagues, out }) {
    const all = out ? [] : names(colleagues);
    const text = all.join('\n');
    if (text === this.#drawn) return;
    this.#drawn = text;
    const faces = all.slice(0, 3).map((name) => el('span', { class: 'face small', 'aria-hidden': 'true' }, initials(name) || '·'));
    const more = all.length > 3 ? [el('span', { class: 'face small', 'aria-hidden': 'true' }, `+${all.length - 3}`)] : [];
    const words = all.length > 0 ? [el('span', { class: 'visually-hidden' }, this.t('desk.also-here', { names: all.map(isolate).join(', ') }))] : [];
    this.root.title = all.join(', ');
    this.root.replaceChildren(...faces, ...more, ...words);
  }
}
