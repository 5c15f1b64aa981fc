/** @import {Problem, Translate} from '../types.js' */
/** @import {Health} from '../elements/source-health.js' */
/** @import {Network} from './options-form.js' */
/** @import {Kept} from './source-editor.js' */
import { ask } from '../elements/ask.js';
import { fault } from '../elements/fault.js';
import { healthWords, placeWords } from '../elements/source-health.js';
import { switchButton } from '../elements/switch.js';
import { el } from '../lib/html.js';
import { send } from '../lib/http.js';
import { icon } from '../lib/icon.js';
import { dayTime } from '../lib/time.js';
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
  #said = el('p', { class: 'said', role: 'status' });
  #work = el('div', { class: 'stack-wide' });
  #where;
  #stops;
  /** What is being filled in, by source or network: whoever looks at another first finds it as it was. @type {Map<string, SourceEditor>} */
  #editors = new Map();
  /** @type {Network[]} */
  networks = [];
  /** As they are now. @type {SourceRow[]} */
  #sources = [];
  /** Since when, in milliseconds; null before the server told. @type {number | null} */
  #known = null;

  /**
   * @param {HTMLElement} root
   * @param {object} parts
   * @param {string} parts.api
   * @param {Translate} parts.t
   * @param {string} parts.lang
   * @param {string} parts.desk The address of the desk.
   * @param {string} parts.stage And of the stage page, where somebody chooses when networks stop.
   * @param {ReadonlyArray<string>} parts.hashtags Those of the symposium.
   * @param {(problem: Problem) => void} parts.failed
   */
  constructor(root, { api, t, lang, desk, stage, hashtags, failed }) {
    this.api = api;
    this.t = t;
    this.lang = lang;
    this.hashtags = hashtags;
    this.failed = failed;
    this.#where = el('a', { class: 'button', href: `${desk}#where` }, icon('search', 'small'), t('organise.sources.where'));
    const where = el('p', { class: 'row where' }, this.#where, el('span', { class: 'meta' }, t('organise.sources.where-what')));
    this.#stops = el('p', { class: 'row where', hidden: true }, el('a', { class: 'button', href: stage }, icon('settings', 'small'), t('organise.sources.stops')), el('span', { class: 'meta' }, t('organise.sources.stops-what')));
    root.append(el('div', { class: 'stack' }, this.#inAll, this.#list, where, this.#stops), this.#said, this.#work);
  }

  start() {
    void this.#loadNetworks().then(() => this.load());
    window.setInterval(() => {
      if (!document.hidden) void this.load();
    }, LOOK_EVERY_MS);
  }

  async load() {
    const answer = await send('GET', `${this.api}/sources`);
    if (!answer.ok) return this.#lost(answer.problem);
    this.#known = Date.now();
    const networks = /** @type {SourceRow[]} */ (answer.data.sources).filter((source) => source.network !== 'phone');
    const focused = document.activeElement instanceof HTMLElement && this.#list.contains(document.activeElement) ? document.activeElement.dataset['focus'] : undefined;
    this.#sources = networks;
    this.#list.replaceChildren(this.#phones(), ...networks.map((source) => this.#row(source)));
    this.#tellAll(networks);
    this.#stops.hidden = networks.length === 0;
    if (focused) (this.#control(focused) ?? this.#control(focused.replace(/^\w+/u, 'change')))?.dispatchEvent(new Event('refocus'));
  }

  /** @param {string} key What it does, and to which source. */
  #control(key) {
    return this.#list.querySelector(`[data-focus="${CSS.escape(key)}"]`);
  }

  /** What became of what somebody did, near where it was done. @param {string} words */
  #say(words) {
    this.#said.className = 'said meta';
    this.#said.textContent = words;
  }

  /** @param {Problem} problem */
  #refused(problem) {
    this.#said.className = 'said error';
    this.#said.textContent = fault(this.t, problem);
  }

  /** @param {SourceRow[]} networks */
  #tellAll(networks) {
    const on = networks.filter((source) => source.on).map((source) => ({ name: this.#networkName(source.network), kind: this.#health(source).kind }));
    const { words, kind } = inAllWords(this.t, on);
    this.#sum(words, kind);
  }

  /**
   * The list is of a while ago: it says so until the server answers again.
   *
   * @param {Problem} problem
   */
  #lost(problem) {
    if (this.#known === null || problem.status === 401) return this.failed(problem);
    this.#sum(this.t('organise.sources.lost', { time: dayTime(this.lang, this.#known) }), 'warn');
  }

  /**
   * @param {string} words
   * @param {'ok' | 'warn'} kind
   */
  #sum(words, kind) {
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
    const state = el('span', {}, said, where ? [' (', el('bdi', {}, placeWords(where)), ')'] : '', kind === 'ok' ? brought : '');
    const counts = [kind !== 'ok' && source.found > 0 ? brought : '', countsWords(t, this.lang, source.health?.counts), after].filter(Boolean).join(' · ');
    const turn = switchButton(t('organise.sources.switch', { name: full }), source.on, (on) => void this.#turn(source.id, on));
    const change = el('button', { class: 'button quiet plain', type: 'button', disabled: !network, 'aria-label': t('organise.sources.change-label', { name: full }), on: { click: () => network && this.#edit(network, source) } }, icon('pencil', 'small'));
    const remove = el('button', { class: 'button quiet plain', type: 'button', 'aria-label': t('organise.sources.remove-label', { name: full }), on: { click: () => this.#remove(source, name, what) } }, icon('trash', 'small'));
    const again = kind === 'bad' ? el('button', { class: 'button', type: 'button', 'aria-label': t('organise.sources.again-label', { name: full }), on: { click: () => void this.#again(source.id, name) } }, t('organise.sources.again')) : null;
    if (again) keepFocus(again, `again ${source.id}`);
    keepFocus(turn, `turn ${source.id}`);
    keepFocus(change, `change ${source.id}`);
    keepFocus(remove, `remove ${source.id}`);
    return el('li', { class: `line source ${kind}` }, icon('globe', 'small'),
      el('div', { class: 'line-words' }, el('p', {}, name), what ? el('p', { class: 'meta', dir: 'auto' }, what) : null, el('p', { class: 'line-state' }, icon(kind === 'ok' ? 'check' : kind === 'off' ? 'minus' : 'warning', 'tiny'), state),
        counts ? el('p', { class: 'meta' }, counts) : null,
        mind.length > 0 ? el('p', { class: 'meta' }, mind.map((fact) => fact.words).join(' · ')) : null),
      el('div', { class: 'line-acts' }, again, turn, change, remove));
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
    this.#say('');
    await this.#switch(id, on);
    await this.load();
  }

  /**
   * A network that refused us is left in peace: who repaired something there has it begin anew.
   *
   * @param {string} id
   * @param {string} name
   */
  async #again(id, name) {
    if (await this.#switch(id, false) && await this.#switch(id, true)) this.#say(this.t('organise.sources.again-said', { name }));
    await this.load();
  }

  /**
   * @param {string} id
   * @param {boolean} on
   */
  async #switch(id, on) {
    const answer = await send('PATCH', `${this.api}/sources/${encodeURIComponent(id)}`, { on });
    if (!answer.ok) this.#refused(answer.problem);
    return answer.ok;
  }

  /**
   * @param {SourceRow} source
   * @param {string} name
   * @param {string} what That it listens to.
   */
  async #remove(source, name, what) {
    const { t } = this;
    const network = this.networks.find(({ id }) => id === source.network);
    const looks = !network || factsOf(network, source.options).deletes !== 'none';
    const chosen = await ask({
      title: t('organise.sources.remove-ask', { name }), text: [what, t(looks ? 'organise.sources.remove-text' : 'organise.sources.remove-text-none')].filter(Boolean).join('. '),
      choices: [{ value: 'remove', label: t('organise.sources.remove-yes'), class: 'danger' }], cancel: t('cancel'),
    });
    if (!chosen) return;
    const answer = await send('DELETE', `${this.api}/sources/${encodeURIComponent(source.id)}`);
    if (!answer.ok) return this.#refused(answer.problem);
    if (this.#editors.delete(source.id)) this.#offer();
    await this.load();
    this.#say(t('organise.sources.removed', { name }));
    this.#where.focus();
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
    this.#say('');
    this.#work.replaceChildren(editor.root);
    editor.focus();
  }

  /**
   * @param {Network} network
   * @param {SourceRow | null} before
   */
  #editor(network, before) {
    const { api, t, lang, hashtags } = this;
    return new SourceEditor(network, {
      api, t, lang, hashtags, before,
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
  async #kept(network, before, { id, told, address, by }) {
    this.#editors.delete(before?.id ?? network.id);
    this.#offer();
    const now = this.#sources.find((source) => source.id === id);
    if (now && this.#health(now).kind === 'bad') await this.#again(id, network.name); // with the same options nothing else would
    else await this.load();
    this.#say(this.t(before ? 'organise.sources.changed' : 'organise.sources.added', { name: network.name }));
    const back = () => this.#backTo(`[data-focus="${CSS.escape(`change ${id}`)}"]`);
    const secrets = Object.values(told);
    if (!address || (before && secrets.length === 0)) return back();
    const card = toldCard(this.t, { address, by, secrets, another: before !== null, done: () => {
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
