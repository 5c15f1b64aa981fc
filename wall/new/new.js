/** Make a symposium: four fields, and then the links that the day begins with. */

/** @import {Page, Problem, Translate} from '../types.js' */
/** @import {Field, Fields} from './fields.js' */
import { enter } from '../elements/door/door.js';
import { fault } from '../elements/fault.js';
import { ScanTest } from '../elements/scan/scan.js';
import { applyTheme } from '../elements/theme.js';
import { el, one } from '../lib/html.js';
import { send } from '../lib/http.js';
import { icon } from '../lib/icon.js';
import { page as readPage, translate } from '../lib/page.js';
import { done } from './done.js';
import { FIELDS, read, shortFrom, wrong } from './fields.js';
import { Preview } from './preview.js';

class New {
  /** The short address follows the title until somebody writes one. */
  #ownShort = false;
  #made = false;

  /**
   * @param {Page} page
   * @param {Translate} t
   */
  constructor(page, t) {
    this.page = page;
    this.t = t;
    this.form = one(document, '#form', HTMLFormElement);
    this.summary = one(document, '#summary', HTMLElement);
    this.submit = one(document, '#submit', HTMLButtonElement);
    this.preview = new Preview(one(document, '#preview', HTMLElement), t, page.lang, location.host);
    one(document, '#short-prefix', HTMLElement).textContent = `${location.host}/`;
    this.#field('date').value = today();
    this.form.addEventListener('input', (event) => this.#typed(event));
    this.form.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#make();
    });
    window.addEventListener('beforeunload', (event) => {
      if (this.#made) event.preventDefault();
    });
    this.preview.render(this.#fields());
  }

  async start() {
    const answer = await send('GET', '/v1/operator');
    if (!answer.ok || answer.data.symposia.length === 0) return;
    const place = one(document, '#existing', HTMLElement);
    place.className = 'card';
    place.hidden = false;
    const items = answer.data.symposia.map((/** @type {{slug: string, title: string}} */ made) => el('li', {}, el('a', { href: `/${made.slug}/organise` }, el('bdi', {}, made.title))));
    place.append(el('h2', {}, this.t('new.existing')), el('ul', { role: 'list', class: 'defaults' }, items));
  }

  /**
   * @param {Field} name
   * @returns {HTMLInputElement}
   */
  #field(name) {
    return one(this.form, `#${name}`, HTMLInputElement);
  }

  /** @returns {Fields} */
  #fields() {
    const [title, hashtags, date, short] = FIELDS.map((name) => this.#field(name).value);
    return read({ title: title ?? '', hashtags: hashtags ?? '', date: date ?? '', short: short ?? '' });
  }

  /** @param {Event} event */
  #typed({ target }) {
    const field = /** @type {HTMLInputElement} */ (target);
    if (field.name === 'short') this.#ownShort = field.value !== '';
    if (field.name === 'title' && !this.#ownShort) {
      this.#field('short').value = shortFrom(field.value);
      this.#tell('short', '');
    }
    this.#tell(/** @type {Field} */ (field.name), '');
    this.#summarise('');
    this.preview.render(this.#fields());
  }

  async #make() {
    const fields = this.#fields();
    const found = wrong(fields);
    if (this.#tellAll(found)) return;
    this.submit.disabled = true;
    this.submit.textContent = this.t('new.making');
    const { lang, languages } = this.page;
    // The first is the one that the wall speaks.
    const spoken = [lang, ...languages.filter((other) => other !== lang)];
    const answer = await send('POST', '/v1/symposia', { ...fields, languages: spoken });
    this.submit.disabled = false;
    this.submit.textContent = this.t('new.make');
    if (answer.ok) await this.#begin(answer.data, fields);
    else this.#refused(answer.problem);
  }

  /**
   * Who made it organises it: with that badge the server draws the codes, and the page of the organiser opens.
   *
   * @param {import('./roles.js').Made} made
   * @param {Fields} fields
   */
  async #begin(made, fields) {
    const token = made.badges['organiser'];
    if (token) await send('PUT', `/v1/symposia/${made.slug}/me`, { token });
    this.#show(made, fields);
  }

  /**
   * @param {import('./roles.js').Made} made
   * @param {Fields} fields
   */
  #show(made, fields) {
    this.#made = true;
    document.querySelector('#make')?.remove();
    const place = one(document, '#done', HTMLElement);
    place.hidden = false;
    place.append(...done({ made, fields, t: this.t, lang: this.page.lang }));
    one(document, '.top-title', HTMLElement).textContent = fields.title;
    document.title = `${fields.title} · Fontein`;
    window.scrollTo(0, 0);
    one(place, 'h1', HTMLElement).focus();
  }

  /** @param {Problem} problem */
  #refused(problem) {
    if (problem.code === 'short-taken') return void this.#tellAll({ short: 'new.error.taken' });
    const field = FIELDS.find((name) => problem.field === `$.${name}` || problem.field?.startsWith(`$.${name}[`));
    if (field) this.#tellAll({ [field]: `new.error.${field}` });
    else this.#summarise(fault(this.t, problem));
  }

  /**
   * @param {Partial<Record<Field, string>>} found
   * @returns {boolean} Whether something is wrong.
   */
  #tellAll(found) {
    for (const name of FIELDS) this.#tell(name, found[name] ? this.t(found[name]) : '');
    const bad = FIELDS.filter((name) => found[name]);
    this.#summarise(bad.length > 0 ? this.t('new.error.summary', { n: bad.length }) : '');
    if (bad[0]) this.#field(bad[0]).focus();
    return bad.length > 0;
  }

  /** @param {string} words */
  #summarise(words) {
    this.summary.replaceChildren(...(words ? [el('p', { class: 'banner card danger' }, icon('warning'), el('span', {}, words))] : []));
  }

  /**
   * @param {Field} name
   * @param {string} words Empty: nothing is wrong.
   */
  #tell(name, words) {
    const place = one(this.form, `#${name}-error`, HTMLElement);
    place.textContent = words;
    place.hidden = words === '';
    if (words) this.#field(name).setAttribute('aria-invalid', 'true');
    else this.#field(name).removeAttribute('aria-invalid');
  }
}

function today() {
  const now = new Date();
  const two = (/** @type {number} */ n) => String(n).padStart(2, '0');
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

applyTheme();
customElements.define('fontein-scan-test', ScanTest);
const page = readPage();
const t = translate();
const { operator = false } = /** @type {{operator?: boolean}} */ (/** @type {unknown} */ (page));
if (await enter(page, t, { roles: [], url: '/v1/operator', known: operator })) await new New(page, t).start();
