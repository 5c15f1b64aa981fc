/** @import {Problem, Translate} from '../types.js' */
/** @import {Health} from '../elements/source-health.js' */
import { servers, tags } from '../elements/addresses.js';
import { ask } from '../elements/ask.js';
import { healthWords, whatWords } from '../elements/source-health.js';
import { switchButton } from '../elements/switch.js';
import { el } from '../lib/html.js';
import { send } from '../lib/http.js';
import { icon } from '../lib/icon.js';

/** A trial asks other servers, one after the other. */
const TRIAL_TIMEOUT_MS = 30_000;
const LOOK_EVERY_MS = 10_000;

/**
 * @typedef {object} SourceRow
 * @property {string} id
 * @property {string} network
 * @property {boolean} on
 * @property {{servers?: string[], tags?: string[], token?: boolean}} options
 * @property {Health | null} health
 *
 * @typedef {{servers: string[], tags: string[], token?: string}} Options
 */

/** Where posts come from: phones always; Mastodon after a trial that shows what it found. */
export class SourcesPart {
  #list = el('ul', { role: 'list', class: 'card lines' });
  #trial = el('div', { class: 'trial', 'aria-live': 'polite' });

  /**
   * @param {HTMLElement} root
   * @param {object} parts
   * @param {string} parts.api
   * @param {Translate} parts.t
   * @param {string} parts.lang
   * @param {ReadonlyArray<string>} parts.hashtags Those of the symposium.
   * @param {(problem: Problem) => void} parts.failed
   */
  constructor(root, { api, t, lang, hashtags, failed }) {
    this.api = api;
    this.t = t;
    this.lang = lang;
    this.failed = failed;
    this.fields = this.#fields(hashtags);
    root.append(this.#list, el('div', { class: 'stack' }, this.fields.form, this.#trial));
  }

  start() {
    void this.load();
    window.setInterval(() => {
      if (!document.hidden) void this.load();
    }, LOOK_EVERY_MS);
  }

  async load() {
    const answer = await send('GET', `${this.api}/sources`);
    if (!answer.ok) return this.failed(answer.problem);
    const networks = /** @type {SourceRow[]} */ (answer.data.sources).filter((source) => source.network !== 'phone');
    const focused = document.activeElement instanceof HTMLElement && this.#list.contains(document.activeElement) ? document.activeElement.dataset['focus'] : undefined;
    this.#list.replaceChildren(this.#phones(), ...networks.map((source) => this.#row(source)));
    if (focused) this.#list.querySelector(`[data-focus="${CSS.escape(focused)}"]`)?.dispatchEvent(new Event('refocus'));
  }

  #phones() {
    return el('li', { class: 'line' }, icon('phone', 'small'), el('div', { class: 'line-words' }, el('p', {}, this.t('organise.sources.phones')), el('p', { class: 'meta' }, this.t('organise.sources.always'))));
  }

