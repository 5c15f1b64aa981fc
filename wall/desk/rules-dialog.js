/** @import {Page, Problem, Translate} from '../types.js' */
/** @import {Rule, Rules} from './rules.js' */
import { byWhom } from '../elements/doer.js';
import { fault } from '../elements/fault.js';
import { switchButton } from '../elements/switch.js';
import { el } from '../lib/html.js';
import { send } from '../lib/http.js';
import { icon } from '../lib/icon.js';
import { dayTime } from '../lib/time.js';
import { BRAKE, difference, move, numbered, SETTINGS, switched, WINDOW, worded, wrong } from './rules.js';
import { known } from './words.js';

/**
 * @typedef {object} Verdict
 * @property {string} verdict
 * @property {string} rule
 * @property {string | null} found
 *
 * @typedef {object} Trial
 * @property {number} posts
 * @property {{id: string, name: string, text: string, was: Verdict, now: Verdict}[]} changed
 */

/** Read, change, try and save the rules that every post passes. */
export class RulesDialog {
  /** As the server has them. @type {Rules | null} */
  #was = null;
  /** As they stand here. @type {Rules | null} */
  #now = null;
  #warned = false;
  #list = el('ol', { class: 'rules-list', role: 'list' });
  #brake = el('div', { class: 'rules-numbers' });
  #window = el('div', { class: 'rules-numbers' });
  #said = el('p', { class: 'rules-said', role: 'status' });
  #result = el('div', { class: 'rules-result' });
  #changed = el('p', { class: 'meta' });
  #save;
  #dialog;

