import { Live } from '../live.js';
import { one } from '../lib/html.js';
import { page, translate } from '../lib/page.js';
import { keepShell } from '../lib/worker.js';
import { Asked } from './asked.js';
import { PostList } from './list.js';

const told = page();
const live = new Live(told.api, 'wall');
new Asked(one(document, '#asked', HTMLElement), live, { t: translate(), lang: told.lang });
new PostList(one(document, '#list', HTMLElement), live, { t: translate(), lang: told.lang, symposium: told.symposium });
live.start();
void keepShell();
