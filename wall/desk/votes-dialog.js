/** @import {Lang, Problem, Translate} from '../types.js' */
/** @import {Actions} from './actions.js' */
/** @import {Burst, Column, Told} from './stuffing.js' */
import { isolate } from '../elements/doer.js';
import { fault } from '../elements/fault.js';
import { el } from '../lib/html.js';
import { icon } from '../lib/icon.js';
import { dayTimeSeconds } from '../lib/time.js';
import { between, clockOf, columns, freshPercent, moment, SECOND_US, whole } from './stuffing.js';

const SVG = 'http://www.w3.org/2000/svg';
const AGAIN_MS = 5_000;
/** Older ones are in the picture of all votes. */
const BURSTS_MAX = 6;
/** Characters; the server's own limit. */
const REASON_MAX = 500;
const HEIGHT = 96;
/** From so many percent on, most likely only the new phones are meant. */
const MOSTLY = 50;

/** How the votes of one poll or question came in, and which of them do not count. */
export class VotesDialog {
  /** @type {Told | null} */
  #told = null;
  #drawn = '';
  /** @type {{from: number, to: number} | null} null: not chosen yet. */
  #range = null;
  #chosen = '';
  #timer = 0;
  #figure = el('figure', { class: 'votes-figure' });
  #bursts = el('div', { class: 'votes-bursts' });
  #aside = el('div', { class: 'votes-aside' });
  #sum = el('p', { class: 'votes-sum', role: 'status' });
  #said = el('p', { class: 'votes-said', role: 'alert' });
  #from;
  #to;
  #fresh;
  #reason;
  #cut;

