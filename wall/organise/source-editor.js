/** @import {Problem, Translate} from '../types.js' */
/** @import {Network} from './options-form.js' */
/** @import {SourceRow} from './sources-part.js' */
import { el } from '../lib/html.js';
import { send } from '../lib/http.js';
import { icon } from '../lib/icon.js';
import { networkFacts } from './network-list.js';
import { factsOf } from './network-words.js';
import { MADE, OptionsForm } from './options-form.js';
import { copyLine } from './source-told.js';
import { trialCard } from './source-trial.js';

/** A trial asks other servers, one after the other; ours stops it after 25 s. */
const TRIAL_TIMEOUT_MS = 30_000;

/**
 * @typedef {{id: string, told: Record<string, string>, address: string | null}} Kept What became of it.
 */

/** One source to be: what it wants to know, a trial, and adding or changing it. */
export class SourceEditor {
  #trial = el('div', { class: 'trial', 'aria-live': 'polite' });
  #error = el('p', { class: 'error', id: 'source-error', role: 'alert' });

  /**
   * @param {Network} network
   * @param {object} parts
   * @param {string} parts.api
   * @param {Translate} parts.t
   * @param {string} parts.lang
   * @param {ReadonlyArray<string>} parts.hashtags
   * @param {SourceRow | null} parts.before The source that is changed; null: a new one.
   * @param {(problem: Problem) => void} parts.failed
   * @param {(kept: Kept) => void} parts.kept
   * @param {() => void} parts.left Without keeping anything.
   */
  constructor(network, { api, t, lang, hashtags, before, failed, kept, left }) {
    this.network = network;
    this.api = api;
    this.t = t;
    this.lang = lang;
    this.before = before;
    this.failed = failed;
    this.kept = kept;
    this.form = new OptionsForm(network, { t, lang, hashtags, before: before?.options ?? null });
    const act = network.facts.push ? t(before ? 'organise.sources.save' : 'organise.sources.add-it') : t('organise.sources.try');
    this.submit = el('button', { class: 'button primary', type: 'submit' }, act);
    const own = lang === 'nl' ? 'nl' : 'en';
    const title = el('h3', {}, before ? t('organise.sources.change-title', { name: network.name }) : network.name);
    const form = el('form', { class: 'card stack-wide', novalidate: true },
      el('div', { class: 'stack' }, title, el('p', { class: 'meta' }, before ? t('organise.sources.change-note') : network.summary[own])),
      this.form.root, this.#error,
      el('div', { class: 'row' }, this.submit,
        el('button', { class: 'button', type: 'button', on: { click: left } }, icon('back', 'small'), t(before ? 'organise.sources.stop-change' : 'organise.sources.others'))));
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#submitted();
    });
    const facts = el('div', { 'aria-live': 'polite' });
    const tellFacts = () => facts.replaceChildren(networkFacts(factsOf(network, this.form.chosen()), { t, lang }));
    tellFacts();
    if (network.options.some(({ choices }) => choices.some((choice) => Object.keys(choice.facts).length > 0))) form.addEventListener('change', tellFacts);
    const about = el('section', { class: 'card stack' }, el('h4', {}, t('organise.sources.about', { name: network.name })), facts,
      before?.address ? copyLine(t, t('organise.sources.told-address'), before.address) : null);
    this.root = el('div', { class: 'two' }, form, el('div', { class: 'source-side' }, this.#trial, about));
  }

  focus() {
    this.form.focus();
  }

  /** Nothing is sent while something is missing, and it is told. */
  async #submitted() {
    const missing = this.form.missing();
    this.#error.textContent = missing ? this.t('organise.sources.missing', { what: missing.label }) : '';
    if (missing) return missing.control.focus();
    this.#trial.replaceChildren();
    const options = this.form.read();
    await this.#busy(() => (this.network.facts.push ? this.#keep(options) : this.#try(options)));
  }

  /** @param {() => Promise<void>} work */
  async #busy(work) {
    const words = this.submit.textContent ?? '';
    this.submit.disabled = true;
    if (!this.network.facts.push) this.submit.textContent = this.t('organise.sources.trying');
    await work();
    this.submit.disabled = false;
    this.submit.textContent = words;
  }

  /** @param {Record<string, unknown>} options */
  async #try(options) {
    const { t, lang, before } = this;
    const draft = { network: this.network.id, options, ...(before ? { source: before.id } : {}) };
    const answer = await send('POST', `${this.api}/sources/trials`, draft, { timeoutMs: TRIAL_TIMEOUT_MS });
    if (!answer.ok) return this.#refused(answer.problem);
    const verb = before ? 'save' : 'add';
    const words = t(answer.data.ok ? (before ? 'organise.sources.save' : 'organise.sources.add-it') : `organise.sources.${verb}-anyway`);
    this.#trial.replaceChildren(trialCard(answer.data, { t, lang, nowMs: Date.now(), next: { words, act: () => void this.#keep(options) } }));
    this.#trial.scrollIntoView({ block: 'nearest' });
  }

  /** @param {Record<string, unknown>} options */
  async #keep(options) {
    if (this.before) return this.#change(this.before, options);
    const answer = await send('POST', `${this.api}/sources`, { network: this.network.id, options });
    if (!answer.ok) return this.#refused(answer.problem);
    this.kept({ id: answer.data.id, told: answer.data.told ?? {}, address: answer.data.address ?? null });
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
    this.kept({ id: before.id, told: secret.data.told ?? {}, address: before.address });
  }

  /** What is wrong is said at the form, and nothing that was typed is lost. @param {Problem} problem */
  #refused(problem) {
    if (problem.status !== 422) return this.failed(problem);
    const wrong = this.form.named(problem['field'] ?? '');
    wrong?.control.focus();
    const key = problem.code === 'secret-again' ? 'organise.sources.secret-again' : 'organise.sources.wrong-field';
    const words = wrong ? this.t(key, { what: wrong.label }) : this.t('organise.sources.wrong');
    this.#error.replaceChildren(words, problem.detail && problem.code !== 'secret-again' ? el('span', { class: 'detail', lang: 'en' }, problem.detail) : '');
  }
}
