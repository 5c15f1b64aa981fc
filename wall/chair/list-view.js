/** @import {Asked} from '../lib/hall.js' */
/** @import {Stand, Translate} from '../types.js' */
import { el } from '../lib/html.js';
import { icon } from '../lib/icon.js';
import { keyed } from '../lib/keyed.js';
import { Swipe } from './swipe.js';
import { meta } from './words.js';

/** What can be done with a question of each list: what a swipe to the right does first. @type {Readonly<Record<'open' | 'later' | 'answered', readonly Stand[]>>} */
const MOVES = { open: ['on-stage', 'later'], later: ['on-stage', 'open'], answered: ['on-stage', 'open'] };
const SIGNS = { 'on-stage': 'play', later: 'clock', open: 'undo', answered: 'check' };

/** A list of questions, each with its two buttons; a swipe does the same. */
export class ListView {
  /**
   * @param {HTMLElement} root
   * @param {object} parts
   * @param {Translate} parts.t
   * @param {'open' | 'later' | 'answered'} parts.which
   * @param {(post: string, stand: Stand) => void} parts.stand
   */
  constructor(root, { t, which, stand }) {
    this.root = root;
    this.t = t;
    this.which = which;
    this.stand = stand;
  }

  /** @param {ReadonlyArray<Asked>} questions */
  render(questions) {
    keyed(this.root, questions, {
      key: ({ post }) => post,
      signature: ({ text, name, to, votes, merged, answer }) => JSON.stringify([text, name, to, votes, merged, answer]),
      make: (question) => this.#row(question),
    });
  }

  /** @param {Asked} question */
  #row(question) {
    const { t, which, stand } = this;
    const { post, text, lang, answer } = question;
    const [first = 'open', second = 'open'] = MOVES[which];
    const short = text.length > 60 ? `${text.slice(0, 57).trimEnd()}…` : text;
    const button = (/** @type {Stand} */ to) => el('button', {
      class: to === 'on-stage' ? 'button tint' : 'button', type: 'button', data: { stand: to }, 'aria-label': t(`chair.to-${to}-label`, { text: short }), on: { click: () => stand(post, to) },
    }, icon(SIGNS[to]), t(`chair.to-${to}`));
    const answered = answer ? [answer.name, answer.text].filter(Boolean).join(': ') : '';
    const row = el('li', { class: 'question', data: { post } },
      el('div', { class: 'question-words' }, el('p', { class: 'question-text', dir: 'auto', lang: lang || null }, text), el('p', { class: 'question-meta' }, meta(t, question)),
        answered ? el('p', { class: 'question-answer', dir: 'auto' }, answered) : null),
      el('div', { class: 'question-buttons' }, button(first), button(second)));
    new Swipe(row, (where) => stand(post, where === 'right' ? first : second));
    return row;
  }
}
