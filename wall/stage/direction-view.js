/** @import {Direction, Translate} from '../types.js' */
import { switchButton } from '../elements/switch.js';
import { el } from '../lib/html.js';
import { say } from './say.js';

/** For how long the papers of a session stand on the screens at its end. In seconds. */
const PAPERS_S = [0, 60, 120, 300, 600];

/** What the screens do by themselves: keep calm behind a speaker, and show the papers at the end. */
export class DirectionView {
  #safe;
  #papers = el('select', { class: 'input', id: 'papers-s' });
  #known = '';
  /** @type {Direction | null} */
  #told = null;
  /** What is so, or was asked for here since: of two quick changes the second does not take the first back. @type {Direction} */
  #direction = { stageSafe: false, papersS: 0 };

  /**
   * @param {HTMLElement} root
   * @param {HTMLElement} now Beside the title.
   * @param {object} parts
   * @param {Translate} parts.t
   * @param {(direction: Direction) => void} parts.put
   */
  constructor(root, now, { t, put }) {
    this.t = t;
    this.now = now;
    const change = (/** @type {Partial<Direction>} */ part) => {
      this.#direction = { ...this.#direction, ...part };
      put(this.#direction);
    };
    this.#safe = switchButton(t('stage.direction.safe'), false, (on) => change({ stageSafe: on }));
    this.#safe.dataset['act'] = 'stage-safe';
    this.#papers.addEventListener('change', () => change({ papersS: Number(this.#papers.value) }));
    root.append(el('div', { class: 'stack' },
      el('div', { class: 'row between nowrap' }, el('div', {}, el('p', { class: 'option-name' }, t('stage.direction.safe')), el('p', { class: 'meta' }, t('stage.direction.safe-what'))), this.#safe),
      el('div', { class: 'field' }, el('label', { for: 'papers-s' }, t('stage.direction.papers')), this.#papers, el('p', { class: 'hint' }, t('stage.direction.papers-what')))));
  }

  /** @param {Direction | null} direction */
  render(direction) {
    if (!direction || direction === this.#told) return;
    this.#told = this.#direction = direction;
    this.#safe.setAttribute('aria-checked', String(direction.stageSafe));
    say(this.now, this.t(direction.stageSafe ? 'stage.direction.on' : 'stage.direction.off'));
    const known = String(direction.papersS);
    if (known === this.#known) return;
    this.#known = known;
    const choices = [...new Set([...PAPERS_S, direction.papersS])].sort((a, b) => a - b);
    this.#papers.replaceChildren(...choices.map((seconds) => el('option', { value: seconds, selected: seconds === direction.papersS }, this.#words(seconds))));
  }

  /** @param {number} seconds */
  #words(seconds) {
    if (seconds === 0) return this.t('stage.direction.papers-not');
    return seconds % 60 === 0 ? this.t('stage.direction.minutes', { n: seconds / 60 }) : this.t('stage.direction.seconds', { n: seconds });
  }
}
