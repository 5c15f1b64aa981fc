/** @import {Answer, Translate} from '../types.js' */
/** @import {Told} from './difference.js' */
import { fault } from '../elements/fault.js';
import { switchButton } from '../elements/switch.js';
import { el } from '../lib/html.js';
import { send } from '../lib/http.js';
import { icon } from '../lib/icon.js';
import { dayTime } from '../lib/time.js';
import { differenceView } from './difference-view.js';

/** A large file over a bad line, and an address that answers slowly. In ms. */
const TIMEOUT_MS = 60_000;
const MAX_BYTES = 10 * 1024 * 1024;
/** How often the address is asked after, and how often right after a change. In ms. */
const LOOK_MS = 60_000;
const SOON_MS = 1_500;

/**
 * @typedef {object} Import What the server read, and what taking it over would change.
 * @property {string} import
 * @property {string} version
 * @property {number} sessions
 * @property {Told} difference
 * @property {readonly {code: string, count: number, example: string}[]} warnings
 *
 * @typedef {object} Following
 * @property {string | null} url
 * @property {number | null} checkedAt µs.
 * @property {string | null} error
 * @property {string | null} code
 * @property {boolean} private
 * @property {Import | null} update
 */

/** A programme from a file or an address: read, looked at, and only then taken over. */
export class ImportPart {
  #found = el('div', { class: 'import-found' });
  #follow = el('div', { class: 'follow', role: 'status' });
  #error = el('p', { class: 'error', id: 'import-error', role: 'alert' });
  #url;
  #switch;
  #now;
  #timer = 0;

  /**
   * @param {HTMLElement} root
   * @param {object} parts
   * @param {string} parts.api
   * @param {Translate} parts.t
   * @param {string} parts.lang
   * @param {() => boolean} parts.isUnsaved
   * @param {(seq: number) => void} parts.taken
   */
  constructor(root, { api, t, lang, isUnsaved, taken }) {
    this.api = api;
    this.t = t;
    this.lang = lang;
    this.isUnsaved = isUnsaved;
    this.taken = taken;
    this.#url = el('input', { class: 'input', type: 'url', id: 'import-url', autocomplete: 'off', spellcheck: 'false', 'aria-describedby': 'import-error' });
    this.#switch = switchButton(t('follow.label'), false, (on) => void this.#turn(on));
    this.#switch.id = 'follow';
    this.#now = el('button', { class: 'button quiet', type: 'button', id: 'follow-now', hidden: true, on: { click: () => void this.#turn(true) } }, t('follow.now'));
    root.append(el('div', { class: 'import-ways' }, this.#fileWay(), this.#addressWay()), this.#error, this.#found);
  }

  start() {
    void this.#look();
  }

  focusFile() {
    document.getElementById('import-file')?.focus();
  }

  focusAddress() {
    this.#url.focus();
  }

  #fileWay() {
    const { t } = this;
    const input = el('input', { type: 'file', id: 'import-file', class: 'visually-hidden', accept: '.json,.xml,.ics,application/json,text/xml,application/xml,text/calendar' });
    const label = el('label', { class: 'button', for: 'import-file' }, icon('paper', 'small'), t('import.file'));
    const drop = el('div', { class: 'drop' }, input, label, el('p', {}, t('import.drop')), el('p', { class: 'meta' }, t('import.formats')));
    input.addEventListener('change', () => {
      void this.#file(input.files?.[0]);
      input.value = '';
    });
    const over = (/** @type {boolean} */ on) => (/** @type {DragEvent} */ event) => {
      event.preventDefault();
      drop.classList.toggle('over', on);
    };
    drop.addEventListener('dragover', over(true));
    drop.addEventListener('dragleave', over(false));
    drop.addEventListener('drop', (event) => {
      over(false)(event);
      void this.#file(event.dataTransfer?.files[0]);
    });
    return drop;
  }

  #addressWay() {
    const { t } = this;
    const form = el('form', { class: 'address stack', novalidate: true },
      el('div', { class: 'field' }, el('label', { for: 'import-url' }, t('import.address')), el('div', { class: 'address-row' }, this.#url, el('button', { class: 'button', type: 'submit', id: 'import-fetch' }, t('import.fetch')))),
      el('div', { class: 'follow-row' }, this.#switch, el('div', {}, el('p', { class: 'label' }, t('follow.label')), el('p', { class: 'meta' }, t('follow.what')))),
      el('div', { class: 'row' }, this.#follow, this.#now));
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      const url = this.#address();
      if (url) void this.#read({ url });
    });
    return form;
  }

  /** What stands in the field; where that is no address, that is said. */
  #address() {
    const url = this.#url.value.trim();
    const isOne = /^https?:\/\/[^\s]+$/i.test(url);
    this.#url.setAttribute('aria-invalid', String(!isOne));
    this.#say(isOne ? '' : this.t('import.fetch-empty'));
    if (!isOne) this.#url.focus();
    return isOne ? url : null;
  }

  // --- reading and taking over -----------------------------------------------------------------------------------------

  /** @param {File | undefined} file */
  async #file(file) {
    if (!file) return;
    if (file.size > MAX_BYTES) return this.#say(this.t('refused.too-large'));
    await this.#read(file);
  }

  /** @param {File | {url: string}} what */
  async #read(what) {
    this.#say('');
    this.#found.replaceChildren(el('p', { class: 'meta', role: 'status' }, this.t('import.busy')));
    // As it is: what the file is, the server sees from its content.
    const body = what instanceof File ? new Blob([what], { type: 'application/octet-stream' }) : what;
    const answer = /** @type {Answer<Import>} */ (await send('POST', `${this.api}/programme/imports`, body, { timeoutMs: TIMEOUT_MS }));
    this.#found.replaceChildren();
    if (!answer.ok) return this.#say(fault(this.t, answer.problem));
    this.#show(answer.data);
  }

