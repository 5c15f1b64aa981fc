/** @import {Translate} from '../types.js' */
/** @import {KeptPaper, Suggestion} from './model.js' */
import { fault } from '../elements/fault.js';
import { el } from '../lib/html.js';
import { icon } from '../lib/icon.js';
import { keep, kept } from '../lib/keep.js';
import { fileKey, Upload } from '../lib/tus.js';
import { sizeWords } from '../phone/papers-order.js';
import { leftWords, offers } from './model.js';

/**
 * What is on its way up, by paper; over a reload too, as soon as somebody chooses the same file again (a page may not read a file
 * by itself).
 *
 * @typedef {{url: string, paper: string, name: string}} Unfinished
 */
export class Uploads {
  /** @type {Map<string, Upload>} */
  #running = new Map();
  /** @type {Map<string, HTMLElement>} */
  #places = new Map();
  /** What the file of a paper said of itself, until somebody took or left it. @type {Map<string, Suggestion>} */
  #said = new Map();
  /** @type {Map<string, {paper: KeptPaper, patch: (change: Record<string, unknown>) => void}>} */
  #papers = new Map();

  /**
   * @param {object} page
   * @param {string} page.api
   * @param {string} page.slug
   * @param {Translate} page.t
   * @param {string} page.lang
   * @param {(answer: {paper: KeptPaper}) => void} page.arrived
   */
  constructor({ api, slug, t, lang, arrived }) {
    this.api = api;
    this.t = t;
    this.lang = lang;
    this.arrived = arrived;
    this.keptAs = `fontein-uploads-${slug}`;
  }