  /**
   * @param {object} parts
   * @param {Translate} parts.t
   * @param {Lang} parts.lang
   * @param {Actions} parts.actions
   * @param {string} parts.key Of the topic.
   * @param {string} parts.title What was voted on.
   */
  constructor({ t, lang, actions, key, title }) {
    this.t = t;
    this.lang = lang;
    this.actions = actions;
    this.key = key;
    this.title = title;
    const timed = (/** @type {string} */ id) => el('input', { class: 'input', type: 'time', step: 1, id, on: { input: () => this.#typed() } });
    this.#from = timed('votes-from');
    this.#to = timed('votes-to');
    this.#fresh = el('input', { type: 'checkbox', id: 'votes-fresh', on: { change: () => this.#draw() } });
    this.#reason = el('input', { class: 'input', id: 'votes-reason', maxlength: REASON_MAX, autocomplete: 'off', 'aria-describedby': 'votes-reason-hint' });
    this.#cut = el('button', { class: 'button danger-line', type: 'submit', disabled: true }, t('desk.votes.cut', { n: 0 }));
  }

  /** Resolves when it is closed. */
  async open() {
    const { t } = this;
    const field = (/** @type {string} */ id, /** @type {string} */ words, /** @type {HTMLElement} */ input) => el('div', { class: 'field' }, el('label', { for: id }, words), input);
    const form = el('form', { class: 'stack votes-form', on: { submit: (/** @type {Event} */ event) => this.#submit(event) } },
      this.#bursts,
      el('div', { class: 'votes-times' }, field('votes-from', t('desk.votes.from'), this.#from), field('votes-to', t('desk.votes.to'), this.#to),
        el('label', { class: 'check' }, this.#fresh, el('span', {}, t('desk.votes.only-fresh')))),
      this.#sum,
      field('votes-reason', t('desk.votes.reason'), this.#reason), el('p', { class: 'hint', id: 'votes-reason-hint' }, t('desk.votes.reason-hint')),
      this.#said, el('div', { class: 'row' }, this.#cut));
    const close = el('button', { class: 'button', type: 'button', on: { click: () => dialog.close() } }, t('close'));
    const fine = el('button', { class: 'button votes-fine', type: 'button', on: { click: () => this.#fine(dialog) } }, icon('check', 'small'), t('desk.votes.in-order'));
    const dialog = el('dialog', { class: 'panel votes-panel', 'aria-labelledby': 'votes-title' },
      el('h2', { id: 'votes-title', tabindex: '-1', autofocus: true }, t('desk.votes.title')), el('p', { class: 'answer-question' }, el('bdi', {}, this.title)),
      this.#figure, form, this.#aside, el('div', { class: 'row votes-foot' }, fine, close));
    document.body.append(dialog);
    dialog.showModal();
    await this.#fetch();
    this.#timer = window.setInterval(() => void this.#fetch(), AGAIN_MS);
    await new Promise((resolve) => {
      dialog.addEventListener('close', resolve, { once: true });
      if (!dialog.open) resolve(null);
    });
    window.clearInterval(this.#timer);
    dialog.remove();
  }

  /** @param {HTMLDialogElement} dialog */
  #fine(dialog) {
    this.actions.watching.inOrder(this.key);
    dialog.close();
  }

  async #fetch() {
    const answer = await this.actions.watching.fetch(this.key);
    if (!answer.ok) return this.#say(answer.problem);
    this.#told = answer.data;
    if (this.#range === null) this.#start(answer.data);
    this.#draw();
  }

  /** @param {Problem} problem */
  #say(problem) {
    this.#said.textContent = fault(this.t, problem);
  }

  /** @param {Told} told Begin with what is oddest: the newest burst, else everything. */
  #start(told) {
    const burst = told.bursts.at(-1);
    if (burst) return this.#choose(burst, `${burst.from}`);
    const all = whole(told);
    if (all) this.#setRange(all.from, all.to);
  }

  /**
   * @param {Burst} burst
   * @param {string} value
   */
  #choose(burst, value) {
    this.#chosen = value;
    this.#fresh.checked = freshPercent(burst) >= MOSTLY;
    this.#setRange(burst.from, burst.to);
  }

  /**
   * @param {number} from
   * @param {number} to
   */
  #setRange(from, to) {
    this.#range = { from, to };
    this.#from.value = clockOf(from);
    this.#to.value = clockOf(to);
  }

  /** Somebody typed a time: whole seconds, both included. */
  #typed() {
    const near = this.#range?.from ?? this.actions.core.live.clock.now() * 1_000;
    const [from, to] = [moment(this.#from.value, near), moment(this.#to.value, near)];
    this.#chosen = '';
    this.#range = from !== null && to !== null ? { from, to: to + SECOND_US - 1 } : { from: 1, to: 0 };
    this.#draw();
  }

  #draw() {
    const told = this.#told;
    if (!told) return;
    const { t } = this;
    const range = this.#range ?? { from: 1, to: 0 };
    const there = between(told, range.from, range.to);
    const n = this.#fresh.checked ? there.fresh : there.n;
    const { from, to } = range;
    this.#sum.textContent = to < from ? t('desk.votes.no-time') : t('desk.votes.sum', { when: this.#when(from, to), n: there.n, fresh: there.fresh });
    this.#cut.textContent = t('desk.votes.cut', { n });
    this.#cut.disabled = n === 0;
    const drawn = JSON.stringify([told, range, this.#chosen]);
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    this.#drawFigure(told, from, to);
    this.#drawBursts(told.bursts);
    this.#drawAside(told.aside);
  }

  /**
   * @param {number} from
   * @param {number} to
   */
  #when(from, to) {
    return clockOf(from) === clockOf(to) ? this.t('desk.votes.at', { time: this.#time(from) }) : this.t('desk.votes.from-to', { from: this.#time(from), to: this.#time(to) });
  }

  /** @param {number} at */
  #time(at) {
    return dayTimeSeconds(this.lang, at / 1_000);
  }

  /**
   * @param {Told} told
   * @param {number} from
   * @param {number} to
   */
  #drawFigure(told, from, to) {
    const { t } = this;
    const shown = to < from ? whole(told) : { from, to };
    if (!shown) return this.#figure.replaceChildren(el('p', { class: 'meta' }, t('desk.votes.none')));
    const { seconds, columns: all } = columns(told, shown.from, shown.to);
    const most = Math.max(1, ...all.map(({ n }) => n));
    const sum = between(told, shown.from, shown.to);
    const label = t('desk.votes.picture', { from: this.#time(shown.from), to: this.#time(shown.to), n: sum.n, fresh: sum.fresh, most });
    const open = this.#figure.querySelector('details')?.open ?? false;
    this.#figure.replaceChildren(
      picture(all, most, label),
      el('div', { class: 'votes-axis meta', 'aria-hidden': 'true' }, el('span', {}, this.#time(all[0]?.at ?? 0)), el('span', {}, t('desk.votes.most', { n: most, seconds })), el('span', {}, this.#time((all.at(-1)?.at ?? 0) + seconds * SECOND_US))),
      el('figcaption', { class: 'votes-legend meta' }, el('span', {}, el('i', { class: 'swatch new' }), t('desk.votes.new')), el('span', {}, el('i', { class: 'swatch' }), t('desk.votes.known')), el('span', {}, el('i', { class: 'swatch within' }), t('desk.votes.within'))),
      this.#table(all, seconds, open));
  }

  /**
   * @param {ReadonlyArray<Column>} all
   * @param {number} seconds
   * @param {boolean} open
   */
  #table(all, seconds, open) {
    const { t } = this;
    const rows = all.filter(({ n }) => n > 0).map(({ at, n, fresh }) => el('tr', {}, el('th', { scope: 'row' }, this.#time(at)), el('td', {}, n), el('td', {}, fresh)));
    return el('details', { class: 'votes-table', open }, el('summary', {}, t('desk.votes.table')),
      el('table', { class: 'keys' }, el('thead', {}, el('tr', {}, el('th', { scope: 'col' }, t('desk.votes.time', { seconds })), el('th', { scope: 'col' }, t('desk.votes.votes')), el('th', { scope: 'col' }, t('desk.votes.new')))), el('tbody', {}, rows)));
  }

  /** @param {ReadonlyArray<Burst>} bursts */
  #drawBursts(bursts) {
    const { t } = this;
    const focused = this.#bursts.contains(document.activeElement);
    const choices = bursts.slice(-BURSTS_MAX).reverse().map((burst) => {
      const value = `${burst.from}`;
      return el('label', { class: 'check' }, el('input', { type: 'radio', name: 'burst', value, checked: value === this.#chosen, on: { change: () => this.#pick(burst, value) } }),
        el('span', {}, t('desk.votes.a-burst', { when: this.#when(burst.from, burst.to), n: burst.n, fresh: burst.fresh, most: burst.perSecond })));
    });
    const words = bursts.length === 0 ? el('p', { class: 'meta' }, t('desk.votes.no-burst')) : null;
    this.#bursts.replaceChildren(el('fieldset', { class: 'votes-choose' }, el('legend', {}, t('desk.votes.which')), words ?? choices));
    if (focused) this.#bursts.querySelector('input:checked') instanceof HTMLElement && /** @type {HTMLElement} */ (this.#bursts.querySelector('input:checked')).focus();
  }

  /**
   * @param {Burst} burst
   * @param {string} value
   */
  #pick(burst, value) {
    this.#choose(burst, value);
    this.#draw();
  }

  /** @param {Told['aside']} aside */
  #drawAside(aside) {
    const { t } = this;
    if (aside.length === 0) return this.#aside.replaceChildren();
    const items = aside.map(({ seq, n, reason, by, at }) => el('li', {},
      el('div', { class: 'chosen-words' }, el('p', {}, el('strong', {}, t('desk.votes.aside-n', { n })), ' ', el('bdi', {}, reason)),
        by && at ? el('p', { class: 'meta' }, t('desk.votes.aside-by', { name: isolate(by), time: this.#time(at) })) : null),
      el('button', { class: 'button quiet', type: 'button', 'aria-label': t('desk.votes.again-label', { n }), data: { seq }, on: { click: () => void this.#again(seq) } }, icon('undo', 'small'), t('desk.votes.again'))));
    this.#aside.replaceChildren(el('h3', {}, t('desk.votes.aside')), el('ul', { role: 'list', class: 'chosen card' }, items));
  }

  /** @param {number} seq */
  async #again(seq) {
    const answer = await this.actions.watching.countAgain(this.key, seq);
    if (!answer.ok) return this.#say(answer.problem);
    this.#said.textContent = '';
    await this.#fetch();
  }

  /** @param {Event} event */
  async #submit(event) {
    event.preventDefault();
    const reason = this.#reason.value.trim();
    const range = this.#range;
    this.#said.textContent = reason ? '' : this.t('desk.votes.no-reason');
    this.#reason.setAttribute('aria-invalid', String(!reason));
    if (!reason) return this.#reason.focus();
    if (!range || this.#cut.disabled) return;
    this.#cut.disabled = true;
    const list = [{ id: '', name: this.title, text: reason }];
    const done = await this.actions.deciding.act('aside', list, () => this.actions.watching.setAside(this.key, { ...range, fresh: this.#fresh.checked, reason }));
    this.#cut.disabled = false;
    if (done) this.#reason.value = '';
    else this.#said.textContent = this.actions.core.state.fault ?? this.t('fault.other');
    await this.#fetch();
  }
}

/**
 * Columns: the votes of new phones are full, those of others have an outline; a line under those that are meant.
 *
 * @param {ReadonlyArray<Column>} all
 * @param {number} most
 * @param {string} label The same in a sentence.
 */
function picture(all, most, label) {
  const wide = 10;
  const svg = document.createElementNS(SVG, 'svg');
  const view = { viewBox: `0 0 ${all.length * wide} ${HEIGHT + 8}`, preserveAspectRatio: 'none', class: 'votes-picture', role: 'img', 'aria-label': label };
  for (const [name, value] of Object.entries(view)) svg.setAttribute(name, value);
  all.forEach(({ n, fresh, within }, place) => {
    const high = (/** @type {number} */ votes) => (votes / most) * HEIGHT;
    const x = place * wide + 1;
    if (n > 0) svg.append(rect('column', x, HEIGHT - high(n), wide - 2, high(n)));
    if (fresh > 0) svg.append(rect('column new', x, HEIGHT - high(fresh), wide - 2, high(fresh)));
    if (within) svg.append(rect('within', place * wide, HEIGHT + 3, wide, 5));
  });
  return svg;
}

/**
 * @param {string} kind
 * @param {number} x
 * @param {number} y
 * @param {number} width
 * @param {number} height
 */
function rect(kind, x, y, width, height) {
  const made = document.createElementNS(SVG, 'rect');
  for (const [name, value] of Object.entries({ class: kind, x, y, width, height })) made.setAttribute(name, String(value));
  return made;
}
