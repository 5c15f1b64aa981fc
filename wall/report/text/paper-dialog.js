/** @import {Paper, Translate} from '../../types.js' */
import { el, one } from '../../lib/html.js';
import { send } from '../../lib/http.js';

/** Of a place in a paper: the server reads so many characters. */
const MAX_PLACE = 80;

/**
 * Choose a paper to refer to, and where in it.
 *
 * @param {object} options
 * @param {Translate} options.t
 * @param {string} options.api
 * @param {string} options.session Its papers come first; empty: of no session.
 * @returns {Promise<{code: string, place: string} | null>} null: none.
 */
export async function choosePaper({ t, api, session }) {
  const answer = await send('GET', `${api}/papers`);
  const papers = (answer.ok ? /** @type {readonly Paper[]} */ (answer.data.papers) : []).filter(({ open }) => open)
    .toSorted((a, b) => Number(b.session === session) - Number(a.session === session));
  return new Promise((resolve) => {
    const place = el('input', { class: 'input', id: 'text-paper-place', maxlength: MAX_PLACE, autocomplete: 'off', 'aria-describedby': 'text-paper-hint' });
    const form = el('form', { method: 'dialog', class: 'stack' },
      el('h2', { id: 'text-paper-title' }, t('text.paper.title')), el('p', {}, t('text.paper.why')),
      el('div', {}, el('label', { class: 'label', for: 'text-paper-place' }, t('text.paper.place')), place, el('p', { class: 'hint', id: 'text-paper-hint' }, t('text.paper.place-hint'))),
      papers.length === 0 && el('p', { class: 'meta' }, t(answer.ok ? 'text.paper.none' : 'fault.offline')),
      el('ul', { role: 'list', class: 'text-posts' }, papers.map((paper) => el('li', {}, el('button', { class: 'text-post', type: 'submit', value: paper.code ?? paper.id },
        el('span', { dir: 'auto' }, paper.title), el('span', { class: 'meta' }, paper.authors.join(', ')))))),
      el('button', { class: 'button', value: '', type: 'submit' }, t('cancel')));
    const dialog = el('dialog', { class: 'text-dialog', 'aria-labelledby': 'text-paper-title' }, form);
    // Enter in the field is no choice.
    place.addEventListener('keydown', (event) => event.key === 'Enter' && event.preventDefault());
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(dialog.returnValue ? { code: dialog.returnValue, place: place.value } : null);
    });
    document.body.append(dialog);
    dialog.returnValue = '';
    dialog.showModal();
    one(form, 'input', HTMLInputElement).focus();
  });
}
