/** @import {Problem, Translate} from '../types.js' */
import { el } from '../lib/html.js';
import { send } from '../lib/http.js';
import { icon } from '../lib/icon.js';
import { houseOf, inWords, sampleOf, wordOf } from './theme-words.js';

/**
 * @typedef {Record<string, string>} Words The same text in nl and en.
 * @typedef {Record<string, string>} Colours By property.
 * @typedef {string | number | boolean} Value
 *
 * @typedef {object} Option
 * @property {string} name
 * @property {'switch' | 'number' | 'choice' | 'font'} type
 * @property {Value} default
 * @property {Words} label
 * @property {Words} help
 * @property {number | null} min
 * @property {number | null} max
 * @property {{value: string, label: Words}[]} values
 *
 * @typedef {object} Theme
 * @property {string} name
 * @property {Words} title
 * @property {string} default
 * @property {string[]} modes
 * @property {Record<string, Colours>} swatches By mode.
 * @property {Option[]} options
 * @property {string | null} preview
 *
 * @typedef {object} Finding
 * @property {string} front
 * @property {string} back
 * @property {number} ratio
 * @property {number} needed
 * @property {number} dimmed
 * @property {number} dimmedNeeded
 * @property {string} code
 * @property {string} change
 * @property {string | null} nearest
 *
 * @typedef {object} Choice What is sent.
 * @property {string} theme
 * @property {string} mode
 * @property {Record<string, Value>} options
 * @property {Colours} colours
 * @property {string | null} logo
 * @property {string} house
 *
 * @typedef {{values: Colours, findings: Finding[], offer: Colours}} Judged
 */

/** A colour is dragged; the wall in the frame follows when it rests. */
const REST_MS = 400;
/** What most people would change; the others follow from these. */
const COLOURS = ['bg-1', 'on-bg', 'accent', 'paper', 'ink', 'tag', 'official'];

/** How the screens look: a theme, its options and the house's colours, tried on a wall beside it before it is saved. */
export class ThemePart {
  /** @type {Theme[]} */
  #themes = [];
  /** @type {Choice} */
  #choice = { theme: 'fontein', mode: '', options: {}, colours: {}, logo: null, house: '' };
  /** @type {Colours} */
  #values = {};
  /** @type {string | null} */
  #logoUrl = null;
  /** @type {File | null} */
  #house = null;
  #turn = 0;
  #timer = 0;

  #form = el('form', { class: 'stack theme-form', novalidate: true });
  #findings = el('div', { class: 'theme-findings', role: 'status' });
  #state = el('p', { class: 'meta', role: 'status' });
  #frame = el('iframe', { class: 'theme-frame', tabindex: '-1' });

