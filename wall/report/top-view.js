/** @import {Translate} from '../types.js' */
/** @import {Tab} from './model.js' */
/** @import {Writer} from './presence.js' */
import { el } from '../lib/html.js';
import { icon } from '../lib/icon.js';

/** @type {readonly Exclude<Tab, 'found'>[]} */
const TABS = ['chosen', 'open', 'questions', 'photos'];

/** The lists of a section, and the way to look for something. */
export class TabsView {
  #tabs;
  #find;

  /**
   * @param {HTMLElement} root
   * @param {object} parts
   * @param {Translate} parts.t
   * @param {(tab: Tab) => void} parts.choose
   * @param {() => void} parts.search
   */
  constructor(root, { t, choose, search }) {
    this.t = t;
    this.#tabs = TABS.map((tab) => ({ tab, button: el('button', { class: 'tab', type: 'button', on: { click: () => choose(tab) } }) }));
    this.#find = el('button', { class: 'tab tab-search', type: 'button', 'aria-keyshortcuts': '/', title: t('studio.search'), on: { click: search } }, icon('search', 'small'), el('span', { class: 'visually-hidden' }, t('studio.search')));
    root.append(...this.#tabs.map(({ button }) => button), this.#find);
  }

  /**
   * @param {Tab} tab
   * @param {Readonly<Record<'chosen' | 'open' | 'questions' | 'photos', number | null>>} counts null: not known yet.
   * @param {boolean} missing A photo has no description.
   */
  render(tab, counts, missing) {
    for (const { tab: each, button } of this.#tabs) {
      const n = counts[each];
      const words = [this.t(`studio.tab.${each}`), n === null ? null : el('span', { class: 'tab-count' }, n), each === 'photos' && missing ? icon('warning', 'tiny') : null,
        each === 'photos' && missing ? el('span', { class: 'visually-hidden' }, this.t('studio.tab.photos.missing')) : null];
      const signature = JSON.stringify([n, missing]);
      if (button.dataset['signature'] !== signature) button.replaceChildren(...words.flatMap((word) => (word === null ? [] : [word, ' '])));
      button.dataset['signature'] = signature;
      current(button, each === tab);
    }
    current(this.#find, tab === 'found');
  }
}

/**
 * @param {HTMLElement} element
 * @param {boolean} is
 */
function current(element, is) {
  if (is) element.setAttribute('aria-current', 'true');
  else element.removeAttribute('aria-current');
}

/** What is looked for in the whole day. */
export class SearchView {
  /**
   * @param {HTMLElement} root
   * @param {object} parts
   * @param {Translate} parts.t
   * @param {(words: string) => void} parts.search
   * @param {() => void} parts.close
   * @param {() => void} parts.down To the list.
   */
  constructor(root, { t, search, close, down }) {
    this.root = root;
    this.field = el('input', { class: 'input', type: 'search', id: 'search-field', autocomplete: 'off', maxlength: 400, placeholder: t('studio.search.hint'), 'aria-label': t('studio.search') });
    this.field.addEventListener('input', () => search(this.field.value));
    this.field.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') {
        event.stopPropagation();
        close();
      } else if (event.key === 'ArrowDown' || event.key === 'Enter') {
        event.preventDefault();
        down();
      }
    });
    root.append(this.field, el('button', { class: 'button quiet', type: 'button', on: { click: close } }, icon('close', 'small'), el('span', { class: 'visually-hidden' }, t('studio.search.close'))));
  }

  /** @param {boolean} open */
  render(open) {
    this.root.hidden = !open;
    if (!open) this.field.value = '';
  }
}

/** What the keys do with the current post, as buttons. */
export class ToolsView {
  /** @type {Readonly<Record<'choose' | 'pull' | 'up' | 'down' | 'merge', HTMLButtonElement>>} */
  #buttons;
  #choose = el('span', {});
  #pull = el('span', {});

  /**
   * @param {HTMLElement} root
   * @param {object} parts
   * @param {Translate} parts.t
   * @param {(command: 'choose' | 'pull' | 'up' | 'down' | 'merge' | 'help') => void} parts.run
   */
  constructor(root, { t, run }) {
    this.t = t;
    const key = (/** @type {string} */ cap) => el('kbd', { 'aria-hidden': 'true' }, cap);
    const button = (/** @type {Parameters<typeof run>[0]} */ name, /** @type {string} */ shortcut, /** @type {(Node | string)[]} */ ...body) =>
      el('button', { type: 'button', class: 'tool', 'aria-keyshortcuts': shortcut, on: { click: () => run(name) } }, ...body);
    const hidden = (/** @type {string} */ words) => el('span', { class: 'visually-hidden' }, words);
    this.#buttons = {
      choose: button('choose', 'x', key('X'), this.#choose),
      pull: button('pull', 's', key('S'), this.#pull),
      up: button('up', 'Alt+ArrowUp', key('Alt'), icon('up', 'small'), hidden(t('studio.up'))),
      down: button('down', 'Alt+ArrowDown', icon('down', 'small'), hidden(t('studio.down'))),
      merge: button('merge', 'm', key('M'), el('span', {}, t('studio.merge'))),
    };
    const help = button('help', '?', el('span', { class: 'tool-cap', 'aria-hidden': 'true' }, '?'), hidden(t('studio.keys.title')));
    help.classList.add('tool-help');
    root.append(...Object.values(this.#buttons), help);
  }

  /**
   * @param {{chosen: boolean, pull: boolean, gone: boolean, poll: boolean} | null} row The current one.
   * @param {Readonly<Record<'up' | 'down' | 'merge', boolean>>} may
   */
  render(row, may) {
    const words = { choose: this.t(row?.chosen ? 'studio.out' : row?.gone ? 'studio.gone.leave' : 'studio.in'), pull: this.t(row?.pull ? 'studio.unpull' : 'studio.pull') };
    if (this.#choose.textContent !== words.choose) this.#choose.textContent = words.choose;
    if (this.#pull.textContent !== words.pull) this.#pull.textContent = words.pull;
    const off = { choose: !row, pull: !row || row.gone || row.poll, up: !may.up, down: !may.down, merge: !may.merge };
    for (const [name, is] of Object.entries(off)) this.#buttons[/** @type {keyof typeof off} */ (name)].setAttribute('aria-disabled', String(is));
  }
}

/** Who else is at the report. */
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

  /** @param {readonly Writer[]} writers */
  render(writers) {
    const drawn = JSON.stringify(writers.map(({ by, name }) => [by, name]));
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    const names = writers.map((writer) => writer.name || writer.initials);
    this.root.replaceChildren(...(writers.length === 0 ? [] : [
      el('span', { class: 'visually-hidden' }, this.t('studio.with', { names: names.join(', ') })),
      ...writers.slice(0, 4).map((writer) => el('span', { class: 'face', 'aria-hidden': 'true', title: writer.name }, letters(writer))),
    ]));
  }
}

/** @param {Writer} writer */
function letters({ name, initials }) {
  return initials.replaceAll(/[. ]/g, '').slice(0, 2) || name.slice(0, 2);
}
