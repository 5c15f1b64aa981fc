/** @import {Translate} from '../types.js' */
/** @import {Colours, Finding} from './theme-part.js' */
import { el } from '../lib/html.js';

/**
 * What a property is called.
 *
 * @param {Translate} t
 * @param {string} property
 */
export function wordOf(t, property) {
  return t(`organise.theme.colour.${property}`);
}

/**
 * What cannot be read, in sentences; the worst of those that one change would mend, so that nobody reads the same twice.
 *
 * @param {Translate} t
 * @param {string} lang
 * @param {ReadonlyArray<Finding>} findings
 * @returns {string[]}
 */
export function inWords(t, lang, findings) {
  /** @type {Map<string, Finding>} */
  const worst = new Map();
  for (const each of findings) {
    const known = worst.get(each.change);
    if (!known || shortfall(each) < shortfall(known)) worst.set(each.change, each);
  }
  const number = new Intl.NumberFormat(lang, { maximumFractionDigits: 1, roundingMode: 'floor' });
  return [...worst.values()].map((each) => {
    const names = { front: wordOf(t, each.front), back: wordOf(t, each.back) };
    if (each.code === 'inverted') return t('organise.theme.inverted', names);
    const inHall = each.ratio >= each.needed;
    return t(inHall ? 'organise.theme.low-in-hall' : 'organise.theme.low', {
      ...names,
      ratio: number.format(inHall ? each.dimmed : each.ratio),
      needed: number.format(inHall ? each.dimmedNeeded : each.needed),
    });
  });
}

/** @param {Finding} finding */
function shortfall({ ratio, needed, dimmed, dimmedNeeded }) {
  return Math.min(ratio / needed, dimmedNeeded ? dimmed / dimmedNeeded : 1);
}

/**
 * What to call a house style whose file has this name: `theme.css` says nothing.
 *
 * @param {string} file
 */
export function houseOf(file) {
  const name = file.replace(/\.[^.]*$/, '').replace(/[-_.]+/g, ' ').trim();
  return /^(theme|tokens|variables|root|index|list)$/i.test(name) ? '' : name.slice(0, 60);
}

/**
 * A small wall in a theme's colours, where it has no picture. Its colours come from the server, as values.
 *
 * @param {Colours} colours
 */
export function sampleOf(colours) {
  const card = el('span', { class: 'theme-sample-card' }, el('span'), el('span'));
  const sample = el('span', { class: 'theme-sample', 'aria-hidden': 'true' }, el('span', { class: 'theme-sample-title' }), card, el('span', { class: 'theme-sample-mark' }));
  for (const name of ['bg-1', 'bg-3', 'on-bg', 'paper', 'ink', 'meta', 'accent']) sample.style.setProperty(`--s-${name}`, colours[name] ?? '#808080');
  return sample;
}
