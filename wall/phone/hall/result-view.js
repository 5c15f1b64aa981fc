/** @import {Line, Outcome} from './results.js' */
import { el } from '../../lib/html.js';

/**
 * What came out: each line in words, with a calm bar that says the same. A line that stays keeps its node, so that its bar grows and a
 * screen reader keeps its place.
 */
export class ResultView {
  #title = el('h3', {});
  #about = el('div', { class: 'meta' });
  #lines = el('ul', { class: 'lines', role: 'list' });
  root = el('div', { class: 'result' }, this.#title, this.#about, this.#lines);
  #drawn = '';

  /**
   * @param {string} title
   * @param {Outcome} outcome
   */
  draw(title, outcome) {
    const now = JSON.stringify([title, outcome]);
    if (now === this.#drawn) return;
    this.#drawn = now;
    this.#title.textContent = title;
    this.#about.replaceChildren(...outcome.about.map((words) => el('p', {}, words)));
    outcome.lines.forEach((line, at) => draw(this.#row(at), line));
    while (this.#lines.children.length > outcome.lines.length) this.#lines.lastElementChild?.remove();
  }

  /** @param {number} at */
  #row(at) {
    const found = this.#lines.children[at];
    if (found) return found;
    const made = el('li', {}, el('p', { class: 'line' }, el('span', { class: 'line-label', dir: 'auto' }), ' ', el('b', {})), el('div', { class: 'bar', 'aria-hidden': 'true' }), el('p', { class: 'meta' }));
    this.#lines.append(made);
    return made;
  }
}

/**
 * @param {Element} row
 * @param {Line} line
 */
function draw(row, { label, lang, value, notes, parts, best }) {
  const [words, bar, under] = row.children;
  if (!words || !bar || !under) return;
  const name = words.firstElementChild;
  if (name instanceof HTMLElement) {
    name.textContent = label;
    name.lang = lang;
  }
  words.lastElementChild?.replaceChildren(value);
  row.classList.toggle('best', best);
  under.textContent = notes.join(' · ');
  while (bar.children.length > parts.length) bar.lastElementChild?.remove();
  parts.forEach((part, at) => {
    const piece = bar.children[at] ?? bar.appendChild(el('i', {}));
    /** @type {HTMLElement} */ (piece).style.setProperty('--part', `${part}%`);
  });
}
