/** Keep and forget: what is kept until when, how long, who is erased, and what an organisation writes down about it. */

/** @import {Page, Problem, Translate} from '../types.js' */
/** @import {Keeping} from './due.js' */
import { enter } from '../elements/door/door.js';
import { fault as faultOf } from '../elements/fault.js';
import { applyTheme } from '../elements/theme.js';
import { el, one } from '../lib/html.js';
import { send } from '../lib/http.js';
import { icon } from '../lib/icon.js';
import { page as readPage, translate } from '../lib/page.js';
import { ServerClock } from '../lib/time.js';
import { ErasePart } from './erase-part.js';
import { fetchFile } from './file.js';
import { HoldPart } from './hold-part.js';
import { NoticesPart } from './notices-part.js';
import { PeriodsPart } from './periods-part.js';
import { TimelinePart } from './timeline-part.js';
import { Words } from './words.js';

/** What goes by itself goes each minute. */
const LOAD_MS = 60_000;
const TICK_MS = 10_000;

class KeepPage {
  /** @type {Keeping | null} */
  #keeping = null;
  #clock = new ServerClock();

  /**
   * @param {Page} page
   * @param {Translate} t
   */
  constructor(page, t) {
    this.page = page;
    this.t = t;
    const { api, slug } = page;
    const words = new Words(t, page.lang);
    const fault = (/** @type {Problem} */ problem) => faultOf(t, problem);
    const changed = (/** @type {Keeping} */ keeping) => this.#take(keeping);
    this.noticesRoot = one(document, '#notices', HTMLElement);
    this.notices = new NoticesPart(this.noticesRoot, words, slug);
    this.timeline = new TimelinePart(one(document, '#timeline', HTMLElement), one(document, '#countdown', HTMLElement), words);
    this.periods = new PeriodsPart(one(document, '#periods', HTMLFormElement), { words, api, changed, fault });
    this.hold = new HoldPart(one(document, '#hold-form', HTMLFormElement), { words, api, changed, fault });
    this.erase = new ErasePart(document, { words, api, slug, changed: () => void this.load(), fault });
    this.out = one(document, '#out', HTMLElement);
    papers(one(document, '#papers', HTMLFormElement), page, t);
  }

  async start() {
    await this.load();
    window.setInterval(() => void this.load(), LOAD_MS);
    window.setInterval(() => this.#draw(), TICK_MS);
    window.addEventListener('beforeunload', (event) => {
      if (this.periods.dirty || this.hold.dirty) event.preventDefault();
    });
  }

  async load() {
    const answer = await send('GET', `${this.page.api}/keeping`);
    if (answer.ok) this.#take(answer.data);
    else if (this.#keeping === null) {
      this.noticesRoot.replaceChildren(el('p', { class: 'banner card danger', role: 'alert' }, icon('warning'), el('span', {}, faultOf(this.t, answer.problem))));
    }
  }

  /** @param {Keeping} keeping */
  #take(keeping) {
    this.#clock.set(keeping.now);
    this.#keeping = keeping;
    this.#draw();
  }

  #draw() {
    const keeping = this.#keeping;
    if (!keeping) return;
    const now = this.#clock.now() * 1000;
    for (const part of [this.notices, this.timeline, this.periods, this.hold]) part.render(keeping, now);
    this.erase.render(keeping);
    this.out.textContent = keeping.suppressed ? this.t('keep.out.count', { n: keeping.suppressed }) : this.t('keep.out.none');
    document.body.dataset.ready = '';
  }
}

/**
 * Register, DPIA and notice, as files.
 *
 * @param {HTMLFormElement} form
 * @param {Page} page
 * @param {Translate} t
 */
function papers(form, page, t) {
  const said = one(form, '#papers-said', HTMLElement);
  const buttons = [...form.querySelectorAll('button')];
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const button = /** @type {HTMLButtonElement} */ (event.submitter);
    if (button.getAttribute('aria-disabled') === 'true') return;
    const [kind = '', format = ''] = button.value.split('.');
    const lang = String(new FormData(form).get('lang'));
    said.textContent = t('keep.papers.making', { what: t(`keep.papers.${kind}`), format: format.toUpperCase() });
    for (const each of buttons) each.setAttribute('aria-disabled', 'true');
    const problem = await fetchFile(`${page.api}/documents/${kind}?format=${format}&lang=${lang}`, `${page.slug}-${kind}-${lang}.${format}`);
    for (const each of buttons) each.removeAttribute('aria-disabled');
    said.textContent = problem ? faultOf(t, problem) : t('keep.papers.made');
  });
}

applyTheme();
const page = readPage();
const t = translate();
if (await enter(page, t, { roles: ['organiser'] })) await new KeepPage(page, t).start();
