/** @import {ThemeItem, Translate} from '../types.js' */
/** @import {Actions} from './actions.js' */
import { el } from '../lib/html.js';
import { say } from './say.js';

const SVG = 'http://www.w3.org/2000/svg';

/**
 * @typedef {object} Theme As the server offers it.
 * @property {string} name
 * @property {Readonly<Record<string, string>>} title By language.
 * @property {ReadonlyArray<string>} modes
 * @property {Readonly<Record<string, Readonly<Record<string, string>>>>} swatches Colours by mode and property.
 * @property {ReadonlyArray<{name: string}>} options
 * @property {string} default The mode of who chooses none.
 * @property {string | null} preview
 *
 * @typedef {{theme: string, mode: string, options: Record<string, unknown>, colours: Record<string, string>, logo: string | null, house: string}} Chosen
 */

/** How the screens look: one press, and one back. Colours and logo are the organiser's own page. */
export class ThemeView {
  /** @type {ReadonlyArray<Theme>} */
  #themes = [];
  /** @type {Chosen | null} */
  #chosen = null;
  #item = '';
  #list = el('div', { class: 'themes' });
  #modes = el('div', { class: 'row', role: 'group' });
  #foot = el('p', { class: 'meta theme-more' });

  /**
   * @param {HTMLDetailsElement} root
   * @param {HTMLElement} now Beside the title.
   * @param {object} parts
   * @param {Translate} parts.t
   * @param {string} parts.lang
   * @param {Actions} parts.actions
   * @param {string | null} parts.organise Address of the organiser's page, for who may go there.
   */
  constructor(root, now, { t, lang, actions, organise }) {
    this.t = t;
    this.lang = lang;
    this.actions = actions;
    this.root = root;
    this.now = now;
    this.#modes.setAttribute('aria-label', t('stage.theme-mode'));
    this.#foot.append(organise ? el('a', { href: organise }, t('stage.theme-more')) : t('stage.theme-organiser'));
    root.append(el('div', { class: 'stack' }, this.#list, this.#modes, this.#foot));
    root.addEventListener('toggle', () => void this.#load());
  }

  /** @param {ThemeItem | null} item */
  render(item) {
    const known = JSON.stringify([item?.name, item?.mode, item?.css]);
    if (known === this.#item) return;
    this.#item = known;
    this.#sayNow(item?.name ?? '', item?.mode ?? '');
    void this.#load();
  }

  /**
   * @param {string} name Empty: not known yet.
   * @param {string} mode
   */
  #sayNow(name, mode) {
    say(this.now, [name && this.#title(name), mode && this.t(`stage.mode.${mode}`)].filter(Boolean).join(', '));
  }

  /** @param {string} name */
  #title(name) {
    const theme = this.#themes.find((one) => one.name === name);
    return theme?.title[this.lang] ?? name.charAt(0).toUpperCase() + name.slice(1);
  }

  async #load() {
    if (!this.root.open) return;
    const answer = await this.actions.read('themes');
    if (!answer.ok) return;
    this.#themes = answer.data.themes;
    const { theme, mode, options, colours, logo, house } = answer.data.now;
    this.#chosen = { theme, mode, options, colours, logo, house };
    this.#draw();
  }

  #draw() {
    const now = this.#chosen;
    if (!now) return;
    const focused = document.activeElement instanceof HTMLElement ? (document.activeElement.dataset['look'] ?? null) : null;
    this.#list.replaceChildren(...this.#themes.map((theme) => this.#button(theme, now)));
    const worn = this.#themes.find((theme) => theme.name === now.theme);
    const modes = worn && worn.modes.length > 1 ? worn.modes : [];
    this.#modes.hidden = modes.length === 0;
    this.#modes.replaceChildren(...modes.map((mode) => el('button', { class: 'chip', type: 'button', data: { look: mode }, 'aria-pressed': String((now.mode || worn?.default) === mode), on: { click: () => void this.#put(worn, mode) } }, this.t(`stage.mode.${mode}`))));
    this.#sayNow(now.theme, now.mode || worn?.default || '');
    if (focused) [...this.root.querySelectorAll('button')].find((one) => one.dataset['look'] === focused)?.focus();
  }

  /**
   * @param {Theme} theme
   * @param {Chosen} now
   */
  #button(theme, now) {
    const on = theme.name === now.theme;
    const mode = on && now.mode ? now.mode : theme.default;
    const picture = theme.preview ? el('img', { src: theme.preview, alt: '', loading: 'lazy', width: 160, height: 90 }) : drawing(theme.swatches[mode] ?? {});
    return el('button', { class: 'look', type: 'button', data: { look: theme.name }, 'aria-pressed': String(on), on: { click: () => void this.#put(theme, theme.modes.includes(now.mode) ? now.mode : '') } },
      picture, el('span', { class: 'look-name' }, theme.title[this.lang] ?? theme.name), on ? el('span', { class: 'look-now' }, this.t('stage.now')) : null);
  }

  /**
   * @param {Theme | undefined} theme
   * @param {string} mode
   */
  async #put(theme, mode) {
    if (!theme || !this.#chosen) return;
    const known = new Set(theme.options.map((option) => option.name));
    const options = Object.fromEntries(Object.entries(this.#chosen.options).filter(([name]) => known.has(name)));
    await this.actions.theme({ ...this.#chosen, theme: theme.name, mode, options });
    await this.#load();
  }
}

/**
 * A small screen in a theme's own colours.
 *
 * @param {Readonly<Record<string, string>>} colours
 */
function drawing(colours) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 160 90');
  svg.setAttribute('aria-hidden', 'true');
  const edge = colours['line'] ?? colours['ink'] ?? '#888888';
  /** @type {[number, number, number, number, number, string][]} x, y, width, height, radius, property */
  const parts = [[0, 0, 160, 90, 0, 'bg-2'], [0, 0, 160, 12, 0, 'bg-1'], [8, 4, 46, 4, 2, 'on-bg'], [12, 22, 46, 26, 3, 'paper'], [66, 18, 46, 30, 3, 'paper-2'], [30, 54, 46, 26, 3, 'paper-3'],
    [17, 28, 34, 3, 1, 'ink'], [17, 34, 26, 3, 1, 'ink'], [71, 24, 34, 3, 1, 'ink'], [71, 30, 30, 3, 1, 'ink'], [35, 60, 34, 3, 1, 'ink'], [122, 46, 30, 36, 3, 'join-bg'], [128, 52, 18, 18, 1, 'join-ink']];
  for (const [x, y, width, height, radius, name] of parts) {
    const rect = document.createElementNS(SVG, 'rect');
    for (const [key, value] of Object.entries({ x, y, width, height, rx: radius, fill: colours[name] ?? colours['paper'] ?? '#888888' })) rect.setAttribute(key, String(value));
    if (name.startsWith('paper')) rect.setAttribute('stroke', edge); // Paper may be as white as what it lies on.
    svg.append(rect);
  }
  return svg;
}
