/** @import {Translate} from '../types.js' */
/** @import {Order} from './asked.js' */
/** @import {State} from './state.js' */
import { el } from '../lib/html.js';
import { ORDERS } from './asked.js';

/** @type {ReadonlyArray<State['kind']>} */
const KINDS = [null, 'question', 'answer'];

/** Whether the list has everything, only questions, or only answers to polls. Hidden while the hall asks and is asked nothing. */
export class KindFilter {
  #select;

  /**
   * @param {HTMLElement} root
   * @param {object} parts
   * @param {Translate} parts.t
   * @param {(kind: State['kind']) => void} parts.choose
   */
  constructor(root, { t, choose }) {
    this.root = root;
    this.#select = el('select', { class: 'input', id: 'kind-select', 'aria-label': t('desk.kind') }, KINDS.map((kind) => el('option', { value: kind ?? '' }, t(`desk.kind.${kind ?? 'all'}`))));
    this.#select.addEventListener('change', () => choose(KINDS.find((kind) => (kind ?? '') === this.#select.value) ?? null));
    root.append(this.#select);
  }

  /**
   * @param {State} state
   * @param {boolean} asks The hall asks, or is asked.
   */
  render({ kind, asked }, asks) {
    this.root.hidden = asked.open || (!asks && kind === null);
    put(this.#select, kind ?? '');
    this.root.classList.toggle('on', kind !== null);
  }
}

/** In which order the questions of the hall stand. */
export class OrderFilter {
  #select;

  /**
   * @param {HTMLElement} root
   * @param {object} parts
   * @param {Translate} parts.t
   * @param {(order: Order) => void} parts.choose
   */
  constructor(root, { t, choose }) {
    this.root = root;
    this.#select = el('select', { class: 'input', id: 'order-select', 'aria-label': t('desk.asked.order') }, ORDERS.map((order) => el('option', { value: order }, t(`desk.asked.order.${order}`))));
    this.#select.addEventListener('change', () => choose(ORDERS.find((order) => order === this.#select.value) ?? 'wanted'));
    root.append(this.#select);
  }

  /** @param {State} state */
  render({ asked }) {
    this.root.hidden = !asked.open;
    put(this.#select, asked.order);
  }
}

/**
 * @param {HTMLSelectElement} select
 * @param {string} value Left alone while somebody chooses.
 */
function put(select, value) {
  if (select.value !== value && document.activeElement !== select) select.value = value;
}
