/** @import {Page, Role, Translate} from '../../types.js' */
import { handIn, offer } from '../../lib/badge.js';
import { el, one } from '../../lib/html.js';

/**
 * Who may come in. A link carries a badge in its fragment: it is handed in once, and the page comes again with it. Without
 * a badge, or with one for another page, the page explains what is needed and takes a pasted link.
 *
 * Usage: the template includes `elements/door/door.html`, and its entry file starts with
 * `if (await enter(page(), translate(), {roles: ['moderator', 'organiser']})) start();`
 *
 * @param {Page} page
 * @param {Translate} t
 * @param {object} options
 * @param {readonly Role[]} options.roles Whose badge opens it; empty for the operator's page, which knows no badges.
 * @param {string} [options.url] Takes the badge; by default that of the symposium.
 * @param {boolean} [options.known] Whether the server knows the reader already; by default by the badge.
 * @returns {Promise<boolean>} Whether the page may start.
 */
export async function enter(page, t, { roles, url = `${page.api}/me`, known = page.badge !== null && roles.includes(page.badge.role) }) {
  const door = one(document, '#door', HTMLElement);
  const handed = await handIn(url);
  if (handed === 'accepted') {
    location.reload();
    return false;
  }
  if (handed === 'none' && known) return true;
  open(door, t, url);
  if (handed !== 'none') say(door, t(handed.status === 0 ? 'door.offline' : 'door.refused'));
  else if (page.badge) say(door, t('door.role'));
  return false;
}

/**
 * @param {HTMLElement} door
 * @param {Translate} t
 * @param {string} url
 */
function open(door, t, url) {
  for (const part of document.querySelectorAll('[data-behind-door]')) part.toggleAttribute('hidden', true);
  door.hidden = false;
  const field = one(door, 'input', HTMLInputElement);
  one(door, 'form', HTMLFormElement).addEventListener('submit', async (event) => {
    event.preventDefault();
    if (!field.value.trim()) return refuse(door, field, t('door.empty'));
    const answer = await offer(url, field.value);
    if (answer === 'accepted') return location.reload();
    refuse(door, field, t(answer.status === 0 ? 'door.offline' : 'door.refused'));
  });
}

/**
 * @param {HTMLElement} door
 * @param {HTMLInputElement} field
 * @param {string} words
 */
function refuse(door, field, words) {
  say(door, words);
  field.setAttribute('aria-invalid', 'true');
  field.focus();
}

/**
 * @param {HTMLElement} door
 * @param {string} words
 */
function say(door, words) {
  one(door, '[role="alert"]', HTMLElement).replaceChildren(el('p', { class: 'error' }, words));
}
