/** The day again: a wall in a frame, and what plays it. For organisers, moderators and the report's authors. */

import { enter } from '../elements/door/door.js';
import { fault } from '../elements/fault.js';
import { applyTheme } from '../elements/theme.js';
import { page as readPage, translate } from '../lib/page.js';
import { Notices } from './notices.js';
import { Recording } from './recording.js';
import { ReplayPage } from './view.js';

applyTheme();
const page = readPage();
const t = translate();

if (await enter(page, t, { roles: ['organiser', 'moderator', 'author'] })) {
  const notices = new Notices(t);
  const recording = new Recording(page.api);
  notices.wait();
  const problem = await recording.load();
  notices.clear();
  if (problem) notices.warn(fault(t, problem), { again: () => location.reload() });
  else if (!recording.facts?.days.length) notices.note(t('replay.nothing'));
  else new ReplayPage(recording, { page, t, notices }).start();
}
