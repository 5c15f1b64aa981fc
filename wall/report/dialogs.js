/** @import {Page, Translate} from '../types.js' */
/** @import {Naming, Row} from './model.js' */
import { ask } from '../elements/ask.js';
import { isolate } from '../elements/doer.js';
import { themeMenu } from '../elements/theme-menu.js';
import { el } from '../lib/html.js';
import { known } from '../desk/words.js';
import { calledIn } from './model.js';

/** Characters; the server's own limit. */
const ALT_MAX = 1_500;

/** Key caps, and the text that says what they do. */
const KEYS = [
  ['↑ ↓', 'walk'], ['Shift ↑ ↓', 'parts'], ['X', 'choose'], ['S', 'pull'], ['Alt ↑ ↓', 'place'], ['M', 'merge'], ['N', 'names'], ['I', 'insert'], ['A', 'answer'],
  ['U', 'undo'], ['/', 'search'], ['Esc', 'close'], ['?', 'help'],
];

/**
 * How is who wrote this named here?
 *
 * @param {Translate} t
 * @param {Row} row
 * @param {Naming} all How the report names people.
 * @returns {Promise<Naming | 'as-all' | null>}
 */
export function askNames(t, { post, names }, all) {
  const called = (/** @type {Naming} */ naming) => isolate(calledIn(post, naming) || t('studio.participant'));
  const here = (/** @type {Naming | 'as-all'} */ value) => (value === (names ?? 'as-all') ? 'tint' : '');
  const agreed = post.phone ? t('studio.consent.phone-long') : t('studio.consent.public', { network: known(t, 'source', post.network) });
  /** @type {(Naming | 'as-all')[]} */
  const values = ['as-all', 'full', 'initials', 'anonymous'];
  return ask({
    title: t('studio.names.ask'),
    text: `${post.name.trim() ? '' : `${t('studio.names.nameless')} `}${agreed}`,
    choices: values.map((value) => ({
      value,
      label: value === 'as-all' ? t('studio.names.as-all', { name: called(all) }) : t('studio.names.as', { how: t(`studio.names.${value}`), name: called(value) }),
      class: here(value),
    })),
    cancel: t('cancel'),
  });
}

/**
 * What is in these photos?
 *
 * @param {Translate} t
 * @param {Row} row
 * @returns {Promise<string[] | null>} null: not, or nothing changed.
 */
export function askAlts(t, { post }) {
  return new Promise((resolve) => {
    const fields = post.photos.map((photo, n) => el('textarea', { class: 'input', id: `alt-${n}`, rows: 3, maxlength: ALT_MAX, autofocus: n === 0 }, photo.alt));
    const photos = post.photos.map((photo, n) => el('div', { class: 'alt-photo' },
      el('img', { src: photo.small, alt: '', width: 96, height: 96 }), el('div', { class: 'field' }, el('label', { for: `alt-${n}` }, t('studio.alt')), fields[n])));
    const form = el('form', { method: 'dialog', class: 'stack' }, el('h2', { id: 'alt-title' }, t('studio.describe')), el('p', { class: 'hint' }, t('studio.alt.hint')), photos,
      el('div', { class: 'row ask-choices' }, el('button', { class: 'button primary', value: 'save', type: 'submit' }, t('save')), el('button', { class: 'button', value: '', type: 'submit' }, t('cancel'))));
    const dialog = el('dialog', { class: 'panel', 'aria-labelledby': 'alt-title' }, form);
    dialog.addEventListener('keydown', (event) => {
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) dialog.close('save');
    });
    dialog.addEventListener('close', () => {
      dialog.remove();
      const alts = fields.map((field) => field.value.trim());
      resolve(dialog.returnValue === 'save' && alts.some((alt, n) => alt !== post.photos[n]?.alt) ? alts : null);
    });
    document.body.append(dialog);
    dialog.returnValue = '';
    dialog.showModal();
  });
}

/**
 * A text, with only a way out.
 *
 * @param {Translate} t
 * @param {string} title
 * @param {...(Node | null)} body
 */
export function show(t, title, ...body) {
  const out = el('button', { class: 'button', type: 'submit', autofocus: true }, t('close'));
  const dialog = el('dialog', { class: 'panel', 'aria-labelledby': 'panel-title' }, el('form', { method: 'dialog', class: 'stack' }, el('h2', { id: 'panel-title' }, title), body, el('div', { class: 'row ask-choices' }, out)));
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/**
 * All keys, and what else there is: single keys off, colours, the other language.
 *
 * @param {Translate} t
 * @param {Page} page
 * @param {boolean} on Single keys are on.
 * @param {(on: boolean) => void} change
 */
export function showHelp(t, page, on, change) {
  const box = el('input', { type: 'checkbox', checked: on });
  box.addEventListener('change', () => change(box.checked));
  const rows = KEYS.map(([keys = '', words = '']) => el('tr', {}, el('th', { scope: 'row' }, keys.split(' ').map((key) => el('kbd', {}, key))), el('td', {}, t(`studio.keys.${words}`))));
  const other = page.otherLangUrl && page.otherLang
    ? el('p', {}, el('a', { class: 'button', href: page.otherLangUrl, hreflang: page.otherLang, lang: page.otherLang }, t('other-language')))
    : null;
  show(t, t('studio.keys.title'),
    el('table', { class: 'keys' },
      el('thead', { class: 'visually-hidden' }, el('tr', {}, el('th', { scope: 'col' }, t('studio.keys.key')), el('th', { scope: 'col' }, t('studio.keys.does')))), el('tbody', {}, rows)),
    el('label', { class: 'check' }, box, el('span', {}, t('studio.keys.on'))), el('p', { class: 'hint' }, t('studio.keys.on-hint')), themeMenu(t), other);
}
