/** @import {Translate} from '../../types.js' */
/** @import {Line} from './merge.js' */
/** @import {Choice, Passage} from './together.js' */
import { el, one } from '../../lib/html.js';
import { composed, passages, proposed, wordsOf } from './together.js';

/** Of what is the same so much is shown: enough to know where one is. */
const CONTEXT = 160;

/**
 * Show two texts beside each other, and have a person choose passage by passage.
 *
 * @param {object} options
 * @param {Translate} options.t
 * @param {{title: string, text: string}} options.theirs What stands now; `title` says whose it is, and of when.
 * @param {{title: string, text: string}} options.mine
 * @returns {Promise<string | null>} One text; null: not now.
 */
export function bringTogether({ t, theirs, mine }) {
  return new Promise((resolve) => {
    const all = passages(theirs.text, mine.text);
    const many = all.filter(({ kind }) => kind === 'differs').length;
    let count = 0;
    const rows = all.map((passage, n) => (passage.kind === 'same' ? sameRow(passage.lines) : choiceRow(passage, n, (count += 1))));
    const save = el('button', { class: 'button primary', type: 'submit', value: 'save' }, t('text.together.save'));
    const later = el('button', { class: 'button', type: 'submit', value: '' }, t('text.together.later'));
    const form = el('form', { method: 'dialog', class: 'together' },
      el('h2', { id: 'together-title' }, t('text.together.title')),
      el('p', { id: 'together-why' }, t('text.together.why', { n: many })),
      el('div', { class: 'together-rows' }, rows),
      el('div', { class: 'row together-foot' }, save, later));
    const dialog = el('dialog', { class: 'text-dialog wide', 'aria-labelledby': 'together-title', 'aria-describedby': 'together-why' }, form);
    dialog.addEventListener('close', () => {
      const choices = all.map((passage, n) => chosen(form, passage, n));
      dialog.remove();
      resolve(dialog.returnValue === 'save' ? composed(all, choices) : null);
    });
    document.body.append(dialog);
    dialog.returnValue = '';
    dialog.showModal();
    one(form, 'input:checked, button', HTMLElement).focus();
  });

  /** @param {readonly Line[]} lines */
  function sameRow(lines) {
    const words = wordsOf(lines);
    return el('p', { class: 'together-same', dir: 'auto' }, words.length > 2 * CONTEXT ? `${words.slice(0, CONTEXT)} […] ${words.slice(-CONTEXT)}` : words);
  }

  /**
   * @param {Extract<Passage, {kind: 'differs'}>} passage
   * @param {number} n
   * @param {number} count
   */
  function choiceRow(passage, n, count) {
    const now = proposed(passage);
    const option = (/** @type {Choice} */ choice, /** @type {string} */ title, /** @type {readonly Line[] | null} */ lines) =>
      el('label', { class: `together-side ${choice}` },
        el('span', { class: 'together-name' }, el('input', { type: 'radio', name: `passage-${n}`, value: choice, checked: choice === now }), el('span', {}, title)),
        lines && (lines.length > 0 ? el('span', { class: 'together-words', dir: 'auto' }, wordsOf(lines)) : el('span', { class: 'together-words meta' }, t('text.together.nothing'))));
    return el('fieldset', { class: 'together-row' },
      el('legend', {}, t('text.together.passage', { n: count })),
      el('div', { class: 'together-sides' }, option('theirs', theirs.title, passage.theirs), option('mine', mine.title, passage.mine)),
      passage.theirs.length > 0 && passage.mine.length > 0 && option('both', t('text.together.both'), null));
  }
}

/**
 * @param {HTMLFormElement} form
 * @param {Passage} passage
 * @param {number} n
 * @returns {Choice}
 */
function chosen(form, passage, n) {
  const value = new FormData(form).get(`passage-${n}`);
  return value === 'theirs' || value === 'mine' || value === 'both' ? value : proposed(passage);
}
