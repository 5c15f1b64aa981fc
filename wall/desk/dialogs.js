/** @import {DeskPost, Page, Translate} from '../types.js' */
/** @import {Day} from './sessions.js' */
import { ask } from '../elements/ask.js';
import { isolate } from '../elements/doer.js';
import { nameOf } from '../elements/people.js';
import { themeMenu } from '../elements/theme-menu.js';
import { el } from '../lib/html.js';
import { meant, options } from './session-filter.js';

/** Characters; the server's own limit. */
const ALT_MAX = 1_500;

/** Those that only the questions of the hall know. */
const KEYS_ASKED = [['O', 'o'], ['W', 'w'], ['N', 'n'], ['C', 'c'], ['D', 'd']];

/** Key caps, and the text that says what they do. */
const KEYS = [
  ['A', 'a'], ['R', 'r'], ['H', 'h'], ['P', 'p'], ['S', 's'], ['B', 'b'], ['U', 'u'], ['E', 'e'], ['M', 'm'], ['↑ ↓', 'arrows'], ['X', 'x'], ['L', 'l'], ['Q', 'q'], ['V', 'v'], ['I', 'i'],
  ['Esc', 'esc'], ['G', 'g'], ['0', '0'], ['T', 't'], ['/', 'search'], ['F', 'f'], ['?', 'help'],
];

/**
 * Block this author? From now, or also what is there already.
 *
 * @param {Translate} t
 * @param {DeskPost} post
 * @returns {Promise<'from-now' | 'earlier' | null>}
 */
export function askBan(t, post) {
  return ask({
    title: post.author.name.trim() ? t('desk.ban.title', { name: isolate(nameOf(t, post.author)) }) : t('desk.ban.title-nameless'),
    text: t('desk.ban.text'),
    choices: [
      { value: /** @type {const} */ ('from-now'), label: t('desk.ban.from-now'), class: 'danger' },
      { value: /** @type {const} */ ('earlier'), label: t('desk.ban.earlier'), class: 'danger-line' },
    ],
    cancel: t('cancel'),
  });
}

/**
 * Clear all screens? For who cannot hold a button.
 * @param {Translate} t
 */
export function askStop(t) {
  return ask({
    title: t('stop.ask'),
    text: t('stop.ask-text'),
    choices: [{ value: /** @type {const} */ ('stop'), label: t('stop.yes'), class: 'danger' }],
    cancel: t('cancel'),
  });
}

/**
 * Erase everything of this author?
 *
 * @param {Translate} t
 * @param {DeskPost} post
 * @returns {Promise<'erase' | null>}
 */
export function askErase(t, post) {
  return ask({
    title: post.author.name.trim() ? t('desk.erase.title', { name: isolate(nameOf(t, post.author)) }) : t('desk.erase.title-nameless'),
    text: t('desk.erase.text'),
    choices: [{ value: /** @type {const} */ ('erase'), label: t('desk.erase.yes'), class: 'danger' }],
    cancel: t('cancel'),
  });
}

/**
 * Other words under the photos, another session.
 *
 * @param {Translate} t
 * @param {DeskPost} post
 * @param {ReadonlyArray<Day>} days The sessions that there are; none: nothing is asked.
 * @returns {Promise<{alts?: string[], session?: string | null} | null>} null: not, or nothing changed.
 */
export function askEdit(t, post, days) {
  return new Promise((resolve) => {
    const fields = post.media.map((photo, n) => el('textarea', { class: 'input', id: `edit-alt-${n}`, rows: 3, maxlength: ALT_MAX, autofocus: n === 0 }, photo.alt));
    const photos = post.media.map((photo, n) => el('div', { class: 'edit-photo' },
      el('img', { src: photo.small ?? photo.url, alt: '', width: 96, height: 96 }),
      el('div', { class: 'field' }, el('label', { for: `edit-alt-${n}` }, t('desk.edit.alt')), fields[n])));
    const session = sessionSelect(t, 'edit-session', days, post.session);
    const asked = days.length > 0 ? el('div', { class: 'field' }, el('label', { for: 'edit-session' }, t('desk.session')), session) : null;
    const form = el('form', { method: 'dialog', class: 'stack' }, el('h2', { id: 'edit-title' }, t('desk.edit.title')), el('p', { class: 'hint' }, t('desk.edit.text')), photos, asked,
      el('div', { class: 'row ask-choices' }, el('button', { class: 'button primary', value: 'save', type: 'submit' }, t('save')), el('button', { class: 'button', value: '', type: 'submit' }, t('cancel'))));
    const dialog = el('dialog', { class: 'panel', 'aria-labelledby': 'edit-title' }, form);
    dialog.addEventListener('keydown', (event) => {
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) dialog.close('save');
    });
    dialog.addEventListener('close', () => {
      dialog.remove();
      const alts = fields.map((field) => field.value.trim());
      const otherAlts = alts.some((alt, n) => alt !== post.media[n]?.alt) ? { alts } : {};
      const chosen = meant(session.value) || null;
      const otherSession = asked && chosen !== post.session ? { session: chosen } : {};
      const change = { ...otherAlts, ...otherSession };
      resolve(dialog.returnValue === 'save' && Object.keys(change).length > 0 ? change : null);
    });
    document.body.append(dialog);
    dialog.returnValue = '';
    dialog.showModal();
  });
}

