import { el } from '../lib/html.js';

/**
 * Ask a question in a dialog.
 *
 * @template {string} T
 * @param {object} question
 * @param {string} question.title
 * @param {string} question.text
 * @param {ReadonlyArray<{value: T, label: string, class?: string}>} question.choices The first one gets the focus.
 * @param {string} question.cancel Label of the way out.
 * @returns {Promise<T | null>} null: not, or Escape.
 */
export function ask({ title, text, choices, cancel }) {
  return new Promise((resolve) => {
    const heading = el('h2', { id: 'ask-title' }, title);
    const body = el('p', { id: 'ask-text' }, text);
    const buttons = choices.map(({ value, label, class: kind = '' }, n) =>
      el('button', { class: `button ${kind}`, value, type: 'submit', autofocus: n === 0 }, label));
    const out = el('button', { class: 'button', value: '', type: 'submit' }, cancel);
    const form = el('form', { method: 'dialog', class: 'stack' }, heading, body, el('div', { class: 'row ask-choices' }, buttons, out));
    const dialog = el('dialog', { class: 'ask', 'aria-labelledby': 'ask-title', 'aria-describedby': 'ask-text' }, form);
    dialog.addEventListener('close', () => {
      const chosen = choices.find((choice) => choice.value === dialog.returnValue);
      dialog.remove();
      resolve(chosen ? chosen.value : null);
    });
    document.body.append(dialog);
    dialog.returnValue = '';
    dialog.showModal();
  });
}
