/** @import {Translate} from '../types.js' */
import { el } from '../lib/html.js';
import { say } from './say.js';

/**
 * @typedef {object} Brake How it was when the brake came on.
 * @property {number} at Microseconds.
 * @property {string} was The policy before.
 * @property {number} postsPerMinute
 * @property {number} newPercent
 * @property {number} alikePercent
 * @property {number} held How many wait.
 *
 * @typedef {{policy: string, brake: Brake | null}} Policy
 */

export const POLICIES = ['everything-waits', 'known-pass', 'rules-decide'];

/** Who decides about a new post: three choices, of which one is so. */
export class PolicyView {
  #choices;
  #now;

  /**
   * @param {HTMLElement} root
   * @param {HTMLElement} now Beside the title.
   * @param {object} parts
   * @param {Translate} parts.t
   * @param {(policy: string) => void} parts.choose
   */
  constructor(root, now, { t, choose }) {
    this.t = t;
    this.#now = now;
    this.#choices = POLICIES.map((policy) => el('button', { class: 'option', type: 'button', data: { policy }, 'aria-pressed': 'false', on: { click: () => choose(policy) } },
      el('span', { class: 'option-name' }, t(`stage.policy.${policy}`)), el('span', { class: 'option-what' }, t(`stage.policy.${policy}-what`))));
    root.append(...this.#choices);
  }

  /** @param {Policy | null} policy */
  render(policy) {
    for (const choice of this.#choices) choice.setAttribute('aria-pressed', String(choice.dataset['policy'] === policy?.policy));
    say(this.#now, policy ? this.t(`stage.policy.${policy.policy}`) : '');
  }
}
