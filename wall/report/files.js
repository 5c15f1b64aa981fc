/** The files of the report: have one made as it stands now, and save it. Without this script the same buttons lead to the same files. */

/** @import {Page, Translate} from '../types.js' */
/** @import {State} from './state.js' */
import { fault } from '../elements/fault.js';
import { el, one } from '../lib/html.js';
import { send } from '../lib/http.js';
import { icon } from '../lib/icon.js';

/** The archive holds all photos: the browser saves it while it comes in, rather than holding it whole. */
const STREAMED = 'as2';
const TIMEOUT_MS = 330_000;

/**
 * @param {Page} page
 * @param {Translate} t
 * @param {State} state
 * @param {{before: () => Promise<unknown>}} parts `before`: what must be saved first, so that it is in the file.
 * @returns {() => void} Opens the part, as a dialog.
 */
export function makeFiles(page, t, state, { before }) {
  const part = one(document, '#files-part', HTMLElement);
  const form = one(part, '#files', HTMLFormElement);
  const said = one(part, '#said', HTMLElement);
  const notices = one(part, '#files-notices', HTMLElement);
  const buttons = [...form.querySelectorAll('button')];
  const dialog = el('dialog', { class: 'panel files-panel', 'aria-labelledby': 'files-title' }, part, el('form', { method: 'dialog', class: 'row ask-choices' }, el('button', { class: 'button', type: 'submit' }, t('close'))));
  document.body.append(dialog);
  form.dataset['ready'] = '';
  form.addEventListener('submit', async (event) => {
    const button = /** @type {HTMLButtonElement} */ (event.submitter);
    if (button.value === STREAMED) return;
    event.preventDefault();
    if (button.getAttribute('aria-disabled') === 'true') return;
    const names = new FormData(form, button);
    const query = new URLSearchParams([...names].map(([name, value]) => [name, String(value)]));
    notices.replaceChildren();
    said.textContent = t('report.making', { format: button.textContent ?? '' });
    for (const each of buttons) each.setAttribute('aria-disabled', 'true');
    await before();
    const answer = await send('GET', `${page.api}/report?${query}`, undefined, { timeoutMs: TIMEOUT_MS, headers: { Accept: '*/*' } });
    for (const each of buttons) each.removeAttribute('aria-disabled');
    said.textContent = answer.ok ? t('report.made') : '';
    if (answer.ok) save(answer.data, `${page.slug}-${t('report.name')}-${button.value}`.replace(/-(?=\w+$)/, '.'));
    const unasked = answer.ok ? answer.headers?.get('Fontein-Unasked') : null;
    if (unasked) notices.replaceChildren(el('p', { class: 'banner card warn', role: 'status' }, icon('warning'), el('span', {}, t('report.unasked', { networks: unasked.replaceAll(' ', ', ') }))));
    if (!answer.ok) notices.replaceChildren(el('p', { class: 'banner card danger', role: 'alert' }, icon('warning'), el('span', {}, fault(t, answer.problem))));
  });
  return () => {
    said.textContent = '';
    notices.replaceChildren();
    choose(form, 'names', state.draft.names);
    choose(form, 'lang', state.draft.lang || page.lang);
    dialog.showModal();
  };
}

/**
 * @param {HTMLFormElement} form
 * @param {string} name
 * @param {string} value
 */
function choose(form, name, value) {
  for (const radio of form.querySelectorAll('input')) if (radio.name === name) radio.checked = radio.value === value;
}

/**
 * @param {Blob} file
 * @param {string} name
 */
function save(file, name) {
  const link = el('a', { href: URL.createObjectURL(file), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
