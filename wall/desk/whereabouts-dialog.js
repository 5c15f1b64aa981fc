/** @import {DeskPost, Page, Problem, Translate} from '../types.js' */
/** @import {Whereabouts} from './whereabouts.js' */
import { fault } from '../elements/fault.js';
import { nameOf } from '../elements/people.js';
import { el } from '../lib/html.js';
import { send } from '../lib/http.js';
import { icon } from '../lib/icon.js';
import { dayTime } from '../lib/time.js';
import { answers, headline, mayAsk, reasons } from './whereabouts.js';

const DAY_MS = 24 * 3_600_000;

/** Characters; the server's own limit. */
const ADDRESS_MAX = 2_048;

/** Where is my post? By its address: among ours, and at the networks. */
export class WhereaboutsDialog {
  #field = el('input', { class: 'input', id: 'where-address', type: 'url', inputmode: 'url', autocomplete: 'off', spellcheck: 'false', maxlength: ADDRESS_MAX, 'aria-describedby': 'where-hint', autofocus: true });
  #look;
  #result = el('div', { class: 'where-result', role: 'status' });
  #acts = el('div', { class: 'row ask-choices' });
  #dialog;
  /** The newest question: an answer to an earlier one is not shown any more. */
  #question = 0;

  /**
   * @param {Translate} t
   * @param {Page} page
   * @param {(post: DeskPost) => void} open To the post itself.
   */
  constructor(t, page, open) {
    this.t = t;
    this.page = page;
    this.open = open;
    const close = el('button', { class: 'button quiet plain', type: 'button', 'aria-label': t('close'), on: { click: () => this.#dialog.close() } }, icon('close', 'small'));
    this.#look = el('button', { class: 'button primary', type: 'submit' }, t('desk.where.look'));
    const form = el('form', { class: 'stack', novalidate: true },
      el('div', { class: 'field' }, el('label', { for: 'where-address' }, t('desk.where.address')),
        el('div', { class: 'where-row' }, this.#field, this.#look), el('p', { class: 'hint', id: 'where-hint' }, t('desk.where.hint'))));
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#find();
    });
    this.#dialog = el('dialog', { class: 'panel where-panel', 'aria-labelledby': 'where-title' },
      el('header', { class: 'where-head' }, el('h2', { id: 'where-title' }, t('desk.where.title')), close), form, this.#result, this.#acts);
    this.#dialog.addEventListener('close', () => this.#dialog.remove());
  }

  /** @param {string} [address] Looked for at once. */
  show(address = '') {
    document.body.append(this.#dialog);
    this.#field.value = address.trim();
    this.#dialog.showModal();
    if (address) void this.#find();
  }

  async #find() {
    const address = this.#field.value.trim();
    if (!address) return this.#say([this.t('desk.where.empty')]);
    await this.#ask('GET', `${this.page.api}/whereabouts?address=${encodeURIComponent(address)}`);
  }

  /** @param {{address: string, take?: boolean}} what */
  async #askNetworks(what) {
    await this.#ask('POST', `${this.page.api}/whereabouts`, what, this.t('desk.where.asking'));
  }

  /**
   * @param {'GET' | 'POST'} method
   * @param {string} url
   * @param {object} [body]
   * @param {string} [meanwhile]
   */
  async #ask(method, url, body, meanwhile = this.t('loading')) {
    const question = ++this.#question;
    this.#say([meanwhile]);
    const answer = await send(method, url, body);
    if (question !== this.#question) return;
    if (answer.ok) this.#tell(answer.data, body !== undefined && 'take' in body);
    else this.#failed(answer.problem);
  }

  /** @param {Problem} problem */
  #failed(problem) {
    this.#say([problem.code === 'not-an-address' ? this.t('desk.where.not-an-address') : fault(this.t, problem)]);
    this.#field.focus();
  }

  /**
   * @param {Whereabouts} told
   * @param {boolean} taken It was handed in just now.
   */
  #tell(told, taken) {
    const { t } = this;
    const { post, found } = told;
    const words = post ? { name: nameOf(t, post.author), text: post.text, at: told.at } : found ? { name: found.name || found.handle, text: found.text, at: found.created } : null;
    this.#result.replaceChildren(
      el('h3', { class: 'where-is' }, taken && post ? t('desk.where.taken', { where: headline(t, told) }) : headline(t, told)),
      ...reasons(t, told).map((reason) => el('p', {}, reason)),
      ...(words ? [el('blockquote', { class: 'where-post' }, el('p', { class: 'meta' }, el('bdi', {}, words.name), words.at ? ` · ${moment(this.page.lang, words.at / 1000)}` : ''), el('p', { dir: 'auto' }, words.text))] : []),
      ...answers(t, told).map((said) => el('p', { class: 'meta' }, said)));
    const acts = [];
    if (post) acts.push(this.#button(t('desk.where.open'), () => this.#toPost(post)));
    if (mayAsk(told)) acts.push(this.#button(t('desk.where.ask'), () => void this.#askNetworks({ address: told.address })));
    if (found) acts.push(this.#button(t('desk.where.take'), () => void this.#askNetworks({ address: told.address, take: true })));
    this.#acts.replaceChildren(...acts);
    acts[0]?.focus();
  }

  /** @param {DeskPost} post */
  #toPost(post) {
    this.#dialog.close();
    this.open(post);
  }

  /**
   * @param {string} label
   * @param {() => void} act
   */
  #button(label, act) {
    return el('button', { class: 'button primary', type: 'button', on: { click: act } }, label);
  }

  /** @param {string[]} lines */
  #say(lines) {
    this.#acts.replaceChildren();
    this.#result.replaceChildren(...lines.map((line) => el('p', {}, line)));
  }
}

/**
 * The time of today; the day too where that is longer ago: posts of last year are looked for as well.
 *
 * @param {string} lang
 * @param {number} ms
 */
function moment(lang, ms) {
  if (Date.now() - ms < DAY_MS) return dayTime(lang, ms);
  return new Intl.DateTimeFormat(lang, { dateStyle: 'long', timeStyle: 'short' }).format(ms);
}
