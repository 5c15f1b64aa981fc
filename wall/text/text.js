import { Live } from '../live.js';
import { one } from '../lib/html.js';
import { page, translate } from '../lib/page.js';
import { keepShell } from '../lib/worker.js';
import { Asked } from './asked.js';
import { PostList } from './list.js';

const told = page();
const live = new Live(told.api, 'wall');
const asked = one(document, '#asked', HTMLElement);
new Asked(asked, live, { t: translate(), lang: told.lang });
new PostList(one(document, '#list', HTMLElement), live, { t: translate(), lang: told.lang, symposium: told.symposium });
// What the hall is asked stands under the page's heading too.
asked.before(one(document, '.list-head', HTMLElement));
live.start();
void keepShell();
