/** @import {Counts, DeskPost, Translate} from '../types.js' */
/** @import {State, Tab} from './state.js' */
import { waited } from '../elements/waited.js';
import { el } from '../lib/html.js';

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

/** The three lists, and how old the oldest waiting post is. */
export class TabsView {
  #tabs;
  #oldest = el('span', { class: 'oldest meta' });
  #since = 0;

  /**
   * @param {HTMLElement} root
   * @param {object} parts
   * @param {Translate} parts.t
   * @param {() => number} parts.now
   * @param {(tab: Tab) => void} parts.choose
   */
  constructor(root, { t, now, choose }) {
    this.t = t;
    this.now = now;
    this.#tabs = TABS.map((tab) => ({ tab, button: el('button', { class: 'tab', type: 'button', on: { click: () => choose(tab) } }) }));
    root.append(...this.#tabs.map(({ button }) => button), this.#oldest);
  }

  /**
   * @param {State} state
   * @param {Counts | null} counts
   * @param {ReadonlyMap<string, DeskPost>} posts
   */
  render(state, counts, posts) {
    for (const { tab, button } of this.#tabs) {
      const text = tab === 'held' ? `${this.t('desk.tab.held')} ${counts?.held ?? 0}` : this.t(`desk.tab.${tab}`);
      if (button.textContent !== text) button.textContent = text;
      if (tab === state.tab) button.setAttribute('aria-current', 'true');
      else button.removeAttribute('aria-current');
    }
    this.#since = state.tab === 'held' ? Math.min(...[...posts.values()].map((post) => post.waitsSince ?? post.received)) : Infinity;
    this.tick();
  }

  tick() {
    const text = Number.isFinite(this.#since) ? this.t('desk.oldest', { age: waited(this.now() - this.#since / 1000) }) : '';
    if (this.#oldest.textContent !== text) this.#oldest.textContent = text;
  }
}
