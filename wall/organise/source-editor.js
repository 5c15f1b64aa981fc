/** @import {Problem, Translate} from '../types.js' */
/** @import {Field, Network} from './options-form.js' */
/** @import {Outcome} from './network-words.js' */
/** @import {SourceRow} from './sources-part.js' */
import { fault } from '../elements/fault.js';
import { el } from '../lib/html.js';
import { send } from '../lib/http.js';
import { icon } from '../lib/icon.js';
import { networkFacts } from './network-list.js';
import { factsOf, namesServers } from './network-words.js';
import { flawOf, wrongWord } from './options.js';
import { MADE, OptionsForm } from './options-form.js';
import { copyLine, reachLine } from './source-told.js';
import { laterCard, trialCard } from './source-trial.js';

/** A trial asks other servers, one after the other; ours stops it after 25 s. */
const TRIAL_TIMEOUT_MS = 30_000;

/** What servers say that want another secret: its field may be folded away. */
const WANT_A_SECRET = new Set(['needs-token', 'token-refused', 'mentions-refused', 'needs-account', 'login-refused']);

/**
 * @typedef {{id: string, told: Record<string, string>, address: string | null, by: string}} Kept What became of it; `by`: who brings its posts.
 */

/** One source to be: what it wants to know, a trial, and adding or changing it. */
export class SourceEditor {
  #trial = el('div', { class: 'trial', 'aria-live': 'polite' });
  #error = el('p', { class: 'error', id: 'source-error', role: 'alert' });
  /** Where it stands that is no field's. */
  #home = el('div', {}, this.#error);