  /** @param {Import} found */
  #show(found) {
    const { t, lang } = this;
    const { sessions, warnings, difference } = found;
    const title = el('h3', { tabindex: '-1', id: 'found-title' }, t('import.found', { n: sessions }));
    const take = el('button', { class: 'button primary', type: 'button', id: 'import-take', on: { click: () => void this.#take(found.import, take) } }, t('import.take'));
    this.#found.replaceChildren(el('section', { class: 'card stack', 'aria-labelledby': 'found-title' }, title,
      el('h4', {}, t('import.what')), differenceView(t, lang, difference),
      warnings.length > 0 && el('div', { class: 'odd-list' }, el('h4', {}, icon('warning', 'small'), t('import.odd')), el('ul', {}, warnings.map(({ code, count, example }) =>
        el('li', {}, t(`warning.${code}`, { n: count }), example && el('span', { class: 'meta', dir: 'auto' }, ` ${t('warning.example', { example })}`))))),
      this.isUnsaved() && el('p', { class: 'meta' }, t('import.unsaved')),
      el('div', { class: 'row' }, take, el('button', { class: 'button', type: 'button', id: 'import-leave', on: { click: () => this.#leave() } }, t('import.leave')))));
    title.focus();
  }

  #leave() {
    this.#found.replaceChildren();
    document.getElementById('import-file')?.focus();
  }

  /**
   * @param {string} id
   * @param {HTMLButtonElement} button
   */
  async #take(id, button) {
    button.disabled = true;
    const answer = /** @type {Answer<{seq: number}>} */ (await send('POST', `${this.api}/programme/imports/${encodeURIComponent(id)}`, {}, { timeoutMs: TIMEOUT_MS }));
    button.disabled = false;
    if (!answer.ok) return this.#say(fault(this.t, answer.problem));
    this.#found.replaceChildren();
    this.#say('');
    this.taken(answer.data.seq);
    void this.#look();
  }

  // --- following -------------------------------------------------------------------------------------------------------

  /** @param {boolean} on */
  async #turn(on) {
    const url = on ? this.#address() : null;
    if (on && !url) return;
    const answer = /** @type {Answer<Following>} */ (await send('PUT', `${this.api}/programme/address`, { url }));
    if (!answer.ok) return this.#say(fault(this.t, answer.problem));
    this.#say('');
    this.#told(answer.data);
    // What is there is known in a moment.
    if (on) this.#again(SOON_MS);
  }

  async #look() {
    const answer = /** @type {Answer<Following>} */ (await send('GET', `${this.api}/programme/address`));
    if (answer.ok) this.#told(answer.data);
    const first = answer.ok && answer.data.url !== null && answer.data.checkedAt === null && answer.data.error === null;
    this.#again(first ? SOON_MS : LOOK_MS);
  }

  /** @param {number} ms */
  #again(ms) {
    window.clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => void this.#look(), ms);
  }

  /** @param {Following} following */
  #told(following) {
    const { t } = this;
    const { url, update, private: isPrivate } = following;
    this.#switch.setAttribute('aria-checked', String(url !== null));
    this.#now.hidden = url === null;
    if (url !== null && document.activeElement !== this.#url) this.#url.value = url;
    const words = [this.#checked(following), ...(isPrivate ? [t('follow.private')] : [])].join(' ');
    if (this.#follow.dataset['words'] === words + (update?.import ?? '')) return;
    this.#follow.dataset['words'] = words + (update?.import ?? '');
    const failed = following.error !== null;
    this.#follow.replaceChildren(el('p', { class: `follow-words${failed ? ' failed' : ''}` }, icon(failed ? 'warning' : update || following.url === null ? 'info' : 'check', 'small'), el('span', {}, words)));
    if (update) this.#follow.append(el('button', { class: 'button', type: 'button', id: 'follow-show', on: { click: () => this.#show(update) } }, t('follow.show')));
  }

  /** @param {Following} following */
  #checked({ url, checkedAt, error, code, update }) {
    const { t, lang } = this;
    if (url === null) return t('follow.off');
    const time = checkedAt === null ? '' : dayTime(lang, checkedAt / 1_000);
    if (error !== null) {
      const why = t(`refused.${code}`);
      return [time ? t('follow.failed-since', { time }) : t('follow.failed'), ...(why === `refused.${code}` ? [] : [why])].join(' ');
    }
    if (checkedAt === null) return t('follow.waiting');
    return t(update ? 'follow.news' : 'follow.checked', { time });
  }

  /** @param {string} words */
  #say(words) {
    this.#error.replaceChildren(...(words ? [icon('warning', 'tiny'), el('span', {}, words)] : []));
  }
}
