/** @import {Translate} from '../types.js' */
/** @import {Noted, Told} from './difference.js' */
import { el } from '../lib/html.js';
import { dayName } from '../lib/programme.js';

/** Of each kind so many are shown; the rest is a number. */
const SHOWN = 40;

/**
 * What differs, in words: what comes, what goes, and of what changes what was and what is.
 *
 * @param {Translate} t
 * @param {string} lang
 * @param {Told} difference
 */
export function differenceView(t, lang, difference) {
  const { added, removed, changed, kept = 0 } = difference;
  const rooms = roomLines(t, difference);
  const parts = [
    changed.length > 0 && part(t('difference.changed', { n: changed.length }), changed.map((each) => changedLine(t, lang, each)), t),
    added.length > 0 && part(t('difference.added', { n: added.length }), added.map((each) => notedLine(lang, each)), t),
    removed.length > 0 && part(t('difference.removed', { n: removed.length }), removed.map((each) => notedLine(lang, each)), t),
    rooms.length > 0 && part(t('difference.rooms'), rooms.map((words) => el('li', { dir: 'auto' }, words)), t),
    kept > 0 && el('p', { class: 'meta' }, t('difference.kept', { n: kept })),
  ].filter((each) => each !== false);
  return el('div', { class: 'difference' }, parts.length > 0 ? parts : el('p', {}, t('difference.none')));
}

/**
 * @param {string} title
 * @param {HTMLElement[]} lines
 * @param {Translate} t
 */
function part(title, lines, t) {
  const rest = lines.length - SHOWN;
  return el('div', {}, el('h4', {}, title), el('ul', { role: 'list', class: 'difference-lines' }, lines.slice(0, SHOWN), rest > 0 && el('li', { class: 'meta' }, t('difference.more', { n: rest }))));
}

/**
 * @param {string} lang
 * @param {Noted} noted
 */
function notedLine(lang, { title, time, room }) {
  return el('li', {}, el('b', { dir: 'auto' }, title || '–'), el('span', { class: 'meta' }, ` ${[inWords(lang, time), room].filter(Boolean).join(' · ')}`));
}

/**
 * @param {Translate} t
 * @param {string} lang
 * @param {Told['changed'][number]} changed
 */
function changedLine(t, lang, { title, fields }) {
  const rows = fields.map(({ name, before, after }) =>
    el('div', {}, el('dt', {}, t(`field.${name}`)),
      el('dd', {}, el('span', { class: 'visually-hidden' }, `${t('difference.was')} `), el('del', { dir: 'auto' }, value(t, lang, name, before)), el('span', { class: 'difference-is' }, ` ${t('difference.is')} `), el('ins', { dir: 'auto' }, value(t, lang, name, after)))));
  return el('li', {}, el('b', { dir: 'auto' }, title || '–'), el('dl', {}, rows));
}

/**
 * @param {Translate} t
 * @param {string} lang
 * @param {string} name
 * @param {string} words
 */
function value(t, lang, name, words) {
  if (name === 'noPhotos') return t(words === 'yes' ? 'yes' : 'no');
  if (name === 'kind') return t(`kind.${words}`);
  if (name === 'room' && !words) return t('day.everywhere');
  if (!words) return t('difference.nothing');
  return name === 'time' ? inWords(lang, words) : words;
}

/**
 * "donderdag 12 november 10:00–10:45" of "2026-11-12 10:00–10:45".
 *
 * @param {string} lang
 * @param {string} time
 */
export function inWords(lang, time) {
  return time.replace(/\d{4}-\d{2}-\d{2}/g, (day) => dayName(lang, day));
}

/**
 * @param {Translate} t
 * @param {Told} difference
 */
function roomLines(t, { roomsAdded, roomsRemoved, roomsRenamed = [], roomsOrdered = false }) {
  return [
    ...roomsAdded.map((name) => t('difference.room-added', { name })),
    ...roomsRemoved.map((name) => t('difference.room-removed', { name })),
    ...roomsRenamed.map((names) => t('difference.room-renamed', names)),
    ...(roomsOrdered ? [t('difference.room-order')] : []),
  ];
}
