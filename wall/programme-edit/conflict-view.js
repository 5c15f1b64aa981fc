/** @import {Translate} from '../types.js' */
/** @import {Collision} from './difference.js' */
/** @import {Wire} from './model.js' */
import { el } from '../lib/html.js';
import { icon } from '../lib/icon.js';
import { told } from './difference.js';
import { differenceView } from './difference-view.js';

/** @typedef {'merge' | 'keep' | 'take'} Choice */

/**
 * Two people changed the programme: what each of them did, and the ways on. Nothing happens until one is chosen.
 *
 * @param {object} options
 * @param {Translate} options.t
 * @param {string} options.lang
 * @param {Wire} options.base What both began with.
 * @param {Wire} options.mine
 * @param {Wire} options.theirs
 * @param {readonly Collision[]} options.collisions
 * @param {(choice: Choice) => void} options.choose
 */
export function conflictView({ t, lang, base, mine, theirs, collisions, choose }) {
  const button = (/** @type {Choice} */ choice, kind = '') => el('button', { class: `button ${kind}`, type: 'button', data: { choice }, on: { click: () => choose(choice) } }, t(`conflict.${choice}`));
  const both = collisions.map(({ title, field }) => el('li', {}, el('b', { dir: 'auto' }, title), ` · ${t(`field.${shownField(field)}`)}`));
  return el('section', { class: 'card conflict stack', 'aria-labelledby': 'conflict-title' },
    el('h2', { id: 'conflict-title', tabindex: '-1' }, icon('warning'), t('conflict.title')),
    el('p', {}, t('conflict.text')),
    el('div', { class: 'conflict-sides' },
      el('div', {}, el('h3', {}, t('conflict.theirs')), differenceView(t, lang, told(base, theirs))),
      el('div', {}, el('h3', {}, t('conflict.mine')), differenceView(t, lang, told(base, mine)))),
    both.length > 0 && el('div', {}, el('p', {}, t('conflict.both')), el('ul', {}, both)),
    el('div', { class: 'row' }, button('merge', 'primary'), button('keep'), button('take')));
}

/** @param {string} field As the server calls it. */
function shownField(field) {
  if (field === 'start' || field === 'end') return 'time';
  return field === 'questionsS' ? 'questions' : field;
}