  /** Whether leaving the page would stop something. */
  get busy() {
    return [...this.#running.values()].some(({ state }) => state === 'sending' || state === 'waiting');
  }

  /**
   * Where the card of a paper shows what is on its way: the same node each time, so that a button under a finger stays.
   *
   * @param {KeptPaper} paper
   * @param {(change: Record<string, unknown>) => void} patch
   */
  place(paper, patch) {
    this.#papers.set(paper.id, { paper, patch });
    const place = this.#places.get(paper.id) ?? el('div', { class: 'upload' });
    this.#places.set(paper.id, place);
    this.#draw(paper.id, true);
    return place;
  }

  /**
   * The paper for which this file was on its way when the page was left.
   *
   * @param {File} file
   * @param {readonly string[]} papers Those that are still there.
   * @returns {string | null}
   */
  unfinishedOf(file, papers) {
    const all = this.#unfinished();
    return papers.find((paper) => fileKey(file, paper) in all) ?? null;
  }

  /**
   * @param {string} paper
   * @param {File} file
   * @param {string} lang Empty: as the file says.
   */
  begin(paper, file, lang) {
    void this.#running.get(paper)?.cancel();
    this.#said.delete(paper);
    const key = fileKey(file, paper);
    const upload = new Upload({
      url: `${this.api}/papers/${paper}/uploads`,
      file,
      key,
      memory: { get: (name) => this.#unfinished()[name]?.url ?? null, set: (name, url) => this.#remember(name, url, paper, file) },
      metadata: { filename: file.name, ...(lang ? { lang } : {}) },
    });
    this.#running.set(paper, upload);
    upload.addEventListener('change', () => this.#changed(paper, upload));
    void upload.start();
  }

  /** The paper goes: so does what is on its way to it. @param {string} paper */
  forget(paper) {
    void this.#running.get(paper)?.cancel();
    this.#running.delete(paper);
    this.#said.delete(paper);
    for (const [key, unfinished] of Object.entries(this.#unfinished())) if (unfinished.paper === paper) this.#remember(key, null);
  }

  /**
   * @param {string} paper
   * @param {Upload} upload
   */
  #changed(paper, upload) {
    if (this.#running.get(paper) !== upload) return;
    if (upload.state === 'done') {
      this.#running.delete(paper);
      if (upload.answer?.suggestion) this.#said.set(paper, upload.answer.suggestion);
      if (upload.answer?.paper) this.arrived(upload.answer);
    }
    this.#draw(paper);
  }

  /* --- over a reload ----------------------------------------------------------------------------------------- */

  /** @returns {Record<string, Unfinished>} By key. */
  #unfinished() {
    try {
      return JSON.parse(kept(this.keptAs) ?? '{}');
    } catch (cause) {
      console.info('what was on its way at the last visit cannot be read', cause);
      return {};
    }
  }

  /**
   * @param {string} key
   * @param {string | null} url
   * @param {string} [paper]
   * @param {File} [file]
   */
  #remember(key, url, paper, file) {
    const all = this.#unfinished();
    delete all[key];
    if (url && paper && file) all[key] = { url, paper, name: file.name };
    keep(this.keptAs, JSON.stringify(all));
  }

  /* --- drawing ----------------------------------------------------------------------------------------------- */

  /**
   * @param {string} paper
   * @param {boolean} [anew] The paper itself changed.
   */
  #draw(paper, anew = false) {
    const place = this.#places.get(paper);
    if (!place) return;
    const upload = this.#running.get(paper);
    const state = upload?.state ?? (this.#said.has(paper) ? 'said' : 'none');
    if (place.dataset['state'] !== state || anew) {
      place.dataset['state'] = state;
      const hadFocus = place.contains(document.activeElement);
      place.replaceChildren(...(upload ? this.#parts(paper, upload) : this.#quiet(paper)));
      if (hadFocus) /** @type {HTMLElement | null} */ (place.querySelector('button'))?.focus();
    }
    if (upload) this.#drawProgress(place, upload);
  }

  /**
   * @param {string} paper
   * @param {Upload} upload
   * @returns {HTMLElement[]}
   */
  #parts(paper, upload) {
    const { t } = this;
    const { state, file } = upload;
    if (state === 'failed') {
      const { problem } = upload;
      // Other pages say the same of smaller things.
      const words = !problem ? t('fault.other') : fault(t, problem.code === 'too-large' ? { ...problem, code: 'paper-too-large' } : problem);
      return [el('p', { class: 'flag', role: 'alert' }, icon('warning', 'small'), el('span', {}, t('shelf.refused', { name: file.name, why: words }))),
        el('p', {}, this.#button('shelf.close', file.name, () => this.#close(paper)))];
    }
    const bar = el('progress', { max: file.size, value: upload.sent, 'aria-label': t('shelf.sending', { name: file.name }) });
    const line = el('p', { class: 'meta upload-line', role: 'status' });
    const pause = state === 'paused' ? this.#button('shelf.resume', file.name, () => void upload.start()) : this.#button('shelf.pause', file.name, () => void upload.pause());
    return [el('p', { class: 'upload-name', dir: 'auto' }, file.name), bar, line, el('p', { class: 'row' }, pause, this.#button('shelf.stop', file.name, () => this.#stop(paper, upload)))];
  }

  /**
   * @param {HTMLElement} place
   * @param {Upload} upload
   */
  #drawProgress(place, upload) {
    const bar = place.querySelector('progress');
    const line = place.querySelector('.upload-line');
    if (!bar || !line) return;
    bar.value = upload.sent;
    const words = this.#progress(upload);
    if (line.textContent !== words) line.textContent = words;
  }

  /** @param {Upload} upload */
  #progress({ state, sent, file, secondsLeft }) {
    const { t } = this;
    const percent = t('shelf.percent', { n: Math.floor((sent / Math.max(1, file.size)) * 100), size: sizeWords(file.size, this.lang) });
    if (state === 'paused') return `${percent} · ${t('shelf.paused')}`;
    if (state === 'waiting') return `${percent} · ${t('shelf.waiting')}`;
    if (sent >= file.size) return t('shelf.looking');
    const left = leftWords(secondsLeft, t);
    return left ? `${percent} · ${left}` : percent;
  }

  /**
   * What was left unfinished at an earlier visit, and what the file says of itself.
   *
   * @param {string} paper
   * @returns {HTMLElement[]}
   */
  #quiet(paper) {
    const { t } = this;
    const left = Object.values(this.#unfinished()).filter((unfinished) => unfinished.paper === paper);
    const unfinished = left.map(({ name }) => el('p', { class: 'flag' }, icon('clock', 'small'), el('span', {}, t('shelf.unfinished', { name }))));
    return [...unfinished, ...this.#suggestions(paper)];
  }

  /** @param {string} paper @returns {HTMLElement[]} */
  #suggestions(paper) {
    const known = this.#papers.get(paper);
    const found = known ? offers(this.#said.get(paper), known.paper) : [];
    return found.map(({ field, words, change }) =>
      el('p', { class: 'suggestion' },
        el('span', {}, el('span', { class: 'meta' }, this.t(`shelf.suggest.${field}`)), ' ', el('span', { dir: 'auto', class: 'suggestion-words' }, words)),
        el('button', { type: 'button', class: 'button', on: { click: () => known?.patch(change) } }, this.t('shelf.take-over'), el('span', { class: 'visually-hidden' }, `: ${words}`))));
  }

  /**
   * @param {'shelf.close' | 'shelf.resume' | 'shelf.pause' | 'shelf.stop'} words
   * @param {string} name
   * @param {() => void} click
   */
  #button(words, name, click) {
    return el('button', { type: 'button', class: 'button', on: { click } }, this.t(words), el('span', { class: 'visually-hidden' }, `: ${name}`));
  }

  /** @param {string} paper */
  #close(paper) {
    this.#running.delete(paper);
    this.#draw(paper);
  }

  /**
   * @param {string} paper
   * @param {Upload} upload
   */
  #stop(paper, upload) {
    void upload.cancel();
    this.#close(paper);
  }
}
