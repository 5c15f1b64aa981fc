/** @import {Problem} from '../types.js' */
/** @import {Keeping} from './due.js' */
/** @import {Words} from './words.js' */
import { el } from '../lib/html.js';
import { send } from '../lib/http.js';
import { confirmForGood } from './confirm.js';
import { goesAfterHold } from './due.js';

const MIN_REASON = 10;
const MAX_REASON = 500;

/** The legal hold: what it means, why it is there, on and off. */
export class HoldPart {
  /** @type {Keeping | null} */
  #keeping = null;
  #now = 0;
  #acting = false;
  #said = el('p', { class: 'said', role: 'status' });
  #error = el('p', { class: 'error', id: 'reason-error', role: 'alert' });
  #reason;
  #begin;
  #end;

  /**
   * @param {HTMLFormElement} form
   * @param {object} parts
   * @param {Words} parts.words
   * @param {string} parts.api
   * @param {(keeping: Keeping) => void} parts.changed
   * @param {(problem: Problem) => string} parts.fault
   */
  constructor(form, { words, api, changed, fault }) {
    const { t } = words;
    this.words = words;
    this.api = api;
    this.changed = changed;
    this.fault = fault;
    this.#reason = el('textarea', { class: 'input', id: 'reason', rows: 3, 'aria-describedby': 'reason-hint reason-error' });
    this.#begin = el('button', { class: 'button primary', type: 'submit' }, t('keep.hold.begin'));
    this.#end = el('button', { class: 'button danger-line', type: 'button', hidden: true, on: { click: () => void this.#lift() } }, t('keep.hold.end'));
    form.append(
      el('ul', { class: 'means' }, [1, 2, 3].map((n) => el('li', {}, t(`keep.hold.means-${n}`)))),
      el('div', { class: 'field' }, el('label', { for: 'reason' }, t('keep.hold.reason')), this.#reason, el('p', { class: 'hint', id: 'reason-hint' }, t('keep.hold.reason-hint')), this.#error),
      el('div', { class: 'row' }, this.#begin, this.#end, this.#said));
    form.addEventListener('input', () => {
      this.#error.textContent = '';
      this.#reason.removeAttribute('aria-invalid');
      this.#draw();
    });
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#submit();
    });
  }

  /** Whether there is something that was not saved. */
  get dirty() {
    return this.#reason.value.trim() !== (this.#keeping?.hold.reason ?? '');
  }

  /**
   * What somebody is typing stays.
   *
   * @param {Keeping} keeping
   * @param {number} now
   */
  render(keeping, now) {
    const keeps = this.#keeping !== null && this.dirty;
    this.#keeping = keeping;
    this.#now = now;
    if (!keeps) this.#reason.value = keeping.hold.reason;
    this.#draw();
  }

  #draw() {
    const { t } = this.words;
    const on = this.#keeping?.hold.on ?? false;
    this.#begin.textContent = t(on ? 'keep.hold.change' : 'keep.hold.begin');
    this.#begin.hidden = on && !this.dirty;
    this.#end.hidden = !on;
  }

  async #submit() {
    const reason = this.#reason.value.trim();
    const wrong = reason.length < MIN_REASON ? 'keep.hold.reason-short' : reason.length > MAX_REASON ? 'keep.hold.reason-long' : '';
    if (wrong) {
      this.#error.textContent = this.words.t(wrong);
      this.#reason.setAttribute('aria-invalid', 'true');
      return this.#reason.focus();
    }
    await this.#put({ on: true, reason }, 'keep.hold.began');
  }

  async #lift() {
    const keeping = this.#keeping;
    if (!keeping) return;
    const { t } = this.words;
    const kinds = goesAfterHold(keeping, this.#now);
    const points = kinds.map((kind) => (kind === 'rejected' ? t('keep.hold.end-rejected') : t('keep.now-point', { count: this.words.count(keeping, kind) })));
    if (keeping.held) points.push(t('keep.hold.end-held', { n: keeping.held }));
    if (points.length === 0) points.push(t('keep.hold.end-nothing'));
    const sure = await confirmForGood({ title: t('keep.hold.end-ask'), points, sure: t('keep.sure'), yes: t('keep.hold.end-yes'), no: t('cancel') });
    if (sure) await this.#put({ on: false }, 'keep.hold.ended');
  }

  /**
   * @param {{on: boolean, reason?: string}} hold
   * @param {string} done
   */
  async #put(hold, done) {
    if (this.#acting) return;
    this.#acting = true;
    const answer = await send('PUT', `${this.api}/hold`, hold);
    this.#acting = false;
    if (answer.ok) {
      this.#reason.value = answer.data.hold.reason;
      this.changed(answer.data);
    }
    this.#said.textContent = answer.ok ? this.words.t(done) : this.fault(answer.problem);
  }
}
