/** @import {Problem, Translate} from '../types.js' */
import { fault } from '../elements/fault.js';
import { el } from '../lib/html.js';

const FORMS = /** @type {const} */ (['paper', 'slides', 'handout', 'link']);

/**
 * @typedef {object} Draft
 * @property {string} title
 * @property {readonly string[]} authors
 * @property {string} abstract
 * @property {string} form
 * @property {boolean} embargo
 * @property {string | null} session
 * @property {string} link
 */

/**
 * Ask what there is to say of a paper, in a dialog that stays until it is saved or left.
 *
 * @param {object} given
 * @param {Translate} given.t
 * @param {readonly {id: string, title: string}[] | null} given.sessions To choose from; null: its session stays.
 * @param {Draft} given.start
 * @param {boolean} given.isNew
 * @param {(body: Record<string, unknown>) => Promise<Problem | null>} given.save
 * @returns {Promise<boolean>} Whether something was saved.
 */
export function editPaper({ t, sessions, start, isNew, save }) {
  return new Promise((resolve) => {
    const title = el('input', { class: 'input', id: 'paper-title', required: true, maxlength: 400, dir: 'auto', value: start.title });
    const authors = el('textarea', { class: 'input', id: 'paper-authors', rows: 3, dir: 'auto', 'aria-describedby': 'paper-authors-hint' }, start.authors.join('\n'));
    const abstract = el('textarea', { class: 'input', id: 'paper-abstract', rows: 5, dir: 'auto' }, start.abstract);
    const form = el('select', { class: 'input', id: 'paper-form' }, FORMS.map((each) => el('option', { value: each, selected: each === start.form }, t(`shelf.form.${each}`))));
    const link = el('input', { class: 'input', id: 'paper-link', type: 'url', inputmode: 'url', placeholder: 'https://', value: start.link, 'aria-describedby': 'paper-fault' });
    const session = el('select', { class: 'input', id: 'paper-session' }, (sessions ?? []).map(({ id, title: name }) => el('option', { value: id, selected: id === (start.session ?? '') }, name)));
    const embargo = el('input', { type: 'checkbox', checked: start.embargo });
    const wrong = el('p', { class: 'error', id: 'paper-fault', role: 'alert' });
    const linkField = field(t('shelf.link'), 'paper-link', link);
    const chosen = () => (sessions ? session.value || null : start.session);
    const match = () => {
      linkField.hidden = form.value !== 'link';
      embargo.disabled = chosen() === null;
      if (embargo.disabled) embargo.checked = false;
    };
    const body = () => ({
      title: title.value.trim(),
      authors: authors.value.split('\n').map((name) => name.trim()).filter(Boolean),
      abstract: abstract.value.trim(),
      form: form.value,
      embargo: embargo.checked,
      session: chosen(),
      link: form.value === 'link' ? link.value.trim() : '',
    });
    const dialog = el('dialog', { class: 'ask paper-dialog', 'aria-labelledby': 'paper-dialog-title' });
    const submit = async () => {
      if (!title.value.trim()) return say(wrong, t('shelf.no-title'), title);
      if (form.value === 'link' && !/^https?:\/\/\S+$/i.test(link.value.trim())) return say(wrong, t('shelf.bad-link'), link);
      const problem = await save(body());
      if (problem) return say(wrong, fault(t, problem), title);
      dialog.close('saved');
    };
    dialog.append(el('form', { class: 'stack', novalidate: true, on: { submit: (event) => { event.preventDefault(); void submit(); } } },
      el('h2', { id: 'paper-dialog-title' }, t(isNew ? 'shelf.new' : 'shelf.edit')),
      field(t('shelf.paper-title'), 'paper-title', title),
      field(t('shelf.authors'), 'paper-authors', authors, el('p', { class: 'hint', id: 'paper-authors-hint' }, t('shelf.authors-hint'))),
      field(t('shelf.abstract'), 'paper-abstract', abstract),
      el('div', { class: 'add-fields' }, field(t('shelf.form'), 'paper-form', form), sessions ? field(t('shelf.session'), 'paper-session', session) : null),
      linkField,
      el('label', { class: 'check' }, embargo, t('shelf.embargo')),
      wrong,
      el('div', { class: 'row' }, el('button', { class: 'button primary', type: 'submit' }, t('save')), el('button', { class: 'button', type: 'button', on: { click: () => dialog.close('') } }, t('cancel')))));
    form.addEventListener('change', match);
    session.addEventListener('change', match);
    match();
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(dialog.returnValue === 'saved');
    });
    document.body.append(dialog);
    dialog.showModal();
    title.focus();
  });
}

/**
 * @param {HTMLElement} place
 * @param {string} words
 * @param {HTMLElement} mend Where it is put right.
 */
function say(place, words, mend) {
  place.textContent = words;
  mend.setAttribute('aria-invalid', 'true');
  mend.focus();
}

/**
 * @param {string} label
 * @param {string} id
 * @param {HTMLElement} input
 * @param {HTMLElement | null} [hint]
 */
function field(label, id, input, hint = null) {
  return el('div', { class: 'field' }, el('label', { for: id }, label), input, hint);
}