  /**
   * @param {Network} network
   * @param {object} parts
   * @param {string} parts.api
   * @param {Translate} parts.t
   * @param {string} parts.lang
   * @param {ReadonlyArray<string>} parts.hashtags
   * @param {SourceRow | null} parts.before The source that is changed; null: a new one.
   * @param {(kept: Kept) => void} parts.kept
   * @param {() => void} parts.left Without keeping anything.
   */
  constructor(network, { api, t, lang, hashtags, before, kept, left }) {
    this.network = network;
    this.api = api;
    this.t = t;
    this.lang = lang;
    this.before = before;
    this.kept = kept;
    this.form = new OptionsForm(network, { t, lang, hashtags, before: before?.options ?? null });
    const act = network.facts.push ? t(before ? 'organise.sources.save' : 'organise.sources.add-it') : t('organise.sources.try');
    this.submit = el('button', { class: 'button primary', type: 'submit' }, act);
    const own = lang === 'nl' ? 'nl' : 'en';
    const secrets = network.options.some(({ type }) => type === 'secret' || type === 'secrets');
    const title = el('h3', {}, before ? t('organise.sources.change-title', { name: network.name }) : network.name);
    const form = el('form', { class: 'card stack-wide', novalidate: true },
      el('div', { class: 'stack' }, title, el('p', { class: 'meta' }, before && secrets ? t('organise.sources.change-note') : network.summary[own])),
      this.form.root, this.#home,
      el('div', { class: 'row' }, this.submit,
        el('button', { class: 'button', type: 'button', on: { click: left } }, icon('back', 'small'), t(before ? 'organise.sources.stop-change' : 'organise.sources.others'))));
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#submitted();
    });
    // What was tried is what is added: another word in a field is tried anew.
    form.addEventListener('input', () => this.#trial.replaceChildren());
    const facts = el('div', { 'aria-live': 'polite' });
    const tellFacts = () => facts.replaceChildren(networkFacts(network, factsOf(network, this.form.chosen()), { t, lang }));
    tellFacts();
    if (network.options.some(({ choices }) => choices.some((choice) => Object.keys(choice.facts).length > 0))) form.addEventListener('change', tellFacts);
    const about = el('section', { class: 'card stack' }, el('h4', {}, t('organise.sources.about', { name: network.name })), facts,
      before?.address ? [copyLine(t, t('organise.sources.told-address'), before.address), reachLine(t, before.address)] : null);
    this.root = el('div', { class: 'two' }, form, el('div', { class: 'source-side' }, this.#trial, about));
  }

  focus() {
    this.form.focus();
    this.root.scrollIntoView({ block: 'start' });
  }

  /** Nothing is sent while something is missing, and it is told. */
  async #submitted() {
    this.#tell([]);
    const missing = this.form.missing();
    if (missing) return this.#tell([this.t('organise.sources.missing', { what: missing.label })], missing);
    this.#trial.replaceChildren();
    const options = this.form.read();
    await this.#busy(() => (this.network.facts.push ? this.#keep(options) : this.#try(options)));
  }

  /** @param {() => Promise<void>} work */
  async #busy(work) {
    const words = this.submit.textContent ?? '';
    const from = document.activeElement;
    this.submit.disabled = true;
    if (!this.network.facts.push) this.submit.textContent = this.t('organise.sources.trying');
    await work();
    this.submit.disabled = false;
    this.submit.textContent = words;
    // A button that cannot be pressed loses the focus; who is elsewhere by now stays there.
    const result = this.#trial.querySelector('h4');
    const lost = document.activeElement === document.body;
    if (result && (lost || document.activeElement === from)) result.focus({ preventScroll: true });
    else if (lost) this.submit.focus({ preventScroll: true });
  }

  /** @param {Record<string, unknown>} options */
  async #try(options) {
    const { t, lang, before } = this;
    const draft = { network: this.network.id, options, ...(before ? { source: before.id } : {}) };
    const answer = await send('POST', `${this.api}/sources/trials`, draft, { timeoutMs: TRIAL_TIMEOUT_MS });
    if (!answer.ok && answer.problem.code !== 'tried-just-now') return this.#refused(answer.problem);
    if (answer.ok && /** @type {Outcome} */ (answer.data).servers.some(({ what }) => WANT_A_SECRET.has(what))) this.form.showSecrets();
    const verb = before ? 'save' : 'add';
    const works = answer.ok && answer.data.ok;
    const words = t(works ? (before ? 'organise.sources.save' : 'organise.sources.add-it') : `organise.sources.${verb}-anyway`);
    const parts = { t, lang, nowMs: Date.now(), ownServers: namesServers(this.network), next: { words, act: () => void this.#keep(options) } };
    this.#trial.replaceChildren(answer.ok ? trialCard(answer.data, parts) : laterCard(answer.problem['retryAfter'] ?? 0, parts));
    this.#trial.scrollIntoView({ block: 'nearest' });
  }

  /** @param {Record<string, unknown>} options */
  async #keep(options) {
    if (this.before) return this.#change(this.before, options);
    const answer = await send('POST', `${this.api}/sources`, { network: this.network.id, options });
    if (!answer.ok) return this.#refused(answer.problem);
    this.kept({ id: answer.data.id, told: answer.data.told ?? {}, address: answer.data.address ?? null, by: this.#by(options) });
  }

  /**
   * Another secret for a network that comes to us goes by a door of its own: there the one before it stays good a while.
   *
   * @param {SourceRow} before
   * @param {Record<string, unknown>} options
   */
  async #change(before, options) {
    const anew = this.network.facts.push && MADE in options ? String(options[MADE]) : null;
    const others = Object.entries(options).filter(([name]) => anew === null || name !== MADE);
    const id = encodeURIComponent(before.id);
    const answer = await send('PUT', `${this.api}/sources/${id}`, { options: Object.fromEntries(others) });
    if (!answer.ok) return this.#refused(answer.problem);
    const secret = anew === null ? answer : await send('POST', `${this.api}/hooks/${id}/secrets`, anew ? { secret: anew } : {});
    if (!secret.ok) return this.#refused(secret.problem);
    this.kept({ id: before.id, told: secret.data.told ?? {}, address: before.address, by: this.#by(options) });
  }

  /** @param {Record<string, unknown>} options */
  #by({ profile }) {
    return `${this.network.id}.${profile ?? ''}`;
  }

  /** What is wrong is said where it is, and nothing that was typed is lost. @param {Problem} problem */
  #refused(problem) {
    const { t } = this;
    const wrong = this.form.named(problem['field'] ?? '');
    if (problem.status !== 422) return this.#tell([fault(t, problem)]);
    if (!wrong) return this.#tell([t(problem.code === 'too-many-sources' ? 'organise.sources.too-many' : 'organise.sources.wrong'), this.#inEnglish(problem)]);
    if (problem.code === 'secret-again') return this.#tell([t('organise.sources.secret-again', { what: wrong.label })], wrong);
    const flaw = flawOf(wrong.option, wrong.value());
    if (flaw) return this.#tell([t(`organise.sources.${flaw}`, { what: wrong.label, least: wrong.option.least ?? 0, most: wrong.option.most ?? 0 })], wrong);
    const word = wrongWord(problem.detail);
    const words = word ? t('organise.sources.wrong-word', { what: wrong.label, word }) : t('organise.sources.wrong-field', { what: wrong.label });
    this.#tell([words, this.#inEnglish(problem)], wrong);
  }

  /** What the server says of it, which it says in English only; the help of each field is in both languages. @param {Problem} problem */
  #inEnglish({ detail }) {
    return this.lang === 'en' && detail ? el('span', { class: 'detail' }, detail.replace(/^\w+: /, '')) : '';
  }

  /**
   * @param {(Node | string)[]} words None: nothing is wrong.
   * @param {Field} [field] That they are about.
   */
  #tell(words, field) {
    this.form.unmark();
    if (!field) this.#home.append(this.#error);
    this.#error.replaceChildren(...words);
    if (field) this.form.mark(field, this.#error);
    else if (words.length > 0) this.#home.scrollIntoView({ block: 'nearest' });
  }
}
