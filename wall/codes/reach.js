/** @import {Translate} from '../types.js' */
import { el } from '../lib/html.js';
import { send } from '../lib/http.js';
import { icon } from '../lib/icon.js';
import { fault } from '../elements/fault.js';

const CALM_MS = 300;
const FIELDS = /** @type {const} */ ([
  { name: 'depth', value: '15', min: 1, max: 200, step: '0.5' },
  { name: 'height', value: '2.25', min: 0.2, max: 20, step: '0.05' },
  { name: 'pixels', value: '1080', min: 240, max: 8640, step: '1' },
]);

/** @typedef {{place: string, reach: number, oldReach: number, codePx: number, enough: boolean}} Place */

/** From how far the codes on the screen are read, and whether the last row can. */
export class ReachPart {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #asked = 0;

  /**
   * @param {HTMLElement} root
   * @param {{api: string, t: Translate, lang: string}} parts
   */
  constructor(root, { api, t, lang }) {
    this.api = api;
    this.t = t;
    this.metres = new Intl.NumberFormat(lang, { maximumFractionDigits: 1 });
    this.inputs = FIELDS.map(({ name, ...attributes }) => el('input', { class: 'input', type: 'number', inputmode: 'decimal', id: `reach-${name}`, name, required: true, ...attributes }));
    this.result = el('div', { class: 'reach-result', role: 'status' });
    const fields = this.inputs.map((input) => el('div', { class: 'field' }, el('label', { for: input.id }, t(`codes.reach.${input.name}`)), input));
    root.append(el('div', { class: 'stack card' }, ...fields), this.result);
    for (const input of this.inputs) input.addEventListener('input', () => this.#ask(CALM_MS));
    this.#ask(0);
  }

  /** @param {number} calmMs */
  #ask(calmMs) {
    clearTimeout(this.#timer);
    const asked = ++this.#asked;
    if (!this.inputs.every((input) => input.checkValidity())) {
      this.result.replaceChildren(el('p', { class: 'error' }, this.t('codes.reach.numbers')));
      return;
    }
    this.#timer = setTimeout(() => void this.#look(asked), calmMs);
  }

  /** @param {number} asked */
  async #look(asked) {
    const query = new URLSearchParams(this.inputs.map((input) => [input.name, String(input.valueAsNumber)]));
    const answer = await send('GET', `${this.api}/codes/advice?${query}`);
    if (asked !== this.#asked) return;
    this.result.replaceChildren(...(answer.ok ? this.#said(answer.data.places, answer.data.depth) : [el('p', { class: 'error' }, fault(this.t, answer.problem))]));
  }

  /**
   * @param {readonly Place[]} places
   * @param {number} depth Metres.
   */
  #said(places, depth) {
    const { t } = this;
    const m = (/** @type {number} */ value) => this.metres.format(Math.floor(value * 10) / 10);
    const rows = places.map(({ place, reach, oldReach, enough }) => el('li', { class: `reach-row ${enough ? 'good' : 'bad'}` }, icon(enough ? 'check' : 'warning'),
      el('div', {}, el('p', { class: 'reach-name' }, t(`codes.reach.place.${place}`)),
        el('p', {}, t(enough ? 'codes.reach.enough' : 'codes.reach.short', { m: m(reach), depth: m(depth) })),
        el('p', { class: 'meta' }, t('codes.reach.old', { m: m(oldReach) })))));
    const all = places.every(({ enough }) => enough);
    return [el('ul', { role: 'list', class: 'card reach-list' }, ...rows),
      all ? null : el('p', { class: 'banner card danger' }, icon('warning'), el('span', {}, t('codes.reach.warning')))].filter((each) => each !== null);
  }
}
