/** @import {Translate} from '../types.js' */
import { countGraphemes } from '../lib/graphemes.js';
import { el, one } from '../lib/html.js';
import { keep, kept } from '../lib/keep.js';

/** The server takes no longer name of whom a question is for. In graphemes. */
const MAX_TO = 60;
/** What ends like this may be a question. */
const ASKS = /[?？؟]["'”’)\]\s]*$/u;

/**
 * The part of the form that makes a question of a post: for whom, and whether with one's name.
 *
 * Events: `change`.
 */
export class AskFields extends EventTarget {
  #row = one(document, '#ask-row', HTMLElement);
  #switch = one(document, '#question', HTMLInputElement);
  #more = one(document, '#ask-more', HTMLElement);
  #to = one(document, '#to', HTMLSelectElement);
  #named = one(document, '#named', HTMLInputElement);
  #anonymous = one(document, '#anonymous', HTMLInputElement);
  #offer = one(document, '#ask-offer', HTMLElement);
  #allowed = false;
  #offered = '';

  /**
   * @param {Translate} t
   * @param {string} keptAs Another language, or a tab that the phone threw away, does not make a post of it.
   */
  constructor(t, keptAs) {
    super();
    this.t = t;
    this.keptAs = keptAs;
    if (kept(keptAs)) this.#switch.checked = true;
    this.#switch.addEventListener('change', () => this.#changed());
    for (const each of [this.#named, this.#anonymous]) each.addEventListener('change', () => this.#changed());
    this.#draw();
  }

  /** Whether what is written is a question. */
  get on() {
    return this.#allowed && this.#switch.checked;
  }

  /** Whom it is for; empty: whoever is on stage. */
  get to() {
    return this.on ? this.#to.value : '';
  }

  /** Whether a name goes along. */
  get isNamed() {
    return !this.on || this.#named.checked;
  }

  /** Whether questions are asked now. @param {boolean} allowed */
  allow(allowed) {
    if (allowed === this.#allowed) return;
    this.#allowed = allowed;
    this.#row.hidden = !allowed;
    this.#changed();
  }

  /**
   * @param {boolean} on
   * @param {{to?: string | undefined, name?: string}} [more]
   */
  set(on, { to = '', name = '' } = {}) {
    this.#switch.checked = on;
    (name ? this.#named : this.#anonymous).checked = true;
    if (to) this.#addressees([...this.#to.options].map(({ value }) => value).filter(Boolean).concat(to));
    this.#to.value = to;
    this.#changed();
  }

  /** Who speaks in the session that it is about. @param {readonly string[]} names */
  offerSpeakers(names) {
    const short = names.filter((name) => countGraphemes(name) <= MAX_TO);
    if (document.activeElement !== this.#to) this.#addressees(short);
  }

  /** What is being written: a question mark at its end offers to make it a question. @param {string} text */
  notice(text) {
    const asks = this.#allowed && !this.#switch.checked && ASKS.test(text);
    const offered = asks ? 'offer' : '';
    if (offered === this.#offered) return;
    this.#offered = offered;
    const accept = () => {
      this.set(true, { name: one(document, '#name', HTMLInputElement).value.trim() });
      this.#switch.focus({ preventScroll: true });
    };
    this.#offer.replaceChildren(...(asks ? [el('span', {}, this.t('write.question-offer')), el('button', { type: 'button', class: 'button tint', on: { click: accept } }, this.t('write.question-yes'))] : []));
  }

  /** @param {readonly string[]} names */
  #addressees(names) {
    const unique = [...new Set(names)];
    if (unique.join('\n') === [...this.#to.options].map(({ value }) => value).filter(Boolean).join('\n')) return;
    const chosen = this.#to.value;
    this.#to.replaceChildren(el('option', { value: '' }, this.t('write.to-anyone')), ...unique.map((name) => el('option', { value: name, selected: name === chosen }, name)));
    this.#draw();
  }

  #changed() {
    keep(this.keptAs, this.on ? '1' : '');
    this.#draw();
    this.dispatchEvent(new Event('change'));
  }

  #draw() {
    this.#more.hidden = !this.on;
    one(document, '#to-row', HTMLElement).hidden = this.#to.options.length < 2;
    one(document, '#name-row', HTMLElement).hidden = !this.isNamed;
    if (this.on) this.notice('');
  }
}
