/** The organiser's page of codes: what to print, of which codes, how it will look; and how far the screen's codes are read. */

/** @import {Page, Problem, Translate} from '../types.js' */
/** @import {Code} from './order.js' */
import { enter } from '../elements/door/door.js';
import { fault } from '../elements/fault.js';
import { el, one } from '../lib/html.js';
import { send } from '../lib/http.js';
import { icon } from '../lib/icon.js';
import { page as readPage, translate } from '../lib/page.js';
import { applyTheme } from '../elements/theme.js';
import { OrderForm } from './form.js';
import { Preview } from './preview.js';
import { ReachPart } from './reach.js';

/**
 * @param {Page} page
 * @param {Translate} t
 */
async function start(page, t) {
  const place = (/** @type {string} */ id) => one(document, `#${id}`, HTMLElement);
  const notices = place('notices');
  const failed = (/** @type {Problem} */ problem) => notices.replaceChildren(banner('danger', fault(t, problem)));
  new ReachPart(place('reach'), { api: page.api, t, lang: page.lang });
  const answer = await send('GET', `${page.api}/codes?lang=${page.lang}`);
  if (!answer.ok) return failed(answer.problem);
  if (answer.data.loopback) notices.replaceChildren(banner('warn', t('refused.no-address')));
  const codes = /** @type {Code[]} */ (answer.data.codes);
  const preview = new Preview(place('preview'), { page, t });
  const form = new OrderForm(one(document, '#order', HTMLFormElement), {
    page, t, codes, most: answer.data.limits.targets, failed: (problem) => problem ? failed(problem) : notices.replaceChildren(), sum: place('sum'), said: place('said'),
    changed: (order) => { if (!answer.data.loopback) preview.show(order); },
  });
  form.start();
}

/**
 * @param {'warn' | 'danger'} kind
 * @param {string} words
 */
function banner(kind, words) {
  return el('p', { class: `banner card ${kind}`, role: 'alert' }, icon('warning'), el('span', {}, words));
}

applyTheme();
const page = readPage();
const t = translate();
if (await enter(page, t, { roles: ['organiser'] })) await start(page, t);
