/** @import {Decided, Translate} from '../types.js' */
/** @import {State} from './state.js' */
import { doer, isolate } from '../elements/doer.js';
import { el } from '../lib/html.js';
import { icon } from '../lib/icon.js';
import { dayTimeSeconds } from '../lib/time.js';
import { initials } from '../elements/people.js';
import { known } from './words.js';

/** @type {ReadonlyArray<State['history']['filter']>} */
const FILTERS = ['all', 'mine', 'undone'];

/** Who did what, newest first, each with undo where the law allows it. */
export class HistoryView {
  /** @type {State['history'] | null} */
  #drawn = null;

  /**
   * @param {HTMLElement} root
   * @param {object} parts
   * @param {Translate} parts.t
   * @param {string} parts.lang
   * @param {string} parts.me
   * @param {(id: string | null) => string} parts.session Its title.
   * @param {() => void} parts.close
   * @param {(filter: State['history']['filter']) => void} parts.filter
   * @param {() => void} parts.older
   * @param {(seq: number) => void} parts.undo
   */
  constructor(root, { t, lang, me, session, close, filter, older, undo }) {
    this.root = root;
    this.t = t;
    this.lang = lang;
    this.me = me;
    this.session = session;
    this.undo = undo;
    this.list = el('ul', { role: 'list', class: 'history-list' });
    this.filters = FILTERS.map((value) => el('button', { class: 'history-filter', type: 'button', data: { value }, on: { click: () => filter(value) } }, t(`desk.history.${value}`)));
    this.more = el('button', { class: 'button quiet', type: 'button', on: { click: older } }, t('desk.history.older'));
    const title = el('h2', { id: 'history-title', tabindex: '-1' }, t('desk.history'));
    const out = el('button', { class: 'button quiet plain', type: 'button', 'aria-label': t('close'), on: { click: close } }, icon('close', 'small'));
    root.append(el('div', { class: 'history-head' }, title, out), el('div', { class: 'history-filters' }, this.filters), this.list, this.more);
  }

  /** @param {State} state */
  render({ history }) {
    if (history === this.#drawn) return;
    const opened = history.open && !this.#drawn?.open;
    this.#drawn = history;
    this.root.hidden = !history.open;
    if (opened) this.root.querySelector('h2')?.focus();
    for (const button of this.filters) button.setAttribute('aria-pressed', String(button.dataset['value'] === history.filter));
    const entries = history.entries.filter((entry) => this.#passes(entry, history.filter));
    this.list.replaceChildren(...(entries.length > 0 ? entries.map((entry) => this.#entry(entry)) : [el('li', { class: 'meta history-none' }, this.t('desk.history.empty'))]));
    this.more.hidden = history.next === null;
  }

  /**
   * @param {Decided} entry
   * @param {State['history']['filter']} filter
   */
  #passes(entry, filter) {
    if (filter === 'mine') return entry.by === this.me;
    return filter === 'all' || entry.undone;
  }

  /** @param {Decided} entry */
  #entry(entry) {
    const what = this.#sentence(entry);
    const details = [dayTimeSeconds(this.lang, entry.at / 1000), this.#why(entry), entry.undone ? this.t('desk.history.was-undone') : ''].filter(Boolean).join(' · ');
    const mine = entry.by === this.me;
    return el('li', { class: entry.undone ? 'was-undone' : '' },
      el('span', { class: `face small ${mine ? 'mine' : ''}`, 'aria-hidden': 'true' }, initials(entry.by ? doer(this.t, entry.by) : entry.what === 'brake' ? this.t('desk.brake.name') : '') || '·'),
      el('div', { class: 'history-words' }, el('p', {}, what),
        el('p', { class: 'meta' }, details, entry.posts.length === 1 && entry.text ? [' · ', el('bdi', {}, entry.text)] : null),
      entry.canUndo && !entry.undone ? el('button', { class: 'button quiet', type: 'button', 'aria-label': this.t('desk.history.undo', { what }), on: { click: () => this.undo(entry.seq) } }, icon('undo', 'small'), this.t('desk.undo')) : null));
  }

  /** @param {Decided} entry Why it was rejected. */
  #why({ reason }) {
    return reason ? this.t(`desk.reason.${reason}`) : '';
  }

  /**
   * Something that was done to the symposium as a whole.
   *
   * @param {Decided} entry
   * @param {string} who
   * @param {string} post
   */
  #act(entry, who, post) {
    const { t } = this;
    switch (entry.what) {
      case 'stop':
      case 'pause':
      case 'announcement':
        return t(`desk.history.${entry.what}-${entry.detail}`, { who });
      case 'policy':
        return t('desk.history.policy', { who, policy: known(t, 'desk.policy', entry.detail) });
      case 'brake':
        return t('desk.history.brake', { policy: known(t, 'desk.policy', entry.detail) });
      case 'scene':
        return entry.detail ? t('desk.history.scene', { who, scene: known(t, 'desk.scene', entry.detail) }) : t('desk.history.scene-back', { who });
      case 'amended':
        return t('desk.history.amended', { who, post });
      case 'shift':
        return shifted(t, who, Number(entry.detail));
      case 'moved':
        return entry.detail ? t('desk.history.moved', { who, title: isolate(this.session(entry.detail)) }) : t('desk.history.moved-none', { who });
      case 'question':
      case 'question-stand':
        return t(`desk.history.${entry.what}-${entry.detail}`, { who, post });
      case 'questions-merged':
      case 'votes':
      case 'hall':
      case 'on-stage':
      case 'direction':
      case 'follow':
      case 'screen':
      case 'paper':
        return t(`desk.history.${entry.what}-${entry.detail}`, { who });
      case 'programme':
        return t('desk.history.programme', { who });
      default:
        return t(`desk.history.${entry.what === 'rules' || entry.what === 'theme' ? entry.what : 'other'}`, { who, what: entry.what });
    }
  }

  /** Sessions have other names. */
  renamed() {
    this.#drawn = null;
  }

  /** @param {Decided} entry */
  #sentence(entry) {
    const { t } = this;
    const who = entry.by && entry.by === this.me ? t('desk.history.you') : doer(t, entry.by);
    const post = entry.posts.length === 1 || entry.decision === 'ban' ? isolate(entry.name || t('author.nameless')) : t('desk.done.posts', { n: entry.posts.length });
    if (!entry.decision) return this.#act(entry, who, post);
    if (entry.decision === 'ban' && (entry.posts.length > 1 || !entry.name)) return t('desk.history.ban-author', { who, n: entry.posts.length || 1 });
    const key = `desk.history.${entry.decision}`;
    const text = t(key, { who, post });
    return text === key ? t('desk.history.other', { who, what: known(t, 'desk.done', entry.decision) }) : text;
  }
}

/**
 * @param {Translate} t
 * @param {string} who
 * @param {number} minutes After the plan.
 */
function shifted(t, who, minutes) {
  if (minutes === 0) return t('desk.history.on-time', { who });
  return t(minutes > 0 ? 'desk.history.later' : 'desk.history.earlier', { who, n: Math.abs(minutes) });
}
