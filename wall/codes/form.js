/** @import {Page, Problem, Translate} from '../types.js' */
/** @import {Code, Kind, Link, Order} from './order.js' */
import { el } from '../lib/html.js';
import { send } from '../lib/http.js';
import { icon } from '../lib/icon.js';
import { Chooser } from './chooser.js';
import { KINDS, bodyOf, fileName, namesIn, pagesOf, usual } from './order.js';

const PRINT_MS = 120_000;
const LANGS = ['nl,en', 'en,nl', 'nl', 'en'];
const ROLES = ['moderator', 'organiser', 'chair', 'speaker'];
const KEPT_MS = 60_000;

/** What to print, of which codes, in which languages; and the button that prints it. */
export class OrderForm {
  /** @type {Kind} */
  #kind = /** @type {Kind} */ (KINDS[0]);
  #touched = false;
  #busy = false;

  /**
   * @param {HTMLFormElement} root
   * @param {object} parts
   * @param {Page} parts.page
   * @param {Translate} parts.t
   * @param {readonly Code[]} parts.codes
   * @param {number} parts.most Codes in one print.
   * @param {(problem: Problem | null) => void} parts.failed null: all is well again.
   * @param {(order: Order) => void} parts.changed
   * @param {HTMLElement} parts.sum
   * @param {HTMLElement} parts.said
   */
  constructor(root, { page, t, codes, most, failed, changed, sum, said }) {
    this.root = root;
    this.page = page;
    this.t = t;
    this.codes = codes;
    this.most = most;
    this.failed = failed;
    this.changed = changed;
    this.sum = sum;
    this.said = said;
    this.chooser = new Chooser({ t, codes, changed: () => { this.#touched = true; this.#update(); } });
    this.langs = el('select', { class: 'input', id: 'langs' }, LANGS.map((value) => el('option', { value }, t(`codes.langs.${value.replace(',', '-')}`))));
    this.langs.value = page.lang === 'en' ? 'en,nl' : 'nl,en';
    this.names = el('textarea', { class: 'input', id: 'names', rows: 4, autocomplete: 'off', 'aria-describedby': 'names-hint' });
    this.role = el('select', { class: 'input', id: 'role' }, ROLES.map((value) => el('option', { value }, t(`role.${value}`))));
    this.session = el('select', { class: 'input', id: 'session' }, codes.filter(({ what }) => what === 'session').map(({ id, name }) => el('option', { value: id }, name)));
    this.button = el('button', { class: 'button primary big', type: 'submit' }, icon('print'), el('span', {}, t('codes.print')));
  }

  start() {
    const { root, t } = this;
    root.replaceChildren(this.#kinds(), this.#targets(), this.#people(), this.#layout(),
      el('div', { class: 'field' }, el('label', { for: 'langs' }, t('codes.langs')), this.langs), this.button);
    root.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#print();
    });
    root.addEventListener('input', () => this.#update());
    this.chooser.tick(usual(this.#kind.what, this.codes));
    this.#update();
  }

  #kinds() {
    const { t } = this;
    const cards = KINDS.map((kind) => {
      const input = el('input', { type: 'radio', name: 'kind', value: kind.key, checked: kind === this.#kind, 'aria-describedby': `kind-${kind.key}` });
      input.addEventListener('change', () => this.#choose(kind));
      return el('label', { class: 'kind' }, input, el('span', { class: `kind-picture ${kind.key}`, 'aria-hidden': 'true' }, ...sample(kind)),
        el('span', { class: 'kind-words' }, el('span', { class: 'kind-name' }, t(`codes.kind.${kind.key}`)), el('span', { class: 'meta', id: `kind-${kind.key}` }, t(`codes.kind.${kind.key}.what`))));
    });
    return el('fieldset', { class: 'kinds' }, el('legend', {}, t('codes.what')), ...cards);
  }

  /** @param {Kind} kind */
  #choose(kind) {
    this.#kind = kind;
    if (!this.#touched) this.chooser.tick(usual(kind.what, this.codes));
    this.#update();
  }

  #targets() {
    this.targets = el('fieldset', { class: 'targets' }, el('legend', {}, this.t('codes.which')), this.chooser.element);
    return this.targets;
  }

  #people() {
    const { t } = this;
    this.speaker = el('div', { class: 'field' }, el('label', { for: 'session' }, t('codes.session')), this.session);
    this.people = el('fieldset', { class: 'people stack' }, el('legend', {}, t('codes.people')),
      el('div', { class: 'field' }, el('label', { for: 'names' }, t('codes.names')), this.names, el('p', { class: 'hint', id: 'names-hint' }, t('codes.names.hint'))),
      el('div', { class: 'field' }, el('label', { for: 'role' }, t('codes.role')), this.role), this.speaker,
      el('p', { class: 'banner card warn' }, icon('key'), el('span', {}, t('codes.secret'))));
    return this.people;
  }

  #layout() {
    const { t } = this;
    const radio = (/** @type {string} */ value, /** @type {boolean} */ checked) => el('label', { class: 'check' }, el('input', { type: 'radio', name: 'layout', value, checked }), t(`codes.layout.${value}`));
    this.layout = el('fieldset', { class: 'layout' }, el('legend', {}, t('codes.layout')), radio('full', true), radio('one', false));
    return this.layout;
  }

  /** @returns {Order} */
  #order() {
    const full = new FormData(this.root).get('layout') !== 'one';
    return { kind: this.#kind, langs: this.langs.value.split(','), codes: this.chooser.chosen(), full };
  }

  #update() {
    const { t } = this;
    const order = this.#order();
    const links = order.kind.what === 'badges';
    this.people?.toggleAttribute('hidden', !links);
    this.speaker?.toggleAttribute('hidden', this.role.value !== 'speaker');
    this.targets?.toggleAttribute('hidden', links);
    this.layout?.toggleAttribute('hidden', order.kind.what !== 'cards' && order.kind.what !== 'stickers');
    const count = links ? namesIn(this.names.value).length : order.codes.length;
    const pages = pagesOf(order.kind, count, order.full);
    this.sum.textContent = count > this.most ? t('codes.too-many', { n: count, most: this.most })
      : count ? `${t('codes.count', { n: count })} · ${t('codes.pages', { n: pages })}` : t(links ? 'codes.no-names' : 'codes.none');
    this.sum.classList.toggle('error', count > this.most);
    this.changed(order);
  }

  async #print() {
    if (this.#busy) return;
    const order = this.#order();
    const links = order.kind.what === 'badges';
    const count = links ? namesIn(this.names.value).length : order.codes.length;
    if (!count || count > this.most) {
      this.said.textContent = this.sum.textContent;
      (links ? this.names : this.chooser.first())?.focus();
      return;
    }
    this.#working(true);
    const made = links ? await this.#links() : undefined;
    if (made !== null) await this.#fetch(order, made);
    this.#working(false);
  }

  /** @param {boolean} busy */
  #working(busy) {
    this.#busy = busy;
    this.button.setAttribute('aria-disabled', String(busy));
    if (busy) this.said.textContent = this.t('codes.working');
  }

  /**
   * @param {Order} order
   * @param {readonly Link[]} [links]
   */
  async #fetch(order, links) {
    const answer = await send('POST', `${this.page.api}/codes/prints`, bodyOf(order, links), { headers: { Accept: 'application/pdf' }, timeoutMs: PRINT_MS });
    if (!answer.ok) {
      this.said.textContent = '';
      return this.failed(answer.problem);
    }
    this.failed(null);
    const url = URL.createObjectURL(answer.data);
    const name = fileName(this.page.slug, order.kind);
    el('a', { href: url, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(url), KEPT_MS);
    this.said.textContent = this.t('codes.done', { name });
  }

  /** A link for everybody; null when one failed. Those that were made are on the organiser's page, to be withdrawn. */
  async #links() {
    const role = this.role.value;
    /** @type {Link[]} */
    const made = [];
    for (const name of namesIn(this.names.value)) {
      const answer = await send('POST', `${this.page.api}/badges`, { name, role, ...(role === 'speaker' ? { session: this.session.value } : {}) });
      if (!answer.ok) {
        this.said.textContent = '';
        this.failed(answer.problem);
        return null;
      }
      made.push({ link: answer.data.link, name, role });
    }
    this.names.value = '';
    return made;
  }
}

/**
 * A sheet in little: as many boxes as it has codes.
 *
 * @param {Kind} kind
 */
function sample({ what, aPage }) {
  return Array.from({ length: what === 'helpers' ? 3 : aPage }, () => el('i'));
}
