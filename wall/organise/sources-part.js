/** @import {Problem, Translate} from '../types.js' */
/** @import {Health} from '../elements/source-health.js' */
import { ask } from '../elements/ask.js';
import { healthWords, whatWords } from '../elements/source-health.js';
import { switchButton } from '../elements/switch.js';
import { el } from '../lib/html.js';
import { send } from '../lib/http.js';
import { icon } from '../lib/icon.js';
import { OptionsForm } from './options-form.js';

/** A trial asks other servers, one after the other. */
const TRIAL_TIMEOUT_MS = 30_000;
const LOOK_EVERY_MS = 10_000;

/**
 * @typedef {object} SourceRow
 * @property {string} id
 * @property {string} network
 * @property {boolean} on
 * @property {string} name
 * @property {Record<string, unknown>} options
 * @property {Health | null} health
 *
 * @typedef {{network: string, options: Record<string, unknown>}} Draft
 */

/** Where posts come from: phones always; a network after a trial that shows what it found. */
export class SourcesPart {
  #list = el('ul', { role: 'list', class: 'card lines' });
  /** @type {import('./options-form.js').Network[]} */
  networks = [];
  /** Of the network that was chosen. @type {OptionsForm | null} */
  form = null;
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
    this.hashtags = hashtags;
    this.failed = failed;
    this.fields = this.#fields();
    root.append(this.#list, el('div', { class: 'stack' }, this.fields.form, this.#trial));
  }

  start() {
    void this.#loadNetworks().then(() => this.load());
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
    const name = this.#networkName(source.network);
    const { tags, servers } = source.options;
    const listens = Array.isArray(tags) && Array.isArray(servers)
      ? t('organise.sources.listens', { tags: tags.map((tag) => `#${tag}`).join(' '), servers: servers.join(', ') })
      : source.name;
    const { words, kind } = healthWords(t, this.lang, source.on, source.health, Date.now());
    const turn = switchButton(t('organise.sources.switch', { name: `${name}, ${listens}` }), source.on, (on) => void this.#turn(source.id, on));
    const remove = el('button', { class: 'button quiet plain', type: 'button', 'aria-label': t('organise.sources.remove-label', { name: `${name}, ${listens}` }), on: { click: () => this.#remove(source, name) } }, icon('trash', 'small'));
    keepFocus(turn, `turn ${source.id}`);
    keepFocus(remove, `remove ${source.id}`);
    return el('li', { class: `line ${kind}` }, icon('globe', 'small'),
      el('div', { class: 'line-words' }, el('p', {}, name), el('p', { class: 'meta', dir: 'auto' }, listens), el('p', { class: 'line-state' }, icon(kind === 'ok' ? 'check' : kind === 'off' ? 'minus' : 'warning', 'tiny'), words)),
      turn, remove);
  }

  /** @param {string} network */
  #networkName(network) {
    const words = this.t(`source.${network}`);
    if (words !== `source.${network}`) return words;
    return this.networks.find(({ id }) => id === network)?.name ?? network;
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

  async #loadNetworks() {
    const answer = await send('GET', `${this.api}/sources/networks`);
    if (!answer.ok) return this.failed(answer.problem);
    this.networks = answer.data.networks;
    this.fields.network.replaceChildren(...this.networks.map(({ id, name }) => el('option', { value: id }, name)));
    this.fields.choice.hidden = this.networks.length < 2;
    this.#drawForm();
  }

  #fields() {
    const { t } = this;
    const network = el('select', { class: 'input', id: 'source-network', on: { change: () => this.#drawForm() } });
    const choice = el('div', { class: 'field', hidden: true }, el('label', { for: network.id }, t('organise.sources.network')), network);
    const options = el('div', { class: 'stack' });
    const error = el('p', { class: 'error', id: 'source-error', role: 'alert' });
    const tryIt = el('button', { class: 'button primary', type: 'submit' }, t('organise.sources.try'));
    const form = el('form', { class: 'card stack', novalidate: true }, el('h3', {}, t('organise.sources.add')), choice, options, error, el('div', { class: 'row' }, tryIt));
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#try();
    });
    return { form, network, choice, options, error, tryIt };
  }

  /** The form of the chosen network, as its manifest has it. */
  #drawForm() {
    const { network, options, error } = this.fields;
    const chosen = this.networks.find(({ id }) => id === network.value);
    this.#trial.replaceChildren();
    error.textContent = '';
    this.form = chosen ? new OptionsForm(chosen, { t: this.t, lang: this.lang, hashtags: this.hashtags }) : null;
    options.replaceChildren(...(this.form ? [this.form.root] : []));
  }

  /** @returns {Draft | null} null, and it is told, when something is missing. */
  #draft() {
    const { network, error } = this.fields;
    const missing = this.form?.missing();
    error.textContent = missing ? this.t('organise.sources.missing', { what: missing.label }) : '';
    missing?.control.focus();
    return missing || !this.form ? null : { network: network.value, options: this.form.read() };
  }

  async #try() {
    const draft = this.#draft();
    if (!draft) return;
    const { tryIt } = this.fields;
    this.#trial.replaceChildren();
    tryIt.disabled = true;
    tryIt.textContent = this.t('organise.sources.trying');
    const answer = await send('POST', `${this.api}/sources/trials`, draft, { timeoutMs: TRIAL_TIMEOUT_MS });
    tryIt.disabled = false;
    tryIt.textContent = this.t('organise.sources.try');
    if (answer.ok) this.#show(draft, answer.data);
    else if (answer.problem.status === 422) this.#wrong(answer.problem.field ?? '');
    else this.failed(answer.problem);
  }

  /** @param {string} path Of the field that cannot be, where the server says so. */
  #wrong(path) {
    const wrong = this.form?.named(path);
    wrong?.control.focus();
    this.fields.error.textContent = wrong ? this.t('organise.sources.wrong-field', { what: wrong.label }) : this.t('organise.sources.wrong');
  }

  /**
   * @param {Draft} draft
   * @param {{ok: boolean, found: {name: string, text: string}[], problem: string | null}} outcome
   */
  #show(draft, { ok, found, problem }) {
    const { t } = this;
    const words = ok ? (found.length > 0 ? t('organise.sources.trial-ok', { n: found.length }) : t('organise.sources.trial-none'))
      : t('organise.sources.trial-failed', { what: whatWords(t, problem ?? '') });
    const cards = found.slice(0, 3).map(({ name, text }) => el('li', { class: 'found' }, el('p', { class: 'found-name' }, el('bdi', {}, name)), el('p', { dir: 'auto' }, text)));
    const addIt = el('button', { class: `button ${ok ? 'primary' : ''}`, type: 'button', on: { click: () => this.#add(draft) } }, t(ok ? 'organise.sources.add-it' : 'organise.sources.add-anyway'));
    this.#trial.replaceChildren(el('section', { class: 'card stack' }, el('h3', {}, t('organise.sources.trial')),
      el('p', { class: `line-state ${ok ? 'ok' : 'warn'}` }, icon(ok ? 'check' : 'warning', 'small'), words),
      cards.length > 0 ? el('ul', { role: 'list', class: 'found-wall' }, cards) : null,
      el('p', { class: 'meta' }, t('organise.sources.trial-note')), el('div', { class: 'row' }, addIt)));
  }

  /** @param {Draft} draft */
  async #add(draft) {
    const answer = await send('POST', `${this.api}/sources`, draft);
    if (!answer.ok) return this.failed(answer.problem);
    this.#drawForm();
    await this.load();
    this.form?.focus();
  }
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