/**
 * @param {Translate} t
 * @param {string} id
 * @param {ReadonlyArray<Day>} days
 * @param {string | null | undefined} now undefined: the posts have several.
 */
function sessionSelect(t, id, days, now) {
  const none = el('option', { value: 'none', selected: now === null }, t('desk.edit.no-session'));
  const several = now === undefined ? el('option', { value: '', selected: true, disabled: true }, t('desk.move.several')) : null;
  return el('select', { class: 'input', id, autofocus: id === 'move-session' }, several, none, options(days, now ?? null));
}

/**
 * To which session do these belong?
 *
 * @param {Translate} t
 * @param {{n: number, now: string | null | undefined, days: ReadonlyArray<Day>}} about `now`: where they are; undefined: not all in one.
 * @returns {Promise<string | null | undefined>} null: to none; undefined: not.
 */
export function askSession(t, { n, now, days }) {
  return new Promise((resolve) => {
    const select = sessionSelect(t, 'move-session', days, now);
    const form = el('form', { method: 'dialog', class: 'stack' }, el('h2', { id: 'move-title' }, t('desk.move.title', { n })),
      el('div', { class: 'field' }, el('label', { for: 'move-session' }, t('desk.session')), select), el('p', { class: 'hint' }, t('desk.move.text')),
      el('div', { class: 'row ask-choices' }, el('button', { class: 'button primary', value: 'move', type: 'submit' }, t('desk.move.yes')), el('button', { class: 'button', value: '', type: 'submit' }, t('cancel'))));
    const dialog = el('dialog', { class: 'panel', 'aria-labelledby': 'move-title' }, form);
    select.addEventListener('keydown', (event) => {
      if (event.key === 'Enter') {
        event.preventDefault();
        dialog.close('move');
      }
    });
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(dialog.returnValue === 'move' && select.value ? meant(select.value) || null : undefined);
    });
    document.body.append(dialog);
    dialog.returnValue = '';
    dialog.showModal();
  });
}

/**
 * All keys, with the switch that turns single keys off (WCAG 2.1.4).
 *
 * @param {Translate} t
 * @param {boolean} on
 * @param {(on: boolean) => void} change
 */
export function showHelp(t, on, change) {
  const box = el('input', { type: 'checkbox', checked: on });
  box.addEventListener('change', () => change(box.checked));
  const row = (/** @type {ReadonlyArray<string>} */ [key = '', words = '']) => el('tr', {}, el('th', { scope: 'row' }, key.split(' ').map((one) => el('kbd', {}, one))), el('td', {}, t(`desk.keys.${words}`)));
  show(t, t('desk.keys.title'),
    el('label', { class: 'check' }, box, el('span', {}, t('desk.keys.on'))),
    el('p', { class: 'hint' }, t('desk.keys.on-hint')),
    el('table', { class: 'keys' },
      el('thead', { class: 'visually-hidden' }, el('tr', {}, el('th', { scope: 'col' }, t('desk.keys.key')), el('th', { scope: 'col' }, t('desk.keys.does')))),
      el('tbody', {}, KEYS.map(row)),
      el('tbody', {}, el('tr', {}, el('th', { scope: 'rowgroup', colspan: 2, class: 'keys-group' }, t('desk.keys.asked'))), KEYS_ASKED.map(row))));
}

/**
 * What is not needed every minute: colours, language, who I am.
 *
 * @param {Translate} t
 * @param {Page} page
 */
export function showMore(t, page) {
  const other = page.otherLangUrl && page.otherLang
    ? el('p', {}, el('a', { class: 'button', href: page.otherLangUrl, hreflang: page.otherLang, lang: page.otherLang }, t('other-language')))
    : null;
  show(t, t('desk.more'), page.badge ? el('p', { class: 'meta' }, t('desk.people', { name: page.badge.name })) : null, themeMenu(t), other);
}

/**
 * @param {Translate} t
 * @param {string} title
 * @param {...(Node | null)} body
 */
function show(t, title, ...body) {
  const close = el('button', { class: 'button primary', type: 'submit' }, t('close'));
  // The focus on the title: on the button below, a long panel would open at its end.
  const heading = el('h2', { id: 'panel-title', tabindex: '-1', autofocus: true }, title);
  const dialog = el('dialog', { class: 'panel', 'aria-labelledby': 'panel-title' },
    el('form', { method: 'dialog', class: 'stack' }, heading, body, el('div', { class: 'row' }, close)));
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
