/** The page of the report: have a file made, and save it. Without this script the same buttons lead to the same files. */

/** @import {Page, Translate} from '../types.js' */
import { enter } from '../elements/door/door.js';
import { fault } from '../elements/fault.js';
import { el, one } from '../lib/html.js';
import { send } from '../lib/http.js';
import { icon } from '../lib/icon.js';
import { page as readPage, translate } from '../lib/page.js';
import { applyTheme } from '../elements/theme.js';

/** The archive holds all photos: the browser saves it while it comes in, rather than holding it whole. */
const STREAMED = 'as2';
const TIMEOUT_MS = 330_000;

/**
 * @param {Page} page
 * @param {Translate} t
 */
function start(page, t) {
  const form = one(document, '#files', HTMLFormElement);
  const said = one(document, '#said', HTMLElement);
  const notices = one(document, '#notices', HTMLElement);
  const buttons = [...form.querySelectorAll('button')];
  form.dataset.ready = '';
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
    const answer = await send('GET', `${page.api}/report?${query}`, undefined, { timeoutMs: TIMEOUT_MS, headers: { Accept: '*/*' } });
    for (const each of buttons) each.removeAttribute('aria-disabled');
    said.textContent = answer.ok ? t('report.made') : '';
    if (answer.ok) save(answer.data, `${page.slug}-${t('report.name')}-${button.value}`.replace(/-(?=\w+$)/, '.'));
    else notices.replaceChildren(el('p', { class: 'banner card danger', role: 'alert' }, icon('warning'), el('span', {}, fault(t, answer.problem))));
  });
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

applyTheme();
const page = readPage();
const t = translate();
if (await enter(page, t, { roles: ['organiser', 'author'] })) start(page, t);
