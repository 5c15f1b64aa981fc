/** What may be done with a post, what a decision is called, and what to say when somebody was first. Pure. */

/** @import {Reason, Status} from '../types.js' */

/**
 * @typedef {'show' | 'hold' | 'reject' | 'hide' | 'pin' | 'unpin' | 'star' | 'unstar'} Decision
 * @typedef {{status: Status, pinned: boolean, starred: boolean}} Standing
 */

/** Key 1 to 4, in this order. @type {ReadonlyArray<Reason>} */
export const REASONS = ['advertising', 'personal-data', 'hurtful', 'off-topic'];

/** @type {ReadonlyArray<string>} */
const ALL_REASONS = [...REASONS, 'duplicate'];

/** How a post stands after it. @type {Readonly<Record<string, Status>>} */
export const STATUS_AFTER = { show: 'shown', pin: 'shown', unpin: 'shown', star: 'shown', unstar: 'shown', hold: 'held', reject: 'rejected', hide: 'hidden', ban: 'hidden' };

/**
 * The decisions that this command means for a post that stands like this, in order. The law pins and stars only what
 * is shown, so that pin on a post in the queue shows it first.
 *
 * @param {'show' | 'reject' | 'hide' | 'pin' | 'star'} command
 * @param {Standing} post
 * @returns {ReadonlyArray<Decision>} Empty when it means nothing here, as to hide what is not on the screens.
 */
export function meant(command, post) {
  const shown = post.status === 'shown';
  const final = post.status === 'withdrawn' || post.status === 'gone' || post.status === 'erased' || post.status === 'lapsed';
  if (final) return [];
  switch (command) {
    case 'show':
      return shown ? [] : ['show'];
    case 'reject':
      return shown || post.status === 'held' ? ['reject'] : [];
    case 'hide':
      return shown ? ['hide'] : [];
    case 'pin':
      return shown ? [post.pinned ? 'unpin' : 'pin'] : ['show', 'pin'];
    case 'star':
      return shown ? [post.starred ? 'unstar' : 'star'] : ['show', 'star'];
  }
}

/**
 * Reject is one key: its reason is that of the rule which held the post, else that it does not fit.
 *
 * @param {string | null | undefined} ofRule
 * @returns {Reason}
 */
export function reasonFor(ofRule) {
  return ofRule && ALL_REASONS.includes(ofRule) ? /** @type {Reason} */ (ofRule) : 'off-topic';
}

/**
 * Whether a decision puts something on the screens. Those are refused when somebody else was first; the others are
 * always carried out.
 *
 * @param {Decision} decision
 */
export function releases(decision) {
  return decision === 'show' || decision === 'pin' || decision === 'star';
}

/**
 * @typedef {object} Notice What the strip above the post says after a refusal.
 * @property {string} words Key of the catalogue; holes {name} and {time}.
 * @property {ReadonlyArray<'next' | 'show' | 'reject' | 'hide'>} offers What can still be done, the likely one first.
 */

/**
 * What to say when a decision was refused, because the post changed or somebody decided first.
 *
 * @param {{status: Status, revision: number} | null} now The post as it stands; null when it is not there any more.
 * @param {number} revision The one that was read.
 * @param {string | null} by Who decided, where somebody did.
 * @returns {Notice}
 */
export function refused(now, revision, by) {
  if (!now) return { words: 'desk.stale.gone', offers: ['next'] };
  switch (now.status) {
    case 'shown':
      return { words: by ? 'desk.stale.shown' : 'desk.stale.shown-by-rule', offers: ['next', 'hide'] };
    case 'rejected':
    case 'hidden':
      return { words: by ? 'desk.stale.rejected' : 'desk.stale.rejected-by-rule', offers: ['next', 'show'] };
    case 'held':
      return {
        words: now.revision !== revision ? 'desk.stale.edited' : by ? 'desk.stale.held' : 'desk.stale.other',
        offers: ['show', 'reject'],
      };
    case 'withdrawn':
    case 'gone':
    case 'erased':
    case 'lapsed':
      return { words: 'desk.stale.withdrawn', offers: ['next'] };
  }
}
