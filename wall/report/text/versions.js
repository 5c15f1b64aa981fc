/** @import {Page, Translate} from '../../types.js' */
/** @import {StudioState, Version} from './types.js' */
import { fault } from '../../elements/fault.js';
import { el } from '../../lib/html.js';
import { send } from '../../lib/http.js';
import { icon } from '../../lib/icon.js';
import { versionView } from './version-view.js';

/**
 * The list of versions below a heading of level 2, newest first, with their files. It looks again when the draft
 * has another one, or lost one.
 *
 * @param {object} parts
 * @param {HTMLElement} parts.root
 * @param {Page} parts.page
 * @param {Translate} parts.t
 * @param {StudioState} parts.state
 */
export function makeVersions({ root, page, t, state }) {
  let known = '';
  let turn = 0;
  root.classList.add('versions');
  state.subscribe(() => {
    const now = JSON.stringify(state.draft?.versions ?? []);
    if (now !== known) void look();
  });
  void look();

  async function look() {
    known = JSON.stringify(state.draft?.versions ?? []);
    const asked = (turn += 1);
    const answer = await send('GET', `${page.api}/report/versions`);
    if (asked !== turn) return; // a later answer is under way
    if (!answer.ok) {
      root.replaceChildren(el('p', { class: 'banner card warn', role: 'alert' }, icon('warning'), el('span', {}, fault(t, answer.problem)),
        el('button', { class: 'button', type: 'button', on: { click: () => void look() } }, t('try-again'))));
      return;
    }
    const all = /** @type {readonly Version[]} */ (answer.data.versions);
    const list = el('ol', { role: 'list', class: 'version-list' }, all.map((version) => el('li', {}, el('h4', {}, t('version.title', { n: version.number })), versionView(version, { t, lang: page.lang, api: page.api }))));
    root.replaceChildren(el('h3', {}, t('version.list')), el('p', { class: 'meta' }, t(all.length > 0 ? 'version.why' : 'version.none')), all.length > 0 ? list : '');
  }
}