  /** @param {SourceRow} source */
  #row(source) {
    const { t } = this;
    const name = t(`source.${source.network}`);
    const listens = t('organise.sources.listens', { tags: (source.options.tags ?? []).map((tag) => `#${tag}`).join(' '), servers: (source.options.servers ?? []).join(', ') });
    const { words, kind } = healthWords(t, this.lang, source.on, source.health, Date.now());
    const turn = switchButton(t('organise.sources.switch', { name: `${name}, ${listens}` }), source.on, (on) => void this.#turn(source.id, on));
    const remove = el('button', { class: 'button quiet plain', type: 'button', 'aria-label': t('organise.sources.remove-label', { name: `${name}, ${listens}` }), on: { click: () => this.#remove(source, name) } }, icon('trash', 'small'));
    keepFocus(turn, `turn ${source.id}`);
    keepFocus(remove, `remove ${source.id}`);
    return el('li', { class: `line ${kind}` }, icon('globe', 'small'),
      el('div', { class: 'line-words' }, el('p', {}, name), el('p', { class: 'meta', dir: 'auto' }, listens), el('p', { class: 'line-state' }, icon(kind === 'ok' ? 'check' : kind === 'off' ? 'minus' : 'warning', 'tiny'), words)),
      turn, remove);
  }

  /**
   * @param {string} id
   * @param {boolean} on
   */
  async #turn(id, on) {
    const answer = await send('PATCH', `${this.api}/sources/${encodeURIComponent(id)}`, { on });
    if (!answer.ok) this.failed(answer.problem);
    await this.load();
  }

  /**
   * @param {SourceRow} source
   * @param {string} name
   */
  async #remove(source, name) {
    const { t } = this;
    const chosen = await ask({
      title: t('organise.sources.remove-ask', { name }), text: t('organise.sources.remove-text'),
      choices: [{ value: 'remove', label: t('organise.sources.remove-yes'), class: 'danger' }], cancel: t('cancel'),
    });
    if (!chosen) return;
    const answer = await send('DELETE', `${this.api}/sources/${encodeURIComponent(source.id)}`);
    if (!answer.ok) this.failed(answer.problem);
    await this.load();
  }

  // --- adding ------------------------------------------------------------------------------------------------

  /** @param {ReadonlyArray<string>} hashtags */
  #fields(hashtags) {
    const { t } = this;
    const server = input('source-servers', { type: 'text', inputmode: 'url' });
    const tag = input('source-tags', { type: 'text', value: hashtags.map((one) => `#${one}`).join(' ') });
    const token = input('source-token', { type: 'password' });
    const error = el('p', { class: 'error', id: 'source-error', role: 'alert' });
    const tryIt = el('button', { class: 'button primary', type: 'submit' }, t('organise.sources.try'));
    const form = el('form', { class: 'card stack', novalidate: true }, el('h3', {}, t('organise.sources.add')),
      field(t, server, 'organise.sources.servers'), field(t, tag, 'organise.sources.tags'), field(t, token, 'organise.sources.token'),
      error, el('div', { class: 'row' }, tryIt));
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#try();
    });
    return { form, server, tag, token, error, tryIt };
  }

  /** @returns {Options | null} null, and it is told, when something is missing. */
  #options() {
    const { server, tag, token, error } = this.fields;
    const options = { servers: servers(server.value), tags: tags(tag.value) };
    const missing = options.servers.length === 0 ? server : options.tags.length === 0 ? tag : null;
    error.textContent = missing ? this.t(missing === server ? 'organise.sources.servers-missing' : 'organise.sources.tags-missing') : '';
    missing?.focus();
    if (missing) return null;
    return token.value.trim() ? { ...options, token: token.value.trim() } : options;
  }

  async #try() {
    const options = this.#options();
    if (!options) return;
    const { tryIt, error } = this.fields;
    this.#trial.replaceChildren();
    tryIt.disabled = true;
    tryIt.textContent = this.t('organise.sources.trying');
    const answer = await send('POST', `${this.api}/sources/trials`, { network: 'mastodon', options }, { timeoutMs: TRIAL_TIMEOUT_MS });
    tryIt.disabled = false;
    tryIt.textContent = this.t('organise.sources.try');
    if (!answer.ok && answer.problem.status === 422) return void (error.textContent = this.t('organise.sources.wrong'));
    if (!answer.ok) return this.failed(answer.problem);
    this.#show(options, answer.data);
  }

  /**
   * @param {Options} options
   * @param {{ok: boolean, found: {name: string, text: string}[], problem: string | null}} outcome
   */
  #show(options, { ok, found, problem }) {
    const { t } = this;
    const words = ok ? (found.length > 0 ? t('organise.sources.trial-ok', { n: found.length }) : t('organise.sources.trial-none'))
      : t('organise.sources.trial-failed', { what: whatWords(t, problem ?? '') });
    const cards = found.slice(0, 3).map(({ name, text }) => el('li', { class: 'found' }, el('p', { class: 'found-name' }, el('bdi', {}, name)), el('p', { dir: 'auto' }, text)));
    const addIt = el('button', { class: `button ${ok ? 'primary' : ''}`, type: 'button', on: { click: () => this.#add(options) } }, t(ok ? 'organise.sources.add-it' : 'organise.sources.add-anyway'));
    this.#trial.replaceChildren(el('section', { class: 'card stack' }, el('h3', {}, t('organise.sources.trial')),
      el('p', { class: `line-state ${ok ? 'ok' : 'warn'}` }, icon(ok ? 'check' : 'warning', 'small'), words),
      cards.length > 0 ? el('ul', { role: 'list', class: 'found-wall' }, cards) : null,
      el('p', { class: 'meta' }, t('organise.sources.trial-note')), el('div', { class: 'row' }, addIt)));
  }

  /** @param {Options} options */
  async #add(options) {
    const answer = await send('POST', `${this.api}/sources`, { network: 'mastodon', options });
    if (!answer.ok) return this.failed(answer.problem);
    this.#trial.replaceChildren();
    this.fields.server.value = '';
    this.fields.token.value = '';
    await this.load();
    this.fields.server.focus();
  }
}

/**
 * @param {string} id
 * @param {Record<string, string>} attributes
 */
function input(id, attributes) {
  return el('input', { class: 'input', id, autocomplete: 'off', autocapitalize: 'none', spellcheck: 'false', 'aria-describedby': `${id}-hint source-error`, ...attributes });
}

/**
 * @param {Translate} t
 * @param {HTMLInputElement} control
 * @param {string} words
 */
function field(t, control, words) {
  return el('div', { class: 'field' }, el('label', { for: control.id }, t(words)), control, el('p', { class: 'hint', id: `${control.id}-hint` }, t(`${words}-hint`)));
}

/**
 * The list is drawn again every ten seconds; who was on this button stays on it.
 *
 * @param {HTMLElement} control
 * @param {string} key
 */
function keepFocus(control, key) {
  control.dataset['focus'] = key;
  control.addEventListener('refocus', () => control.focus({ preventScroll: true }));
}
