/** @import {Problem, Translate} from '../types.js' */
/** @import {Health} from '../elements/source-health.js' */
/** @import {Network} from './options-form.js' */
/** @import {Kept} from './source-editor.js' */
import { ask } from '../elements/ask.js';
import { healthWords } from '../elements/source-health.js';
import { switchButton } from '../elements/switch.js';
import { el } from '../lib/html.js';
import { send } from '../lib/http.js';
import { icon } from '../lib/icon.js';
import { networkList } from './network-list.js';
import { broughtWords, countsWords, factsInShort, factsOf, inAllWords, listens } from './network-words.js';
import { SourceEditor } from './source-editor.js';
import { toldCard } from './source-told.js';

const LOOK_EVERY_MS = 10_000;

/**
 * @typedef {object} SourceRow
 * @property {string} id
 * @property {string} network
 * @property {boolean} on
 * @property {string} name
 * @property {Record<string, unknown>} options Of secrets only which there are.
 * @property {string | null} address Where a network that comes to us is to come.
 * @property {number} found How many posts it brought.
 * @property {number | null} newest When the newest came, in microseconds.
 * @property {(Health & {where?: string | null, counts?: Record<string, number>}) | null} health
 */

/** Where posts come from: phones always; a network after it is clear what it is, and a trial shows what it finds. */
export class SourcesPart {
  #list = el('ul', { role: 'list', class: 'card lines' });
  #inAll = el('p', { class: 'line-state in-all', role: 'status' });
  #said = el('p', { class: 'meta said', role: 'status' });
  #work = el('div', { class: 'stack-wide' });
  /** What is being filled in, by source or network: whoever looks at another first finds it as it was. @type {Map<string, SourceEditor>} */
  #editors = new Map();
  /** @type {Network[]} */
  networks = [];

