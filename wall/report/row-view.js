/** @import {Translate} from '../types.js' */
/** @import {Naming, Row, StudioPost} from './model.js' */
/** @import {Times} from './times.js' */
import { isolate } from '../elements/doer.js';
import { emojiText } from '../elements/emoji-text.js';
import { el } from '../lib/html.js';
import { icon } from '../lib/icon.js';
import { known } from '../desk/words.js';
import { answerButton, pollParts, questionLines } from './hall-row.js';
import { calledIn } from './model.js';

/**
 * @typedef {object} RowParts What a row needs besides itself.
 * @property {Translate} t
 * @property {Times} times
 * @property {string} today ISO 8601: times of another day say which.
 * @property {Naming} names How the report names people.
 * @property {string} lang Of this page.
 * @property {(id: string) => string} sectionOf Where a found post belongs, in words; empty where the list says so already.
 * @property {(id: string) => void} open
 * @property {(id: string) => void} choose
 * @property {(id: string) => void} pull
 * @property {(id: string) => void} name
 * @property {(id: string) => void} insert
 * @property {(id: string, into: string) => void} merge
 * @property {(id: string) => void} part Count it by itself again.
 * @property {(id: string) => void} describe
 * @property {(id: string) => void} answer Write the answer to a question, or what is told at a poll.
 */

/**
 * A post as a row: whether it is in, who said what when, whether it is large; and where it is the current one, how its writer is named.
 *
 * @param {Row} row
 * @param {boolean} current
 * @param {RowParts} parts
 * @returns {Node[]}
 */
export function rowParts(row, current, parts) {
  const { post, poll, question } = row;
  if (poll) return pollParts(row, poll, current, parts);
  if (post.end) return goneParts(row, parts);
  const { t } = parts;
  const name = isolate(nameOf(t, post));
  const box = el('input', { type: 'checkbox', checked: row.chosen, 'aria-label': t('studio.row.choose', { name }), on: { change: () => parts.choose(row.id) } });
  const pull = el('button', {
    class: 'row-pull', type: 'button', 'aria-pressed': String(row.pull), 'aria-label': t('studio.row.pull', { name }), title: t('studio.pull'), on: { click: () => parts.pull(row.id) },
  }, icon('drop', 'small'));
  return [
    el('label', { class: 'row-check' }, box),
    el('div', { class: 'row-main' }, opener(row, parts), photos(row, parts), ...(question ? questionLines(question, parts) : []), ...lines(row, parts), current ? tools(row, parts) : null),
    pull,
  ];
}

/**
 * What everything of a row depends on, so that a row that is the same is left alone.
 *
 * @param {Row} row
 * @param {boolean} current
 * @param {RowParts} parts
 */
export function signature(row, current, { names, sectionOf }) {
  return JSON.stringify([row, current, names, sectionOf(row.id)]);
}

/**
 * @param {Row} row
 * @param {RowParts} parts
 */
function opener({ id, post, below }, { t, times, today, sectionOf, open }) {
  const where = sectionOf(id);
  return el('button', { type: 'button', class: 'row-open', on: { click: () => open(id) } },
    el('span', { class: 'row-head' },
      post.starred ? el('span', { class: 'row-star' }, icon('star', 'tiny'), el('span', { class: 'visually-hidden' }, t('studio.row.star'))) : null,
      below ? el('span', { class: 'row-arc' }, icon('next', 'tiny'), el('span', { class: 'visually-hidden' }, t('studio.row.answer'))) : null,
      el('bdi', { class: 'row-name' }, nameOf(t, post)), ' ',
      el('span', { class: 'row-source' }, `${known(t, 'source', post.network)} · ${times.moment(post.at, today)}`, where ? [' · ', el('bdi', {}, where)] : null)),
    post.warning ? el('span', { class: 'row-warning' }, t('warning', { warning: post.warning })) : null,
    el('span', { class: 'row-text', dir: 'auto', lang: post.lang }, emojiText(post.text, post.emojis)));
}

/**
 * @param {Row} row
 * @param {RowParts} parts
 */
function photos({ id, post }, { t, describe }) {
  if (post.photos.length === 0) return null;
  const missing = post.photos.some((photo) => !photo.alt);
  const list = post.photos.map((photo) => el('figure', { class: 'row-photo' },
    el('img', { src: photo.small, alt: photo.alt, width: 72, height: 72, loading: 'lazy', decoding: 'async' }),
    photo.alt
      ? el('figcaption', { dir: 'auto', 'aria-hidden': 'true' }, photo.alt)
      : el('figcaption', { class: 'row-missing' }, icon('warning', 'tiny'), el('span', {}, t('photo.without-alt')))));
  const how = missing ? el('button', { type: 'button', class: 'button quiet row-act', on: { click: () => describe(id) } }, icon('pencil', 'tiny'), t('studio.describe')) : null;
  return el('div', { class: 'row-photos' }, list, how);
}