  /**
   * @param {HTMLElement} root
   * @param {object} parts
   * @param {string} parts.api
   * @param {string} parts.slug
   * @param {Translate} parts.t
   * @param {string} parts.lang
   * @param {(problem: Problem) => void} parts.failed
   */
  constructor(root, { api, slug, t, lang, failed }) {
    this.api = api;
    this.slug = slug;
    this.t = t;
    this.lang = lang;
    this.failed = failed;
    this.#frame.title = t('organise.theme.preview');
    root.append(this.#form, el('div', { class: 'stack theme-side' }, this.#frame, el('p', { class: 'meta' }, t('organise.theme.preview-note')), this.#findings));
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#save();
    });
  }

  async load() {
    const answer = await send('GET', `${this.api}/themes`);
    if (!answer.ok) return this.failed(answer.problem);
    const { themes, now, problems } = answer.data;
    this.#themes = themes;
    this.#take(now);
    this.#problems = problems;
    this.#draw();
    this.#judge(now);
    await this.#try();
  }

  /** @type {string[]} */
  #problems = [];

  /** @param {Choice & {logoUrl: string | null} & Judged} now */
  #take(now) {
    const { theme, mode, options, logo, house } = now;
    const { 'logo-bg': _tile, ...colours } = now.colours;
    this.#choice = { theme, mode, options, colours, logo, house };
    this.#logoUrl = now.logoUrl;
    this.#values = now.values;
  }

  /** @returns {Theme | undefined} */
  get #theme() {
    return this.#themes.find(({ name }) => name === this.#choice.theme) ?? this.#themes[0];
  }

  // What can be chosen

  #draw() {
    const theme = this.#theme;
    if (!theme) return;
    const focused = document.activeElement instanceof HTMLElement && this.#form.contains(document.activeElement) ? document.activeElement.id : '';
    const save = el('button', { class: 'button primary', type: 'submit' }, this.t('organise.theme.save'));
    this.#form.replaceChildren(
      this.#themeList(), this.#modes(theme), ...theme.options.map((option) => this.#option(option)), this.#colours(), this.#houseStyle(), this.#logo(),
      el('div', { class: 'row' }, save, this.#state), ...this.#brokenThemes());
    if (focused) document.getElementById(focused)?.focus();
  }

  #themeList() {
    const cards = this.#themes.map((theme) => this.#themeCard(theme));
    return el('fieldset', { class: 'theme-list' }, el('legend', {}, this.t('organise.theme.theme')), ...cards);
  }

  /** @param {Theme} theme */
  #themeCard(theme) {
    const radio = el('input', { type: 'radio', name: 'theme', value: theme.name, id: `theme-${theme.name}` });
    radio.checked = theme.name === this.#choice.theme;
    radio.addEventListener('change', () => this.#change({ theme: theme.name, mode: '', options: {} }));
    const picture = theme.preview ? el('img', { src: theme.preview, alt: '', width: 160, height: 90 }) : sampleOf(theme.swatches[theme.default] ?? {});
    return el('label', { class: 'theme-card' }, radio, picture, el('span', {}, theme.title[this.lang] ?? theme.name));
  }

  /** @param {Theme} theme */
  #modes(theme) {
    const choices = ['', ...theme.modes].map((mode) => {
      const radio = el('input', { type: 'radio', name: 'mode', value: mode, id: `theme-mode-${mode || 'own'}` });
      radio.checked = mode === this.#choice.mode;
      radio.addEventListener('change', () => this.#change({ mode }));
      return el('label', { class: 'theme-radio' }, radio, this.t(`organise.theme.mode.${mode || 'own'}`));
    });
    return el('fieldset', {}, el('legend', {}, this.t('organise.theme.mode')), el('div', { class: 'row' }, ...choices));
  }

  /** @param {Option} option */
  #option(option) {
    const { lang } = this;
    const id = `theme-option-${option.name}`;
    const value = this.#choice.options[option.name] ?? option.default;
    const control = this.#control(option, id, value);
    control.setAttribute('aria-describedby', `${id}-hint`);
    const label = el('label', { for: id }, option.label[lang] ?? option.name);
    const hint = el('p', { class: 'hint', id: `${id}-hint` }, option.help[lang] ?? '');
    return option.type === 'switch' ? el('div', { class: 'field' }, el('div', { class: 'theme-radio' }, control, label), hint) : el('div', { class: 'field' }, label, control, hint);
  }

  /**
   * @param {Option} option
   * @param {string} id
   * @param {Value} value
   */
  #control(option, id, value) {
    const set = (/** @type {Value} */ chosen) => this.#change({ options: { ...this.#choice.options, [option.name]: chosen } });
    if (option.type === 'choice' || option.type === 'font') {
      const list = el('select', { class: 'input', id }, option.values.map((each) => el('option', { value: each.value }, each.label[this.lang] ?? each.value)));
      list.value = String(value);
      list.addEventListener('change', () => set(list.value));
      return list;
    }
    if (option.type === 'switch') {
      const box = el('input', { type: 'checkbox', id });
      box.checked = value === true;
      box.addEventListener('change', () => set(box.checked));
      return box;
    }
    const [least, most] = [option.min ?? 0, option.max ?? 0];
    const number = el('input', { class: 'input', type: 'number', id, min: least, max: most, step: 1, inputmode: 'numeric' });
    number.value = String(value);
    number.addEventListener('change', () => set(Math.min(most, Math.max(least, Math.round(Number(number.value) || 0)))));
    return number;
  }

  #colours() {
    const rows = COLOURS.map((name) => this.#colour(name));
    return el('fieldset', { class: 'theme-colours' }, el('legend', {}, this.t('organise.theme.colours')), el('p', { class: 'hint' }, this.t('organise.theme.colours-hint')), ...rows);
  }

  /** @param {string} name */
  #colour(name) {
    const { t } = this;
    const id = `theme-colour-${name}`;
    const input = el('input', { type: 'color', id });
    input.value = (this.#choice.colours[name] ?? this.#values[name] ?? '#000000').slice(0, 7);
    input.addEventListener('input', () => this.#change({ colours: { ...this.#choice.colours, [name]: input.value } }, { redraw: false, restMs: REST_MS }));
    input.addEventListener('change', () => this.#draw());
    const word = wordOf(t, name);
    const back = el('button', { class: 'button quiet', type: 'button', id: `${id}-back`, 'aria-label': t('organise.theme.own-label', { what: word }) }, t('organise.theme.own'));
    back.addEventListener('click', () => {
      const { [name]: _gone, ...others } = this.#choice.colours;
      this.#change({ colours: others });
      document.getElementById(id)?.focus();
    });
    return el('div', { class: 'theme-colour' }, input, el('label', { for: id }, word), name in this.#choice.colours ? back : null);
  }

  #houseStyle() {
    const { t } = this;
    const input = el('input', { type: 'file', id: 'theme-house', accept: '.json,.css,application/json,text/css', 'aria-describedby': 'theme-house-hint theme-house-said' });
    input.addEventListener('change', () => {
      this.#house = input.files?.[0] ?? null;
      void this.#readHouse();
    });
    const name = this.#choice.house ? el('p', { class: 'line-state ok' }, icon('check', 'tiny'), t('organise.theme.house-now', { name: this.#choice.house })) : null;
    return el('div', { class: 'field' }, el('label', { for: 'theme-house' }, t('organise.theme.house')), input, el('p', { class: 'hint', id: 'theme-house-hint' }, t('organise.theme.house-hint')), name, this.#said);
  }

  #said = el('div', { id: 'theme-house-said', role: 'status' });

  async #readHouse() {
    const { t } = this;
    if (!this.#house) return;
    const body = new FormData();
    body.append('file', this.#house);
    const query = new URLSearchParams({ theme: this.#choice.theme, mode: this.#choice.mode, name: houseOf(this.#house.name) });
    const answer = await send('POST', `${this.api}/theme/tokens?${query}`, body);
    if (!answer.ok && answer.problem.status === 422) {
      this.#said.replaceChildren(el('p', { class: 'error' }, t('organise.theme.house-broken'), ' ', el('span', { lang: 'en', dir: 'ltr' }, answer.problem.detail ?? '')));
      return;
    }
    if (!answer.ok) return this.failed(answer.problem);
    const { colours, options, name, found } = answer.data;
    const rows = Object.entries(/** @type {Colours} */ (found)).map(([property, token]) => el('li', {}, `${wordOf(t, property)}: `, el('code', { dir: 'ltr' }, token), ` ${colours[property] ?? ''}`));
    this.#said.replaceChildren(el('p', {}, t('organise.theme.house-found', { n: rows.length })), el('ul', { class: 'theme-found' }, ...rows));
    this.#change({ colours, house: name, options: { ...this.#choice.options, ...options } });
  }

  #logo() {
    const { t } = this;
    const input = el('input', { type: 'file', id: 'theme-logo', accept: 'image/png,image/jpeg,image/webp', 'aria-describedby': 'theme-logo-hint theme-logo-error' });
    const error = el('p', { class: 'error', id: 'theme-logo-error', role: 'alert' });
    input.addEventListener('change', () => void this.#sendLogo(input.files?.[0] ?? null, error));
    const away = el('button', { class: 'button quiet', type: 'button', id: 'theme-logo-away' }, t('organise.theme.logo-away'));
    away.addEventListener('click', () => {
      this.#logoUrl = null;
      this.#change({ logo: null });
      document.getElementById('theme-logo')?.focus();
    });
    const now = this.#logoUrl ? el('div', { class: 'row' }, el('img', { class: 'theme-logo', src: this.#logoUrl, alt: t('organise.theme.logo-now') }), away) : null;
    return el('div', { class: 'field' }, el('label', { for: 'theme-logo' }, t('organise.theme.logo')), input, el('p', { class: 'hint', id: 'theme-logo-hint' }, t('organise.theme.logo-hint')), error, now);
  }

  /**
   * @param {File | null} file
   * @param {HTMLElement} error
   */
  async #sendLogo(file, error) {
    if (!file) return;
    const body = new FormData();
    body.append('file', file);
    const answer = await send('POST', `${this.api}/theme/logo`, body, { timeoutMs: 60_000 });
    if (!answer.ok && [413, 415, 422].includes(answer.problem.status)) {
      error.textContent = this.t(answer.problem.code === 'logo-svg' ? 'organise.theme.logo-svg' : 'organise.theme.logo-broken');
      return;
    }
    if (!answer.ok) return this.failed(answer.problem);
    this.#logoUrl = answer.data.url;
    this.#change({ logo: answer.data.id });
  }

  #brokenThemes() {
    if (this.#problems.length === 0) return [];
    const lines = this.#problems.map((line) => el('li', { lang: 'en', dir: 'ltr' }, line));
    return [el('section', { class: 'theme-broken' }, el('h3', {}, this.t('organise.theme.broken')), el('ul', {}, ...lines))];
  }

  // What was chosen

  /**
   * @param {Partial<Choice>} change
   * @param {{redraw?: boolean, restMs?: number}} [how]
   */
  #change(change, { redraw = true, restMs = 0 } = {}) {
    const other = change.theme !== undefined || change.mode !== undefined;
    this.#choice = { ...this.#choice, ...change };
    this.#state.textContent = this.t('organise.theme.unsaved');
    if (redraw) this.#draw();
    window.clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => void (other && this.#house ? this.#readHouse() : this.#try()), restMs);
  }

  /** Show the choice on the wall in the frame, and what cannot be read in it. */
  async #try() {
    const turn = ++this.#turn;
    const answer = await send('POST', `${this.api}/theme/previews`, this.#choice);
    if (turn !== this.#turn) return;
    if (!answer.ok) return this.failed(answer.problem);
    this.#judge(answer.data);
    this.#frame.src = `/${this.slug}/wall?preview=${encodeURIComponent(answer.data.id)}`;
  }

  /** @param {Judged} judged */
  #judge({ values, findings, offer }) {
    const { t } = this;
    this.#values = values;
    for (const name of COLOURS) {
      const input = document.getElementById(`theme-colour-${name}`);
      if (input instanceof HTMLInputElement && !(name in this.#choice.colours)) input.value = (values[name] ?? '#000000').slice(0, 7);
    }
    if (findings.length === 0) return this.#findings.replaceChildren(el('p', { class: 'line-state ok' }, icon('check', 'small'), t('organise.theme.readable')));
    const rows = inWords(t, this.lang, findings).map((words) => el('li', {}, words));
    const take = el('button', { class: 'button', type: 'button', on: { click: () => this.#change({ colours: offer }) } }, t('organise.theme.take'));
    const helps = findings.some(({ nearest }) => nearest !== null);
    this.#findings.replaceChildren(el('section', { class: 'card stack' }, el('p', { class: 'line-state warn' }, icon('warning', 'small'), t('organise.theme.unreadable')), el('ul', {}, ...rows), helps ? take : null));
  }

  async #save() {
    const answer = await send('PUT', `${this.api}/theme`, this.#choice);
    if (!answer.ok && answer.problem.code === 'contrast') {
      this.#state.textContent = this.t('organise.theme.refused');
      return;
    }
    if (!answer.ok) return this.failed(answer.problem);
    this.#take(answer.data);
    this.#state.textContent = this.t('organise.theme.saved');
    this.#judge(answer.data);
  }
}