  /**
   * @param {HTMLElement} root
   * @param {object} parts
   * @param {string} parts.api
   * @param {Translate} parts.t
   * @param {string} parts.lang
   * @param {string} parts.desk The address of the desk.
   * @param {ReadonlyArray<string>} parts.hashtags Those of the symposium.
   * @param {(problem: Problem) => void} parts.failed
   */
  constructor(root, { api, t, lang, desk, hashtags, failed }) {
    this.api = api;
    this.t = t;
    this.lang = lang;
    this.hashtags = hashtags;
    this.failed = failed;
    const where = el('p', { class: 'row where' }, el('a', { class: 'button', href: `${desk}#where` }, icon('search', 'small'), t('organise.sources.where')), el('span', { class: 'meta' }, t('organise.sources.where-what')));
    root.append(el('div', { class: 'stack' }, this.#inAll, this.#list, where), this.#said, this.#work);
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
    this.#tellAll(networks);
    if (focused) this.#list.querySelector(`[data-focus="${CSS.escape(focused)}"]`)?.dispatchEvent(new Event('refocus'));
  }

  /** @param {SourceRow[]} networks */
  #tellAll(networks) {
    const on = networks.filter((source) => source.on).map((source) => ({ name: this.#networkName(source.network), kind: this.#health(source).kind }));
    const { words, kind } = inAllWords(this.t, on);
    if (this.#inAll.textContent === words) return;
    this.#inAll.classList.toggle('warn', kind === 'warn');
    this.#inAll.replaceChildren(...(words ? [icon(kind === 'ok' ? 'check' : 'warning', 'tiny'), el('span', {}, words)] : []));
  }

  /** @param {SourceRow} source */
  #health(source) {
    return healthWords(this.t, this.lang, source.on, source.health, Date.now());
  }

  #phones() {
    return el('li', { class: 'line' }, icon('phone', 'small'), el('div', { class: 'line-words' }, el('p', {}, this.t('organise.sources.phones')), el('p', { class: 'meta' }, this.t('organise.sources.always'))));
  }

  /** @param {SourceRow} source */
  #row(source) {
    const { t } = this;
    const name = this.#networkName(source.network);
    const network = this.networks.find(({ id }) => id === source.network);
    const what = listens(this.lang, network, source.options, source.name);
    const facts = network ? factsOf(network, source.options) : null;
    const brought = broughtWords(t, this.lang, source, Date.now());
    const after = !source.on && source.found > 0 && facts && facts.deletes !== 'none' ? t('organise.sources.off-looks') : '';
    const mind = facts ? factsInShort(t, this.lang, facts).filter(({ warn }) => warn) : [];
    const where = source.on && source.health?.state !== 'ok' ? source.health?.where : '';
    const full = [name, what].filter(Boolean).join(', ');
    const { words, kind } = this.#health(source);
    const said = source.on && !source.health && source.found > 0 ? '' : `${words}${kind === 'ok' ? ' · ' : ''}`; // what it brought tells more
    const state = el('span', {}, said, where ? [' (', el('bdi', {}, where), ')'] : '', kind === 'ok' ? brought : '');
    const counts = [kind !== 'ok' && source.found > 0 ? brought : '', countsWords(t, this.lang, source.health?.counts), after].filter(Boolean).join(' · ');
    const turn = switchButton(t('organise.sources.switch', { name: full }), source.on, (on) => void this.#turn(source.id, on));
    const change = el('button', { class: 'button quiet plain', type: 'button', disabled: !network, 'aria-label': t('organise.sources.change-label', { name: full }), on: { click: () => network && this.#edit(network, source) } }, icon('pencil', 'small'));
    const remove = el('button', { class: 'button quiet plain', type: 'button', 'aria-label': t('organise.sources.remove-label', { name: full }), on: { click: () => this.#remove(source, name) } }, icon('trash', 'small'));
    keepFocus(turn, `turn ${source.id}`);
    keepFocus(change, `change ${source.id}`);
    keepFocus(remove, `remove ${source.id}`);
    return el('li', { class: `line source ${kind}` }, icon('globe', 'small'),
      el('div', { class: 'line-words' }, el('p', {}, name), what ? el('p', { class: 'meta', dir: 'auto' }, what) : null, el('p', { class: 'line-state' }, icon(kind === 'ok' ? 'check' : kind === 'off' ? 'minus' : 'warning', 'tiny'), state),
        counts ? el('p', { class: 'meta' }, counts) : null,
        mind.length > 0 ? el('p', { class: 'meta' }, mind.map((fact) => fact.words).join(' · ')) : null),
      el('div', { class: 'line-acts' }, turn, change, remove));
  }

  /** As its card has it; for one that has none any more, as posts are called. @param {string} network */
  #networkName(network) {
    const named = this.networks.find(({ id }) => id === network)?.name;
    if (named) return named;
    const words = this.t(`source.${network}`);
    return words === `source.${network}` ? network : words;
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
    else if (this.#editors.delete(source.id)) this.#offer();
    await this.load();
  }

  // --- adding and changing -----------------------------------------------------------------------------------

  async #loadNetworks() {
    const answer = await send('GET', `${this.api}/sources/networks`);
    if (!answer.ok) return this.failed(answer.problem);
    this.networks = answer.data.networks;
    this.#offer();
  }

  /** The networks to choose from. */
  #offer() {
    const { t, lang } = this;
    this.#work.replaceChildren(el('h3', {}, t('organise.sources.add')), networkList(this.networks, { t, lang, choose: (network) => this.#edit(network, null) }));
  }

  /**
   * @param {Network} network
   * @param {SourceRow | null} before
   */
  #edit(network, before) {
    const key = before?.id ?? network.id;
    const editor = this.#editors.get(key) ?? this.#editor(network, before);
    this.#editors.set(key, editor);
    this.#said.textContent = '';
    this.#work.replaceChildren(editor.root);
    editor.focus();
  }

  /**
   * @param {Network} network
   * @param {SourceRow | null} before
   */
  #editor(network, before) {
    const { api, t, lang, hashtags, failed } = this;
    return new SourceEditor(network, {
      api, t, lang, hashtags, before, failed,
      kept: (kept) => void this.#kept(network, before, kept),
      left: () => {
        if (before) this.#editors.delete(before.id);
        this.#offer();
        this.#backTo(before ? `[data-focus="${CSS.escape(`change ${before.id}`)}"]` : `[data-network="${CSS.escape(network.id)}"]`);
      },
    });
  }

  /**
   * @param {Network} network
   * @param {SourceRow | null} before
   * @param {Kept} kept
   */
  async #kept(network, before, { id, told, address }) {
    this.#editors.delete(before?.id ?? network.id);
    this.#offer();
    await this.load();
    this.#said.textContent = this.t(before ? 'organise.sources.changed' : 'organise.sources.added', { name: network.name });
    const back = () => this.#backTo(`[data-focus="${CSS.escape(`change ${id}`)}"]`);
    const secrets = Object.values(told);
    if (!address || (before && secrets.length === 0)) return back();
    const card = toldCard(this.t, { address, secrets, another: before !== null, done: () => {
      this.#offer();
      back();
    } });
    this.#work.replaceChildren(card.root);
    card.focus();
  }

  /** @param {string} selector */
  #backTo(selector) {
    const control = this.#list.querySelector(selector) ?? this.#work.querySelector(selector);
    if (control instanceof HTMLElement) control.focus();
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
