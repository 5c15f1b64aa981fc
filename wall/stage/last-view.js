/** @import {Translate} from '../types.js' */
/** @import {Act} from './acts.js' */
import { byWhom } from '../elements/doer.js';
import { el } from '../lib/html.js';
import { icon } from '../lib/icon.js';
import { dayTime } from '../lib/time.js';

/** Undo is deaf so long after its words changed: the finger was on its way to what stood there before. */
const CHANGED_MS = 500;

/** The last thing that was done, and undo; or what went wrong. It stays until the next one (WCAG 2.2.1). */
export class LastView {
  #words = el('p', { class: 'last-said', role: 'status' });
  #undo;
  #dismiss;
  #drawn = '';
  #changedAt = -Infinity;
  /** @type {Act | null} */
  #act = null;

  /**
   * @param {HTMLElement} root
   * @param {object} parts
   * @param {Translate} parts.t
   * @param {string} parts.lang
   * @param {string} parts.me Name on the badge.
   * @param {(screen: string) => string} parts.name Of a screen.
   * @param {(seq: number) => void} parts.undo
   * @param {() => void} parts.dismiss
   */
  constructor(root, { t, lang, me, name, undo, dismiss }) {
    this.root = root;
    this.t = t;
    this.lang = lang;
    this.me = me;
    this.name = name;
    this.#undo = el('button', { class: 'button quiet last-undo', type: 'button' }, icon('undo', 'small'), t('stage.undo'));
    this.#undo.addEventListener('click', () => {
      if (this.#act && performance.now() - this.#changedAt > CHANGED_MS) undo(this.#act.seq);
    });
    this.#dismiss = el('button', { class: 'button quiet last-undo', type: 'button', 'aria-label': t('close'), on: { click: dismiss } }, icon('close', 'small'));
    root.append(this.#words, this.#undo, this.#dismiss);
  }

  /**
   * @param {Act | null} act
   * @param {string} fault What went wrong, in words; empty: nothing.
   */
  render(act, fault) {
    const words = fault || (act ? this.#tell(act) : '');
    const drawn = `${words} ${act?.seq} ${act?.canUndo} ${fault !== ''}`;
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    if (act?.seq !== this.#act?.seq) this.#changedAt = performance.now();
    this.#act = act;
    this.root.hidden = words === '';
    this.root.classList.toggle('bad', fault !== '');
    this.#words.textContent = words;
    this.#undo.hidden = fault !== '' || !act?.canUndo || act.undone;
    this.#dismiss.hidden = fault === '';
  }

  /** @param {Act} act */
  #tell(act) {
    const { t } = this;
    const what = this.#what(act);
    if (act.undone) return t('stage.last.undone', { what });
    const time = dayTime(this.lang, act.at / 1000);
    if (!act.by || act.by === this.me) return t('stage.last', { what, time });
    return t('stage.last-by', { what, time, name: byWhom(t, act.by) });
  }

  /** @param {Act} act */
  #what({ what, detail, screen }) {
    const { t } = this;
    if (what === 'scene') {
      const where = screen === null ? t('stage.last.all') : this.name(screen);
      return detail ? t('stage.last.scene', { where, scene: t(`stage.scene.${detail}`) }) : t('stage.last.given-back', { where });
    }
    if (what === 'policy') return t(`stage.policy.${detail}`);
    if (what === 'theme' || what === 'brake' || what === 'programme') return t(`stage.last.${what}`);
    if (what === 'shift') return shifted(t, Number(detail));
    if (what === 'screen') return t(`stage.last.screen-${detail}`, { name: screen === null ? '' : this.name(screen) });
    if (what === 'moved') return t('stage.last.moved');
    return t(`stage.last.${what}-${detail}`);
  }
}

/**
 * @param {Translate} t
 * @param {number} minutes After the plan.
 */
function shifted(t, minutes) {
  if (minutes === 0) return t('stage.last.on-time');
  return t(minutes > 0 ? 'stage.last.later' : 'stage.last.earlier', { n: Math.abs(minutes) });
}