  /**
   * @param {Translate} t
   * @param {Page} page
   */
  constructor(t, page) {
    this.t = t;
    this.page = page;
    const close = el('button', { class: 'button quiet plain', type: 'button', 'aria-label': t('close'), on: { click: () => this.#leave() } }, icon('close', 'small'));
    const attempt = el('button', { class: 'button', type: 'button', on: { click: () => void this.#try() } }, t('desk.rules.try'));
    this.#save = el('button', { class: 'button primary', type: 'button', disabled: true, on: { click: () => void this.#keep() } }, t('save'));
    this.#dialog = el('dialog', { class: 'rules-panel', 'aria-labelledby': 'rules-title' },
      el('header', { class: 'rules-head' }, el('h2', { id: 'rules-title', tabindex: '-1', autofocus: true }, t('desk.rules.title')), close),
      el('div', { class: 'rules-body', tabindex: '-1' }, el('p', {}, t('desk.rules.text')), this.#changed, this.#list,
        el('h3', {}, t('desk.rules.brake')), el('p', { class: 'hint' }, t('desk.rules.brake-text')), this.#brake,
        el('h3', {}, t('desk.rules.window')), el('p', { class: 'hint' }, t('desk.rules.window-text')), this.#window, this.#result),
      el('footer', { class: 'rules-foot' }, attempt, this.#save, this.#said));
    this.#dialog.addEventListener('cancel', (event) => {
      event.preventDefault();
      this.#leave();
    });
    this.#dialog.addEventListener('close', () => this.#dialog.remove());
  }

  async open() {
    document.body.append(this.#dialog);
    this.#dialog.showModal();
    this.#said.textContent = this.t('loading');
    const answer = await send('GET', `${this.page.api}/rules`);
    this.#said.textContent = '';
    if (!answer.ok) return this.#failed(answer.problem);
    this.#take(answer.data);
  }

  /** @param {Rules} rules As the server has them. */
  #take(rules) {
    this.#was = rules;
    this.#now = rules;
    const { changed } = rules;
    this.#changed.textContent = changed ? this.t('desk.rules.changed', { name: byWhom(this.t, changed.by), time: dayTime(this.page.lang, changed.at / 1000) }) : this.t('desk.rules.unchanged');
    this.#list.replaceChildren(...rules.order.map((rule) => this.#rule(rule, rules)));
    this.#brake.replaceChildren(...BRAKE.map((name) => this.#number(name, rules)));
    this.#window.replaceChildren(...WINDOW.map((name) => this.#number(name, rules)));
    this.#renumber();
  }

  /** @param {Rules} rules */
  #set(rules) {
    this.#now = rules;
    this.#warned = false;
    this.#said.textContent = '';
    this.#result.replaceChildren(); // what was tried is what was said: another rule is tried anew
    this.#save.disabled = !this.#dirty;
    this.#renumber();
  }

  get #dirty() {
    return this.#was !== null && this.#now !== null && Object.keys(difference(this.#was, this.#now)).length > 0;
  }

  /** The places, and which way each rule can still go. */
  #renumber() {
    const rules = this.#now;
    if (!rules) return;
    this.#save.disabled = !this.#dirty;
    rules.order.forEach((rule, n) => {
      const li = this.#row(rule.id);
      if (!li) return;
      if (this.#list.children[n] !== li) this.#list.insertBefore(li, this.#list.children[n] ?? null);
      li.classList.toggle('off', !rule.on);
      const place = li.querySelector('.rule-place');
      if (place) place.textContent = String(n + 1);
      li.querySelector('.rule-up')?.setAttribute('aria-disabled', String(n === 0));
      li.querySelector('.rule-down')?.setAttribute('aria-disabled', String(n === rules.order.length - 1));
    });
  }

  /** @param {string} id */
  #row(id) {
    return [...this.#list.children].find((li) => li instanceof HTMLElement && li.dataset['rule'] === id);
  }

  /**
   * @param {Rule} rule
   * @param {Rules} rules
   */
  #rule(rule, rules) {
    const { t } = this;
    const name = known(t, 'desk.rule', rule.id);
    const mover = (/** @type {1 | -1} */ by, /** @type {'up' | 'down'} */ way) =>
      el('button', { class: `button quiet plain rule-${way}`, type: 'button', 'aria-label': t(`desk.rules.${way}`, { rule: name }), on: { click: () => this.#move(rule.id, by, way) } }, icon(way, 'small'));
    const onOff = rule.always
      ? el('span', { class: 'meta rule-always' }, t('desk.rules.always'))
      : switchButton(t('desk.rules.on', { rule: name }), rule.on, (on, button) => {
        if (this.#now) this.#set(switched(this.#now, rule.id, on));
        button.setAttribute('aria-checked', String(on));
      });
    const li = el('li', { data: { rule: rule.id } },
      el('span', { class: 'rule-place', 'aria-hidden': 'true' }),
      el('div', { class: 'rule-words' }, el('p', { class: 'rule-name' }, name), el('p', {}, known(t, 'desk.rules.about', rule.id)),
        el('p', { class: 'meta' }, t('desk.rules.hits', { n: rule.hits, posts: rules.posts })), this.#settings(rule, rules)),
      el('div', { class: 'rule-acts' }, mover(-1, 'up'), mover(1, 'down'), onOff));
    li.addEventListener('keydown', (event) => {
      if (!event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return;
      event.preventDefault();
      this.#move(rule.id, event.key === 'ArrowUp' ? -1 : 1, null);
    });
    return li;
  }

  /**
   * @param {string} id
   * @param {1 | -1} by
   * @param {'up' | 'down' | null} way The button that was pressed: it keeps the focus.
   */
  #move(id, by, way) {
    if (!this.#now) return;
    const focused = document.activeElement;
    const next = move(this.#now, id, by);
    if (next === this.#now) return;
    this.#set(next);
    const button = way ? this.#row(id)?.querySelector(`.rule-${way}`) : focused;
    if (button instanceof HTMLElement) button.focus();
    this.#said.textContent = this.t('desk.rules.moved', { rule: known(this.t, 'desk.rule', id), n: next.order.findIndex((rule) => rule.id === id) + 1, of: next.order.length });
  }

  /**
   * @param {Rule} rule
   * @param {Rules} rules
   */
  #settings(rule, rules) {
    const settings = SETTINGS[rule.id];
    if (!settings) return null;
    return el('details', {}, el('summary', {}, this.t('desk.rules.settings')),
      el('div', { class: 'rules-numbers' }, settings.numbers.map((name) => this.#number(name, rules))),
      settings.words.map((name) => this.#words(name, rules)));
  }

  /**
   * @param {string} name
   * @param {Rules} rules
   */
  #number(name, rules) {
    const limit = rules.numbers[name] ?? { value: 0, least: 0, most: 0 };
    const field = el('input', { class: 'input', id: `rules-${name}`, type: 'number', inputmode: 'numeric', min: limit.least, max: limit.most, value: limit.value, 'aria-describedby': `rules-${name}-bounds` });
    field.addEventListener('input', () => {
      if (this.#now) this.#set(numbered(this.#now, name, field.valueAsNumber));
    });
    return el('div', { class: 'field' }, el('label', { for: `rules-${name}` }, this.t(`desk.rules.number.${name}`)), field,
      el('p', { class: 'hint', id: `rules-${name}-bounds` }, this.t('desk.rules.bounds', { least: limit.least, most: limit.most })));
  }

  /**
   * @param {string} name
   * @param {Rules} rules
   */
  #words(name, rules) {
    const field = el('textarea', { class: 'input', id: `rules-${name}`, rows: 6, spellcheck: 'false', 'aria-describedby': `rules-${name}-hint` }, (rules.words[name] ?? []).join('\n'));
    field.addEventListener('input', () => {
      if (this.#now) this.#set(worded(this.#now, name, field.value));
    });
    return el('div', { class: 'field' }, el('label', { for: `rules-${name}` }, this.t(`desk.rules.words.${name}`)), field,
      el('p', { class: 'hint', id: `rules-${name}-hint` }, this.t('desk.rules.one-a-line')));
  }

  /** Whether all numbers are within their bounds; else the first wrong one gets the focus. */
  #right() {
    const [first] = this.#now ? wrong(this.#now) : [];
    for (const field of this.#dialog.querySelectorAll('input[type="number"], textarea')) field.setAttribute('aria-invalid', 'false');
    if (first === undefined) return true;
    this.#point(first);
    this.#said.textContent = this.t('desk.rules.wrong', { number: this.t(`desk.rules.number.${first}`) });
    return false;
  }

  /** Go to the field that is wrong. @param {string} name */
  #point(name) {
    const field = this.#dialog.querySelector(`#rules-${name}`);
    field?.closest('details')?.setAttribute('open', '');
    field?.setAttribute('aria-invalid', 'true');
    if (field instanceof HTMLElement) field.focus();
  }

  async #try() {
    if (!this.#was || !this.#now || !this.#right()) return;
    this.#said.textContent = this.t('loading');
    const answer = await send('POST', `${this.page.api}/rules/dry-runs`, { rules: difference(this.#was, this.#now) });
    if (!answer.ok) return this.#failed(answer.problem);
    this.#tell(answer.data);
  }

  /** @param {Trial} trial */
  #tell({ posts, changed }) {
    const { t } = this;
    const words = t('desk.rules.tried', { n: changed.length, posts });
    this.#said.textContent = words;
    const items = changed.map(({ name, text, was, now }) => el('li', {},
      el('p', {}, el('bdi', { class: 'row-name' }, name.trim() || t('author.nameless')), ': ', el('bdi', {}, text)),
      el('p', { class: 'meta' }, t('desk.rules.would', { was: this.#verdict(was), now: this.#verdict(now) }))));
    this.#result.replaceChildren(el('h3', { tabindex: '-1' }, words), items.length > 0 ? el('ul', { role: 'list', class: 'card chosen rules-changed' }, items) : el('p', { class: 'hint' }, t('desk.rules.nothing-else')));
    const title = this.#result.querySelector('h3');
    title?.scrollIntoView({ block: 'start' });
    title?.focus({ preventScroll: true });
  }

  /** @param {Verdict} verdict */
  #verdict({ verdict, rule }) {
    const what = this.t(`desk.rules.verdict.${verdict}`);
    return verdict === 'show' ? what : `${what} (${known(this.t, 'desk.rule', rule)})`;
  }

  async #keep() {
    if (!this.#was || !this.#now || !this.#dirty || !this.#right()) return;
    this.#said.textContent = this.t('loading');
    const answer = await send('PUT', `${this.page.api}/rules`, difference(this.#was, this.#now));
    if (!answer.ok) return this.#failed(answer.problem);
    const opened = [...this.#list.querySelectorAll('details[open]')].map((details) => details.closest('li')?.dataset['rule'] ?? '');
    this.#take(answer.data);
    for (const id of opened) this.#row(id)?.querySelector('details')?.setAttribute('open', '');
    this.#result.replaceChildren();
    this.#said.textContent = this.t('desk.rules.saved');
  }

  /** @param {Problem} problem */
  #failed(problem) {
    const word = /^\$(?:\.rules)?\.words\.(\w+)/u.exec(problem.field ?? '')?.[1];
    if (word) this.#point(word);
    this.#said.textContent = word ? this.t('desk.rules.wrong-words', { list: this.t(`desk.rules.words.${word}`) }) : fault(this.t, problem);
  }

  /** Close; what was not saved is only thrown away the second time. */
  #leave() {
    if (!this.#dirty || this.#warned) return this.#dialog.close();
    this.#warned = true;
    this.#said.textContent = this.t('desk.rules.unsaved');
  }
}