/**
 * @param {Row} row
 * @param {RowParts} parts
 * @returns {(Node | null)[]}
 */
function lines({ id, post, merged, like, names, question }, { t, times, today, merge, part }) {
  const under = merged.length === 0 ? null : el('details', { class: 'row-merged' },
    el('summary', {}, icon('stack', 'tiny'), el('span', {}, t(question ? 'studio.question.merged' : 'studio.merged', { n: merged.length }))),
    el('ul', { role: 'list' }, merged.map((each) => el('li', {},
      el('span', { class: 'row-source' }, el('bdi', {}, nameOf(t, each)), ` · ${times.moment(each.at, today)}`), el('span', { dir: 'auto', lang: each.lang }, each.text),
      question?.under.includes(each.id) ? null // the desk counts it here, and takes it apart
        : el('button', { type: 'button', class: 'button quiet row-act', on: { click: () => part(each.id) } }, t('studio.part'), el('span', { class: 'visually-hidden' }, ` ${isolate(nameOf(t, each))}`))))));
  const alike = like === null ? null : el('p', { class: 'row-line' }, icon('copy', 'tiny'), el('span', {}, t('studio.like')),
    el('button', { type: 'button', class: 'button quiet row-act', on: { click: () => merge(id, like) } }, t('studio.like.merge')));
  const link = post.link ? el('p', { class: 'row-line' }, icon('link', 'tiny'), el('span', {}, t('studio.link-only', { network: known(t, 'source', post.network) }))) : null;
  const other = names === null ? null : el('p', { class: 'row-line' }, icon('person', 'tiny'), el('span', {}, t(`studio.names.here.${names}`)));
  return [under, alike, link, other];
}

/**
 * @param {Row} row
 * @param {RowParts} parts
 */
function tools(row, parts) {
  const { t, times, names, name, insert } = parts;
  const { id, post } = row;
  const called = calledIn(post, row.names ?? names) || t('studio.participant');
  const agreed = post.phone ? t('studio.consent.phone', { time: times.time(post.at) }) : t('studio.consent.public', { network: known(t, 'source', post.network) });
  return el('div', { class: 'row-tools' },
    row.question ? answerButton(row, parts) : null,
    el('p', { class: 'row-called' }, t('studio.called'), ' ', el('b', {}, el('bdi', {}, called)), el('span', { class: 'meta' }, ` ${agreed}`)),
    el('button', { type: 'button', class: 'button quiet row-act', 'aria-keyshortcuts': 'n', on: { click: () => name(id) } }, t('studio.called.change'), el('kbd', { 'aria-hidden': 'true' }, 'N')),
    el('button', { type: 'button', class: 'button quiet row-act', 'aria-keyshortcuts': 'i', on: { click: () => insert(id) } }, t('studio.insert'), el('kbd', { 'aria-hidden': 'true' }, 'I')));
}

/**
 * It was chosen, and is no more: no word of it, but that, since when, and the way out of the list.
 *
 * @param {Row} row
 * @param {RowParts} parts
 */
function goneParts({ id, post }, { t, times, today, open, choose }) {
  const end = /** @type {NonNullable<StudioPost['end']>} */ (post.end);
  return [
    el('span', { class: 'row-check' }),
    el('div', { class: 'row-main' },
      el('button', { type: 'button', class: 'row-open', on: { click: () => open(id) } },
        el('span', { class: 'row-head' }, el('span', { class: 'row-source' }, `${known(t, 'source', post.network)} · ${times.moment(post.at, today)}`)),
        el('span', { class: 'row-text row-gone' }, t('studio.gone')),
        el('span', { class: 'row-line row-since' }, icon('warning', 'tiny'), el('span', {}, t(`studio.end.${end.status}`, { date: times.day(end.at) })))),
      el('button', { type: 'button', class: 'button quiet row-act', on: { click: () => choose(id) } }, t('studio.gone.leave'))),
  ];
}

/**
 * @param {Translate} t
 * @param {StudioPost} post
 */
export function nameOf(t, post) {
  return post.name.trim() || t('author.nameless');
}
