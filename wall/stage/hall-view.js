/** @import {HallSwitches, Translate} from '../types.js' */
import { switchButton } from '../elements/switch.js';
import { el } from '../lib/html.js';
import { say } from './say.js';

/** @type {ReadonlyArray<keyof HallSwitches>} */
const RULES = ['questions', 'reactions', 'follows'];

/** What the hall may do, and whether the screens follow it: three switches, each with what it means. */
export class HallView {
  #switches;
  /** @type {HallSwitches | null} */
  #told = null;
  /** What is so, or was asked for here since: of two quick changes the second does not take the first back. @type {HallSwitches} */
  #rules = { questions: true, reactions: false, follows: true };

  /**
   * @param {HTMLElement} root
   * @param {HTMLElement} now Beside the title.
   * @param {object} parts
   * @param {Translate} parts.t
   * @param {(rules: HallSwitches) => void} parts.put
   */
  constructor(root, now, { t, put }) {
    this.t = t;
    this.now = now;
    this.#switches = RULES.map((rule) => {
      const turn = switchButton(t(`stage.hall.${rule}`), false, (on) => {
        this.#rules = { ...this.#rules, [rule]: on };
        put(this.#rules);
      });
      turn.dataset['hall'] = rule;
      return turn;
    });
    root.append(el('div', { class: 'stack-wide' }, RULES.map((rule, at) => el('div', { class: 'row between nowrap' },
      el('div', {}, el('p', { class: 'option-name' }, t(`stage.hall.${rule}`)), el('p', { class: 'meta' }, t(`stage.hall.${rule}-what`))), this.#switches[at]))));
  }

  /** @param {HallSwitches | null} rules */
  render(rules) {
    if (!rules || rules === this.#told) return;
    this.#told = this.#rules = rules;
    RULES.forEach((rule, at) => this.#switches[at]?.setAttribute('aria-checked', String(rules[rule])));
    const on = RULES.filter((rule) => rules[rule]).map((rule) => this.t(`stage.hall.${rule}-short`));
    say(this.now, on.join(', ') || this.t('stage.hall.nothing'));
  }
}
