/** @import {Translate} from '../types.js' */
/** @import {Wanted} from './asked.js' */
import { el } from '../lib/html.js';

/** Characters; the server counts graphemes, and has the last word. */
const NAME_MAX = 60;
const TEXT_MAX = 500;

/**
 * Who answered, and in a few words what? Both may stay empty: then it was answered, and the report says no more.
 *
 * @param {Translate} t
 * @param {Wanted} question
 * @param {ReadonlyArray<string>} speakers Who may have answered.
 * @param {Map<string, {name: string, text: string}>} drafts By post, what was typed and is not at the server: it comes back when this is opened again.
 * @returns {Promise<{name: string, text: string} | 'not' | null>} `not`: it was not answered after all; null: leave it.
 */
export function askAnswer(t, question, speakers, drafts) {
  return new Promise((resolve) => {
    const { stand, to } = question;
    const answer = drafts.get(question.post) ?? question.answer;
    const suggested = [...new Set([to, ...speakers].filter(Boolean))];
    const name = el('input', { class: 'input', id: 'answer-name', maxlength: NAME_MAX, autocomplete: 'off', list: 'answer-names', autofocus: true, value: answer?.name ?? (suggested.length === 1 ? suggested[0] : to) });
    const text = el('textarea', { class: 'input', id: 'answer-text', rows: 4, maxlength: TEXT_MAX }, answer?.text ?? '');
    const not = stand === 'answered' ? el('button', { class: 'button', value: 'not', type: 'submit' }, t('desk.answer.not')) : null;
    const form = el('form', { method: 'dialog', class: 'stack' },
      el('h2', { id: 'answer-title' }, t('desk.answer.title')), el('p', { class: 'answer-question', dir: 'auto', lang: question.lang }, question.text),
      el('div', { class: 'field' }, el('label', { for: 'answer-name' }, t('desk.answer.name')), name, el('datalist', { id: 'answer-names' }, suggested.map((each) => el('option', { value: each })))),
      el('div', { class: 'field' }, el('label', { for: 'answer-text' }, t('desk.answer.text')), text, el('p', { class: 'hint' }, t('desk.answer.hint'))),
      el('div', { class: 'row ask-choices' }, el('button', { class: 'button primary', value: 'save', type: 'submit' }, t('desk.asked.answered')), not, el('button', { class: 'button', value: '', type: 'submit' }, t('cancel'))));
    const dialog = el('dialog', { class: 'panel', 'aria-labelledby': 'answer-title' }, form);
    dialog.addEventListener('keydown', (event) => {
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) dialog.close('save');
    });
    dialog.addEventListener('close', () => {
      dialog.remove();
      const { returnValue } = dialog;
      const typed = { name: name.value.trim(), text: text.value.trim() };
      if (returnValue !== 'not' && typed.text) drafts.set(question.post, typed);
      resolve(returnValue === 'save' ? typed : returnValue === 'not' ? 'not' : null);
    });
    document.body.append(dialog);
    dialog.returnValue = '';
    dialog.showModal();
  });
}
