import { Live } from '../live.js';
import { one } from '../lib/html.js';
import { page, translate } from '../lib/page.js';
import { keepShell } from '../lib/worker.js';
import { PostList } from './list.js';

const told = page();
const live = new Live(told.api, 'wall');
new PostList(one(document, '#list', HTMLElement), live, { t: translate(), lang: told.lang, symposium: told.symposium });
live.start();
void keepShell();
