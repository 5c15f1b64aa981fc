/** @import {Own, Problem, Translate} from '../types.js' */
/** @import {Unsent} from './outbox.js' */
import { el } from '../lib/html.js';
import { icon } from '../lib/icon.js';
import { age, dayTime } from '../lib/time.js';

/**
 * The cards of "Van mij": what became of each post.
 *
 * @typedef {'unsent' | 'sending' | 'refused' | 'waiting' | 'approved' | 'on-screen' | 'not-shown' | 'withdrawn'} State
 * @typedef {{t: Translate, lang: string, nowMs: number}} Words
 */

/** @type {Record<State, {icon: string, steps: number}>} `steps`: of sent, read, on the screen. */
const LOOKS = {
  unsent: { icon: 'offline', steps: 0 },
  sending: { icon: 'send', steps: 0 },
  refused: { icon: 'warning', steps: 0 },
  waiting: { icon: 'clock', steps: 1 },
  approved: { icon: 'check', steps: 2 },
  'on-screen': { icon: 'screen', steps: 3 },
  'not-shown': { icon: 'hidden', steps: 0 },
  withdrawn: { icon: 'withdraw', steps: 0 },
};

/**
 * @param {Own} own
 * @returns {State}
 */
export function stateOf({ status, onScreen }) {
  switch (status) {
    case 'held':
      return 'waiting';
    case 'shown':
      return onScreen ? 'on-screen' : 'approved';
    case 'hidden':
    case 'rejected':
      return 'not-shown';
    case 'withdrawn':
    case 'gone':
    case 'erased':
    case 'lapsed':
      return 'withdrawn';
  }
}

/** Waiting first, then newest first. @param {readonly Own[]} posts @returns {Own[]} */
export function inOrder(posts) {
  return [...posts].sort((a, b) => Number(b.status === 'held') - Number(a.status === 'held') || b.received - a.received);
}

/**
 * @param {Own} own
 * @param {Words} words
 * @param {{withdraw: () => void, edit: () => void}} actions
 * @param {boolean} failed Whether withdrawing it just failed.
 */
export function ownCard(own, words, { withdraw, edit }, failed) {
  const { t, lang } = words;
  const state = stateOf(own);
  if (state === 'withdrawn') return withdrawnCard(own, words, withdraw, failed);
  const isRefused = state === 'not-shown';
  const why = isRefused ? t(`reason.${own.reason ?? 'none'}`) : '';
  const since = state === 'on-screen' && own.decidedAt ? t('mine.since', { time: dayTime(lang, own.decidedAt / 1000) }) : age(t, lang, own.received / 1000, words.nowMs);
  const label = t('withdraw.text', { text: own.text.slice(0, 60) });
  return el(
    'li',
    { class: `card ${state}`, data: { own: own.id, state } },
    head(state, since, words),
    kindOf(own, t),
    isRefused ? null : track(LOOKS[state].steps),
    text(own.text, own.media.length, words),
    why ? el('p', { class: 'own-why' }, why) : null,
    failed ? el('p', { class: 'error', role: 'alert' }, t('withdraw.failed')) : null,
    el(
      'p',
      { class: 'own-actions' },
      isRefused ? button('quiet', t('change'), edit) : null,
      el('button', { type: 'button', class: 'button quiet plain', 'aria-label': label, on: { click: withdraw } }, t('withdraw')),
    ),
  );
}

/**
 * @param {Unsent} unsent
 * @param {'unsent' | 'sending' | 'refused'} state
 * @param {Problem | undefined} problem
 * @param {Words} words
 * @param {{tryNow: () => void, edit: () => void, remove: () => void}} actions
 */
export function unsentCard(unsent, state, problem, words, actions) {
  const { t } = words;
  const count = unsent.photos.length;
  return el(
    'li',
    { class: `card ${state}`, data: { unsent: unsent.key, state } },
    head(state, count ? t('photos', { n: count }) : '', words),
    kindOf(unsent, t),
    track(0),
    text(unsent.text, unsent.text ? 0 : count, words),
    problem && state !== 'sending' ? el('p', { class: 'own-why meta' }, whyNotSent(problem, t)) : null,
    el(
      'p',
      { class: 'own-actions' },
      state === 'unsent' ? button('quiet', t('try-now'), actions.tryNow) : null,
      state === 'refused' ? button('quiet', t('change'), actions.edit) : null,
      state === 'sending' ? null : button('quiet plain', t('remove'), actions.remove),
    ),
  );
}

/**
 * @param {Problem} problem
 * @param {Translate} t
 */
export function whyNotSent({ status, code, retryAfter }, t) {
  const n = retryAfter ?? 30;
  if (status === 0) return t('why.offline');
  if (status === 503) return t('why.busy', { n });
  if (status === 507) return t('why.storage-full');
  if (status === 429) return t(code === 'pending-cap' ? 'why.pending-cap' : 'why.rate', { n });
  if (status === 413) return t('why.too-big');
  if (status === 415) return t('why.not-a-picture');
  const words = t(`why.${code}`);
  return words === `why.${code}` ? t('why.other') : words;
}

/**
 * @param {Own} own
 * @param {Words} words
 * @param {() => void} withdraw
 * @param {boolean} failed
 */
function withdrawnCard(own, { t, lang }, withdraw, failed) {
  const time = own.endedAt ? dayTime(lang, own.endedAt / 1000) : '';
  const words = own.status === 'lapsed' ? t('lapsed') : own.status !== 'withdrawn' ? t('gone') : time ? t('withdrawn.at', { time }) : t('state.withdrawn');
  const inReport = own.status === 'lapsed' && own.text;
  return el(
    'li',
    { class: 'card withdrawn', data: { own: own.id, state: 'withdrawn' } },
    el('p', { class: 'own-head meta' }, icon('withdraw', 'small'), el('span', { class: 'own-gone' }, words)),
    failed ? el('p', { class: 'error', role: 'alert' }, t('withdraw.failed')) : null,
    inReport ? el('p', { class: 'own-actions' }, button('quiet', t('lapsed.out'), withdraw)) : null,
  );
}

/**
 * @param {State} state
 * @param {string} right
 * @param {Words} words
 */
function head(state, right, { t }) {
  return el('p', { class: 'own-head' }, icon(LOOKS[state].icon), el('span', { class: 'own-state' }, t(`state.${state}`)), el('span', { class: 'meta time' }, right));
}

/**
 * What it is, where it is more than a post.
 *
 * @param {{question?: boolean, to?: string, poll?: string | null}} post
 * @param {Translate} t
 */
function kindOf({ question, to, poll }, t) {
  const words = poll ? t('mine.answer') : question ? (to ? t('mine.question-to', { name: to }) : t('mine.question')) : '';
  return words ? el('p', { class: 'meta own-kind' }, words) : null;
}

/** @param {number} steps */
function track(steps) {
  return el('div', { class: 'own-track', 'aria-hidden': 'true' }, [0, 1, 2].map((step) => el('i', { class: step < steps ? 'done' : '' })));
}

/**
 * @param {string} words
 * @param {number} photos
 * @param {Words} texts
 */
function text(words, photos, { t }) {
  return el('p', { class: 'own-text', dir: 'auto' }, words, photos ? el('span', { class: 'meta' }, `${words ? ' · ' : ''}${t('photos', { n: photos })}`) : null);
}

/**
 * @param {string} look
 * @param {string} words
 * @param {() => void} click
 */
function button(look, words, click) {
  return el('button', { type: 'button', class: `button ${look}`, on: { click } }, words);
}
