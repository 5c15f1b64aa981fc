/** @import {ThemeItem} from '../types.js' */

/**
 * Which theme a screen wears. The organiser's choice comes with the view; one screen can be told otherwise in its address
 * (`?theme=`, `?mode=`, `?bg=transparent`, `?layout=lower-third`, `?code=off`), as for a stream.
 *
 * @typedef {'fountain' | 'columns' | 'single' | 'lower-third'} LayoutName
 *
 * @typedef {object} Look
 * @property {string} theme
 * @property {string} mode light, dark, or empty: the theme's own.
 * @property {LayoutName} layout
 * @property {boolean} transparent
 * @property {string | null} css Where the properties come from; null: those that came with the page.
 * @property {string | null} logo
 * @property {Readonly<Record<string, string | number | boolean>>} options As chosen; what is not there is as the layout has it.
 */

/** @type {Readonly<Record<string, LayoutName>>} */
const LAYOUT_OF = { krant: 'columns', podium: 'single' };
/** @type {readonly string[]} */
const LAYOUTS = ['fountain', 'columns', 'single', 'lower-third'];
/** What our own themes do unless the organiser chose otherwise. @type {Readonly<Record<string, Look['options']>>} */
const OPTIONS_OF = { contrast: { lines: true, calm: true } };
const NAME = /^[a-z][a-z0-9-]{0,31}$/;

/**
 * @param {ThemeItem | undefined} item
 * @param {URLSearchParams} address
 * @returns {Look}
 */
export function lookOf(item, address) {
  const asked = named(address.get('theme'));
  const mode = modeOf(address.get('mode'));
  const theme = asked ?? named(item?.name ?? null) ?? 'fontein';
  const own = item?.name === theme;
  return {
    theme,
    mode: mode || modeOf(item?.mode ?? null),
    layout: layoutOf(address.get('layout')) ?? (own ? layoutOf(item?.layout ?? null) : null) ?? LAYOUT_OF[theme] ?? 'fountain',
    transparent: address.get('bg') === 'transparent' || address.get('layout') === 'lower-third',
    css: cssOf(item?.css, asked, mode),
    logo: item?.logo ?? null,
    options: { ...OPTIONS_OF[theme], ...(own ? item?.options : {}), ...(address.get('code') === 'off' ? { join: false } : {}) },
  };
}

/**
 * An option of the theme as a number.
 *
 * @param {Look} look
 * @param {string} name
 * @param {number} fallback
 */
export function numberOption({ options }, name, fallback) {
  const value = options[name];
  return typeof value === 'number' && Number.isFinite(value) ? value : fallback;
}

/**
 * The same address, asking for another theme or mode.
 *
 * @param {string | undefined} css
 * @param {string | null} theme
 * @param {string} mode
 */
function cssOf(css, theme, mode) {
  if (!css) return null;
  const more = [theme ? `theme=${theme}` : '', mode ? `mode=${mode}` : ''].filter(Boolean).join('&');
  return more ? `${css}${css.includes('?') ? '&' : '?'}${more}` : css;
}

/** @param {string | null} name */
function named(name) {
  return name !== null && NAME.test(name) ? name : null;
}

/** @param {string | null} mode */
function modeOf(mode) {
  return mode === 'light' || mode === 'dark' ? mode : '';
}

/**
 * @param {string | null} name
 * @returns {LayoutName | null}
 */
function layoutOf(name) {
  return name !== null && LAYOUTS.includes(name) ? /** @type {LayoutName} */ (name) : null;
}
