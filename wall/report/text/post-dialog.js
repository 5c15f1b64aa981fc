/** @import {Translate} from '../../types.js' */
/** @import {StudioState} from './types.js' */
import { el, one } from '../../lib/html.js';
import { dayTime } from '../../lib/time.js';

/** So many are listed; a word in the field finds the others. */
const MOST = 60;

/**
 * Choose a post to point at: of this session, those that were chosen first; where it has none, of all.
 *
 * @param {object} options
 * @param {Translate} options.t
 * @param {string} options.lang
 * @param {StudioState} options.state
 * @param {string} options.section Empty: of no session.
 * @returns {Promise<string | null>} Its id; null: none.
 */
export async function choosePost({ t, lang, state, section }) {
  const sections = state.draft.sections.filter(({ id }) => id === section).filter(({ posts }) => posts > 0);
  if (sections.length === 0) sections.push(...state.draft.sections);
  await Promise.all(sections.map(({ id }) => state.load(id)));
  const chosen = sections.flatMap((each) => each.chosen);
  const rank = new Map(chosen.map((id, n) => [id, n]));
  const posts = sections.flatMap(({ id }) => [...(state.posts(id)?.values() ?? [])]).filter(({ end }) => end === null)
    .sort((a, b) => (rank.get(a.id) ?? chosen.length) - (rank.get(b.id) ?? chosen.length) || a.at - b.at);
  return new Promise((resolve) => {
    const search = el('input', { class: 'input', type: 'search', id: 'text-post-search', autocomplete: 'off', on: { input: () => draw() } });
    const found = el('ul', { role: 'list', class: 'text-posts' });
    const said = el('p', { class: 'meta', role: 'status' });
    const form = el('form', { method: 'dialog', class: 'stack' },
      el('h2', { id: 'text-post-title' }, t('text.insert.title')), el('p', {}, t('text.insert.why')),
      el('label', { class: 'label', for: 'text-post-search' }, t('text.insert.search')), search, said, found,
      el('button', { class: 'button', value: '', type: 'submit' }, t('cancel')));
    const dialog = el('dialog', { class: 'text-dialog', 'aria-labelledby': 'text-post-title' }, form);
    // Enter in the field is no choice.
    search.addEventListener('keydown', (event) => event.key === 'Enter' && event.preventDefault());
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(dialog.returnValue || null);
    });
    document.body.append(dialog);
    draw();
    dialog.returnValue = '';
    dialog.showModal();
    one(form, 'input', HTMLInputElement).focus();

    function draw() {
      const wanted = fold(search.value);
      const fit = posts.filter(({ text, name, handle }) => fold(`${text} ${name} ${handle}`).includes(wanted));
      said.textContent = fit.length === 0 ? t('text.insert.none') : t('text.insert.found', { n: fit.length });
      found.replaceChildren(...fit.slice(0, MOST).map((post) => el('li', {},
        el('button', { class: 'text-post', type: 'submit', value: post.id },
          el('span', { class: 'meta' }, `${post.name || post.handle || t('author.nameless')} · ${dayTime(lang, post.at / 1_000)}${rank.has(post.id) ? ` · ${t('text.insert.chosen')}` : ''}`),
          el('span', { dir: 'auto', lang: post.lang }, post.text)))));
    }
  });
}

/** Case and accents do not count. @param {string} text */
function fold(text) {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLocaleLowerCase().trim();
}
