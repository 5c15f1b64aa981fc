/** @import {Announcement, Translate} from '../types.js' */
import { byWhom } from '../elements/doer.js';
import { el } from '../lib/html.js';
import { icon } from '../lib/icon.js';
import { dayTime } from '../lib/time.js';
import { ANNOUNCEMENT, room } from './limit.js';

/** What the organisation says, in a box that no post can imitate: on every screen and phone, until it is taken off. */
export class AnnounceView {
  #field = el('textarea', { class: 'input', id: 'announcement', rows: 2, dir: 'auto', 'aria-describedby': 'announcement-left' });
  #left = el('p', { class: 'hint', id: 'announcement-left' });
  #error = el('p', { class: 'error', role: 'alert' });
  #now = el('div', { class: 'official-now', role: 'status' });
  #put;
  #drawn = '';

  /**
   * @param {HTMLElement} root
   * @param {object} parts
   * @param {Translate} parts.t
   * @param {string} parts.lang
   * @param {(text: string | null) => Promise<boolean>} parts.announce
   */
  constructor(root, { t, lang, announce }) {
    this.t = t;
    this.lang = lang;
    this.announce = announce;
    this.#put = el('button', { class: 'button tint', type: 'submit' }, icon('megaphone', 'small'), t('stage.announce-put'));
    const form = el('form', { class: 'stack announce' },
      el('div', { class: 'field' }, el('label', { for: 'announcement' }, t('stage.announce-label')), this.#field, this.#error), el('div', { class: 'row between' }, this.#left, this.#put));
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#submit();
    });
    this.#field.addEventListener('input', () => this.#count());
    root.append(this.#now, form);
    this.#count();
  }

  /** @param {(Announcement & {by?: string}) | null} now */
  render(now) {
    const text = now?.text ?? '';
    const drawn = JSON.stringify([text, now?.at, now?.by]);
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    const { t } = this;
    const time = now?.at ? dayTime(this.lang, now.at / 1000) : '';
    const since = now?.by ? t('stage.announced-by', { time, name: byWhom(t, now.by) }) : t('stage.announced', { time });
    const off = el('button', { class: 'button', type: 'button', on: { click: () => void this.#takeOff() } }, icon('hidden', 'small'), t('stage.announce-off'));
    this.#now.replaceChildren(...(text ? [el('p', { class: 'meta' }, since), el('p', { class: 'official-text', dir: 'auto' }, text), off] : []));
  }

  async #submit() {
    const text = this.#field.value.trim();
    const { fits, lines, left } = room(text, ANNOUNCEMENT);
    this.#say(text === '' ? this.t('refused.empty') : fits ? '' : lines ? this.t('stage.two-lines') : this.t('stage.too-many', { n: -left }));
    if (text === '' || !fits) return this.#field.focus();
    if (!(await this.announce(text))) return;
    this.#field.value = '';
    this.#count();
  }

  async #takeOff() {
    if (await this.announce(null)) this.#field.focus();
  }

  /** @param {string} words */
  #say(words) {
    this.#error.textContent = words;
    this.#field.setAttribute('aria-invalid', String(words !== ''));
  }

  #count() {
    const { left, lines } = room(this.#field.value, ANNOUNCEMENT);
    this.#say('');
    this.#left.textContent = lines ? this.t('stage.two-lines') : left < 0 ? this.t('stage.too-many', { n: -left }) : this.t('stage.left', { n: left });
    this.#left.classList.toggle('over', left < 0 || lines);
  }
}
