/** @import {Problem} from '../types.js' */
/** @import {Keeping} from './due.js' */
/** @import {Words} from './words.js' */
import { el, one } from '../lib/html.js';
import { send } from '../lib/http.js';
import { icon } from '../lib/icon.js';
import { confirmForGood } from './confirm.js';
import { fetchFile } from './file.js';

/** As many as one search gives. */
const MOST = 20;
const LEAST = 2;

/**
 * @typedef {object} Person Somebody who could be meant.
 * @property {string} network
 * @property {string} name
 * @property {string} handle
 * @property {number} posts
 * @property {number} shown
 * @property {string} post The one that the search fits.
 * @property {'post' | 'identity' | 'name' | 'words'} by
 * @property {{text: string, at: number, status: string, address: string | null, versions: readonly number[]}} said That post.
 * @property {readonly number[]} versions Frozen reports with something of theirs.
 *
 * @typedef {{who: string | null, out: boolean, authors: readonly Person[], more: boolean}} Found
 */

/** Somebody asks to be erased: first who it is and what goes, then a second step that says it again. */
export class ErasePart {
  /** @type {Keeping | null} */
  #keeping = null;
  #query = '';
  #searching = 0;

  /**
   * @param {ParentNode} root
   * @param {object} parts
   * @param {Words} parts.words
   * @param {string} parts.api
   * @param {string} parts.slug
   * @param {() => void} parts.changed
   * @param {(problem: Problem) => string} parts.fault
   */
  constructor(root, { words, api, slug, changed, fault }) {
    this.words = words;
    this.api = api;
    this.slug = slug;
    this.changed = changed;
    this.fault = fault;
    this.field = one(root, '#query', HTMLInputElement);
    this.error = one(root, '#query-error', HTMLElement);
    this.said = one(root, '#erase-said', HTMLElement);
    this.people = one(root, '#people', HTMLElement);
    one(root, '#search', HTMLFormElement).addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#search();
    });
    this.field.addEventListener('input', () => this.#wrong(''));
  }

  /** @param {Keeping} keeping */
  render(keeping) {
    this.#keeping = keeping;
  }

  async #search() {
    const { t } = this.words;
    const query = this.field.value.trim();
    if (query.length < LEAST) {
      this.field.focus();
      return this.#wrong(t('keep.erase.short'));
    }
    const turn = ++this.#searching;
    this.#query = query;
    this.said.textContent = t('keep.erase.searching');
    const answer = await send('GET', `${this.api}/authors?q=${encodeURIComponent(query)}`);
    if (turn !== this.#searching) return;
    if (answer.ok) this.#show(answer.data);
    else {
      this.said.textContent = '';
      this.#wrong(this.fault(answer.problem));
    }
  }

  /** @param {string} words */
  #wrong(words) {
    this.error.textContent = words;
    this.field.toggleAttribute('aria-invalid', false);
    if (words) this.field.setAttribute('aria-invalid', 'true');
  }

  /** @param {Found} found */
  #show({ who, out, authors, more }) {
    const { t } = this.words;
    const certain = authors.some(({ by }) => by === 'identity' || by === 'post');
    const nobody = who !== null && !certain;
    this.said.textContent = authors.length ? t('keep.erase.found', { n: authors.length }) + (more ? ` ${t('keep.erase.found-more', { n: MOST })}` : '') : t('keep.erase.found-none');
    this.people.replaceChildren(...(nobody ? [this.#stranger(who, out)] : []), ...authors.map((person) => this.#card(person)));
  }

  /**
   * Somebody of whom nothing is here, but who can be named.
   *
   * @param {string} who
   * @param {boolean} out
   */
  #stranger(who, out) {
    const { t } = this.words;
    if (out) return el('li', { class: 'card person' }, el('p', {}, icon('block', 'small'), ' ', t('keep.erase.out', { who })));
    const keepOut = () => void this.#ask({
      title: t('keep.erase.ask-out', { who }), points: [t('keep.erase.point-stays-out')], yes: t('keep.erase.yes-out'), body: { address: this.#query },
    });
    return el('li', { class: 'card person' }, el('h3', {}, t('keep.erase.unknown', { who })), el('p', { class: 'meta' }, t('keep.erase.unknown-what')),
      el('p', {}, el('button', { class: 'button danger-line', type: 'button', on: { click: keepOut } }, t('keep.erase.keep-out'))));
  }

  /** @param {Person} person */
  #card(person) {
    const { t } = this.words;
    const name = this.#nameOf(person);
    const source = t(`source.${person.network}`);
    const count = [t('keep.erase.posts', { n: person.posts }), person.shown ? t('keep.erase.shown', { n: person.shown }) : ''].filter(Boolean).join(', ');
    const meta = [person.handle, source.startsWith('source.') ? person.network : source, count].filter(Boolean).join(' · ');
    const { said } = person;
    const heading = `person-${person.post}`;
    return el('li', { class: 'card person', data: { post: person.post } },
      el('div', {}, el('h3', { dir: 'auto', id: heading }, name), el('p', { class: 'meta' }, meta)),
      el('figure', { class: 'quote' },
        el('figcaption', { class: 'meta' }, t(`keep.erase.by.${person.by}`), ' · ', this.words.moment(said.at)),
        el('blockquote', { dir: 'auto' }, said.text),
        said.address && el('p', { class: 'meta address' }, said.address)),
      person.versions.length > 0 && el('p', { class: 'in-report' }, icon('paper', 'small'), t('keep.erase.versions', { n: person.versions.length, list: this.words.list(person.versions) })),
      el('div', { class: 'row' },
        el('button', { class: 'button danger-line', type: 'button', 'aria-describedby': heading, on: { click: () => void this.#askAll(person) } }, t('keep.erase.all')),
        person.posts > 1 && el('button', { class: 'button', type: 'button', 'aria-describedby': heading, on: { click: () => void this.#askOne(person) } }, t('keep.erase.one')),
        el('button', { class: 'button quiet', type: 'button', 'aria-describedby': heading, on: { click: () => void this.#access(person) } }, icon('download', 'small'), t('keep.erase.access'))));
  }

  /** @param {Person} person */
  #nameOf({ name, handle }) {
    return name.trim() || handle || this.words.t('keep.erase.nameless');
  }

  /** @param {Person} person */
  #askAll(person) {
    const { t } = this.words;
    const points = [t('keep.erase.point-posts', { n: person.posts }), ...this.#versions(person.versions),
      t(person.network === 'phone' ? 'keep.erase.point-phone' : 'keep.erase.point-stays-out'), t('keep.erase.point-copies')];
    return this.#ask({ title: t('keep.erase.ask-all', { name: this.#nameOf(person) }), points, yes: t('keep.erase.yes-all', { n: person.posts }), body: { authorOf: person.post } });
  }

  /** @param {Person} person */
  #askOne(person) {
    const { t } = this.words;
    const points = [t('keep.erase.point-posts', { n: 1 }), ...this.#versions(person.said.versions), t('keep.erase.point-copies')];
    return this.#ask({ title: t('keep.erase.ask-one', { name: this.#nameOf(person) }), points, yes: t('keep.erase.yes-all', { n: 1 }), body: { posts: [person.post] } });
  }

  /** @param {readonly number[]} versions */
  #versions(versions) {
    if (versions.length === 0) return [];
    const key = this.#keeping?.hold.on ? 'keep.erase.point-held' : 'keep.erase.point-versions';
    return [this.words.t(key, { n: versions.length, list: this.words.list(versions) })];
  }

  /** @param {{title: string, points: readonly string[], yes: string, body: object}} question */
  async #ask({ title, points, yes, body }) {
    const { t } = this.words;
    if (!(await confirmForGood({ title, points, sure: t('keep.sure'), yes, no: t('cancel') }))) return;
    const answer = await send('POST', `${this.api}/erasures`, body);
    if (!answer.ok) return this.#tell(this.fault(answer.problem));
    const { erased, suppressed, versions } = answer.data;
    const said = [
      erased.length ? t('keep.erase.done', { n: erased.length }) : '',
      versions.length && !this.#keeping?.hold.on ? t('keep.erase.done-versions') : '',
      suppressed ? t('keep.erase.done-out') : '',
    ];
    this.people.replaceChildren();
    this.field.value = '';
    this.#tell(said.filter(Boolean).join(' '));
    this.changed();
  }

  /** @param {Person} person */
  async #access(person) {
    const { t } = this.words;
    const problem = await fetchFile(`${this.api}/access?post=${person.post}`, `${this.slug}-${t('keep.erase.access-name')}-${person.post}.zip`);
    this.#tell(problem ? this.fault(problem) : t('keep.papers.made'));
  }

  /** @param {string} words */
  #tell(words) {
    this.said.textContent = words;
    this.said.focus();
  }
}
