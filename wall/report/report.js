/** The report's page: its studio, for who has an author's or the organiser's link. Without this script it still gives files. */

import { enter } from '../elements/door/door.js';
import { fault } from '../elements/fault.js';
import { applyTheme } from '../elements/theme.js';
import { el, one } from '../lib/html.js';
import { icon } from '../lib/icon.js';
import { page as readPage, translate } from '../lib/page.js';
import { makeFiles } from './files.js';
import { State } from './state.js';
import { Studio } from './studio.js';
import { makeVersions } from './text/versions.js';
import { makeWriting } from './text/writing.js';

applyTheme();
const page = readPage();
const t = translate();

if (await enter(page, t, { roles: ['organiser', 'author'] })) {
  const state = new State(page);
  const problem = await state.start();
  if (problem) {
    const again = el('button', { class: 'button', type: 'button', on: { click: () => location.reload() } }, t('try-again'));
    one(document, '#notices', HTMLElement).replaceChildren(el('div', { class: 'banner danger', role: 'alert' }, icon('warning', 'small'), el('p', {}, fault(t, problem)), again));
  } else {
    const writing = makeWriting({ root: one(document, '#writing', HTMLElement), page, t, state });
    const open = makeFiles(page, t, state, { before: () => writing.flush() });
    let versions = false;
    const files = () => {
      if (!versions) makeVersions({ root: one(document, '#versions', HTMLElement), page, t, state });
      versions = true;
      open();
    };
    new Studio({ page, t, state, writing, files }).start();
  }
}
