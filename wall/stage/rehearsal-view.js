/** @import {Translate} from '../types.js' */
/** @import {Actions} from './actions.js' */
import { el } from '../lib/html.js';
import { icon } from '../lib/icon.js';
import { say } from './say.js';

/**
 * @typedef {object} Rehearsal
 * @property {boolean} on
 * @property {number} speed 1 is 25 minutes for the whole day.
 * @property {boolean} moderator
 * @property {number} posts What a wipe erases.
 * @property {'flood' | 'hijack' | 'network-down' | null} fault
 * @property {number | null} until Microseconds.
 */

/** A day in 25, 5 and 1¼ minutes. */
const SPEEDS = [1, 5, 20];
const FAULTS = /** @type {const} */ (['flood', 'hijack', 'network-down']);

/** Practise with recorded posts and with what can go wrong, and wipe all of it before the doors open. */
export class RehearsalView {
  #begin = el('form', { class: 'stack' });
  #going = el('div', { class: 'stack' });
  #faults;
  #said = el('p', { class: 'meta', role: 'status' });
  #wiping = el('div', { class: 'stack wiping' });
  #wipe;
  #speed;
  #erased = '';
  /** @type {Rehearsal | null} */
  #facts = null;

  /**
   * @param {HTMLDetailsElement} root
   * @param {HTMLElement} now Beside the title.
   * @param {object} parts
   * @param {Translate} parts.t
   * @param {Actions} parts.actions
   * @param {() => number} parts.now
   * @param {boolean} parts.mayWipe The organiser alone may erase.
   */
  constructor(root, now, { t, actions, now: clock, mayWipe }) {
    this.t = t;
    this.actions = actions;
    this.root = root;
    this.words = now;
    this.clock = clock;
    this.#speed = el('select', { class: 'input', id: 'rehearsal-speed' }, SPEEDS.map((speed) => el('option', { value: speed }, t(`stage.rehearsal.speed-${speed}`))));
    const moderator = el('input', { type: 'checkbox', id: 'rehearsal-moderator', checked: true });
    this.#begin.append(el('p', {}, t('stage.rehearsal.what')),
      el('div', { class: 'field' }, el('label', { for: 'rehearsal-speed' }, t('stage.rehearsal.speed')), this.#speed),
      el('label', { class: 'check' }, moderator, t('stage.rehearsal.moderator')),
      el('button', { class: 'button tint wide', type: 'submit' }, icon('play', 'small'), t('stage.rehearsal.start')));
    this.#begin.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#do(actions.rehearse({ on: true, speed: Number(this.#speed.value), moderator: moderator.checked }));
    });
    this.#faults = FAULTS.map((fault) => el('button', { class: 'option', type: 'button', data: { fault }, 'aria-pressed': 'false', on: { click: () => void this.#do(actions.goWrong(fault)) } },
      el('span', { class: 'option-name' }, t(`stage.rehearsal.${fault}`)), el('span', { class: 'option-what' }, t(`stage.rehearsal.${fault}-what`))));
    this.#going.append(el('button', { class: 'button wide', type: 'button', data: { rehearsal: 'stop' }, on: { click: () => void this.#do(actions.rehearse({ on: false })) } }, t('stage.rehearsal.stop')),
      el('h3', {}, t('stage.rehearsal.faults')), el('div', { class: 'options' }, this.#faults));
    this.#wipe = el('button', { class: 'button danger-line wide', type: 'button', data: { rehearsal: 'wipe' }, on: { click: () => this.#ask() } }, icon('trash', 'small'), el('span', {}, t('stage.rehearsal.wipe')));
    this.#wiping.append(mayWipe ? this.#wipe : el('p', { class: 'meta' }, t('stage.rehearsal.wipe-organiser')));
    root.append(el('div', { class: 'stack' }, this.#begin, this.#going, this.#said, this.#wiping));
    root.addEventListener('toggle', () => {
      if (root.open) void this.#read();
    });
    this.#draw();
  }

  /** @param {Rehearsal | null} facts null: nothing is rehearsed. */
  render(facts) {
    if (facts) this.#facts = facts;
    else if (this.#facts?.on) this.#facts = { ...this.#facts, on: false, fault: null, until: null };
    this.#draw();
  }

  async #read() {
    const answer = await this.actions.read('rehearsal');
    if (answer.ok) this.#facts = answer.data;
    this.#draw();
  }

  /** @param {Promise<import('../types.js').Answer<Rehearsal>>} asked */
  async #do(asked) {
    this.#erased = '';
    const answer = await asked;
    if (!answer.ok) return;
    const had = this.root.contains(document.activeElement);
    this.#facts = answer.data;
    this.#draw();
    if (had && (document.activeElement === document.body || document.activeElement === null)) this.root.querySelector('summary')?.focus();
  }

  #draw() {
    const facts = this.#facts;
    const on = facts?.on === true;
    this.#begin.hidden = on;
    this.#going.hidden = !on;
    say(this.words, on ? this.t('stage.rehearsal.on') : this.t('stage.rehearsal.off'));
    for (const button of this.#faults) button.setAttribute('aria-pressed', String(button.dataset['fault'] === facts?.fault));
    say(this.#said, this.#erased || this.#tell(facts));
    this.#wipe.disabled = facts === null;
    this.#wiping.hidden = facts === null || !(facts.on || facts.posts > 0); // Without a rehearsal there is nothing to wipe.
  }

  /** @param {Rehearsal | null} facts */
  #tell(facts) {
    if (!facts) return '';
    const posts = facts.posts > 0 || facts.on ? this.t('stage.rehearsal.posts', { n: facts.posts }) : '';
    const left = facts.until === null ? 0 : Math.max(0, Math.ceil((facts.until / 1000 - this.clock()) / 1000));
    const fault = facts.fault && left > 0 ? this.t('stage.rehearsal.still', { what: this.t(`stage.rehearsal.${facts.fault}`), n: left }) : '';
    return [fault, posts].filter(Boolean).join(' ');
  }

  /** What is erased stays erased, so the way out has the focus. */
  #ask() {
    const { t } = this;
    const n = this.#facts?.posts ?? 0;
    const everything = el('input', { type: 'checkbox', id: 'wipe-everything' });
    const words = el('p', { id: 'wipe-text' }, t('stage.rehearsal.wipe-text', { n }));
    const yes = el('button', { class: 'button danger', type: 'button', data: { rehearsal: 'wipe-yes' } }, t('stage.rehearsal.wipe-yes'));
    const no = el('button', { class: 'button', type: 'button', autofocus: true }, t('cancel'));
    const dialog = el('dialog', { class: 'ask', 'aria-labelledby': 'wipe-title', 'aria-describedby': 'wipe-text' },
      el('div', { class: 'stack' }, el('h2', { id: 'wipe-title' }, t('stage.rehearsal.wipe-title')), words, el('label', { class: 'check' }, everything, t('stage.rehearsal.wipe-everything')), el('div', { class: 'row ask-choices' }, no, yes)));
    everything.addEventListener('change', () => {
      words.textContent = everything.checked ? t('stage.rehearsal.wipe-all-text') : t('stage.rehearsal.wipe-text', { n });
      yes.textContent = t(everything.checked ? 'stage.rehearsal.wipe-all-yes' : 'stage.rehearsal.wipe-yes');
    });
    no.addEventListener('click', () => dialog.close());
    yes.addEventListener('click', () => {
      dialog.close();
      void this.#erase(everything.checked);
    });
    dialog.addEventListener('close', () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
  }

  /** @param {boolean} everything */
  async #erase(everything) {
    this.#erased = this.t('stage.rehearsal.wiping');
    this.#draw();
    const answer = await this.actions.wipe(everything);
    this.#erased = answer.ok ? this.t('stage.rehearsal.erased', { n: answer.data.erased }) : '';
    await this.#read();
  }
}
