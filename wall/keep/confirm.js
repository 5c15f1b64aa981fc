import { el } from '../lib/html.js';

/**
 * Ask before something goes for good: what will happen, a box to tick, and only then the button. The focus is on the way
 * out, so that no single key means yes.
 *
 * @param {object} question
 * @param {string} question.title
 * @param {readonly string[]} question.points What will happen.
 * @param {string} question.sure Beside the box.
 * @param {string} question.yes
 * @param {string} question.no
 * @returns {Promise<boolean>}
 */
export function confirmForGood({ title, points, sure, yes, no }) {
  return new Promise((resolve) => {
    const go = el('button', { class: 'button danger', value: 'yes', type: 'submit', disabled: true }, yes);
    const box = el('input', { type: 'checkbox', on: { change: () => go.toggleAttribute('disabled', !box.checked) } });
    // Enter in a form presses its first button: that one says no.
    const out = el('button', { class: 'button', value: '', type: 'submit', autofocus: true }, no);
    const form = el('form', { method: 'dialog', class: 'stack' },
      el('h2', { id: 'confirm-title' }, title),
      el('ul', { id: 'confirm-points' }, points.map((point) => el('li', {}, point))),
      el('label', { class: 'check' }, box, sure),
      el('div', { class: 'row ask-choices' }, out, go));
    const dialog = el('dialog', { class: 'ask', 'aria-labelledby': 'confirm-title', 'aria-describedby': 'confirm-points' }, form);
    dialog.addEventListener('close', () => {
      const chosen = dialog.returnValue === 'yes' && box.checked;
      dialog.remove();
      resolve(chosen);
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
