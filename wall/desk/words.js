/** Sentences of the desk that are made of more than one text. */

/** @import {Post, Translate, Why} from '../types.js' */
import { byWhom } from '../elements/doer.js';

/**
 * The text of the catalogue, or the code itself where the server knows more than this page.
 *
 * @param {Translate} t
 * @param {string} family For example `desk.rule`.
 * @param {string} code
 */
export function known(t, family, code) {
  const key = `${family}.${code}`;
  const text = t(key);
  return text === key ? code : text;
}

/**
 * Where a post came from, in words.
 *
 * @param {Translate} t
 * @param {Pick<Post, 'source'>} post
 */
export function sourceOf(t, post) {
  return known(t, 'source', post.source);
}

/**
 * Why a post waits: the rule, and what it found. Empty parts where nothing is to be said.
 *
 * @param {Translate} t
 * @param {Why | null} why
 * @param {string} status
 * @param {{by?: string | null | undefined, reason?: string | null | undefined, time?: string | undefined}} [decided] Which person decided,
 *   the reason they gave, and when.
 * @returns {{rule: string, found: string}}
 */
export function whyWords(t, why, status, { by, reason, time } = {}) {
  const at = time ? t('desk.why.at', { time }) : '';
  if (status === 'hidden' || status === 'shown') return { rule: t(`desk.why.${status}${by ? '-by' : ''}`, { name: byWhom(t, by) }), found: by ? at : '' };
  if (status === 'rejected' && by) return { rule: rejectedBy(t, by, reason ?? null), found: at };
  if (!why || (status === 'rejected' && why.rule === 'policy')) return { rule: '', found: '' };
  const found = why.found ? t('desk.why.found', { found: known(t, 'desk.found', why.found) }) : '';
  if (why.rule === 'policy') return { rule: t('desk.why.policy'), found };
  const rule = known(t, 'desk.rule', why.rule);
  return { rule: t(status === 'rejected' ? 'desk.why.rejected-by-rule' : 'desk.why.by-rule', { rule }), found };
}

/**
 * @param {Translate} t
 * @param {string} by
 * @param {string | null} reason
 */
function rejectedBy(t, by, reason) {
  const name = byWhom(t, by);
  return reason ? t('desk.why.rejected-by-reason', { name, reason: known(t, 'desk.reason', reason) }) : t('desk.why.rejected-by', { name });
}

/**
 * What the rules noticed besides the one that held the post.
 *
 * @param {Translate} t
 * @param {ReadonlyArray<string>} notes `rule` or `rule:what`, in the order of the rules.
 * @param {string} held The rule that is told already.
 * @returns {string[]}
 */
export function noteWords(t, notes, held) {
  return notes
    .map((note) => ({ rule: note.split(':')[0] ?? note, what: note.split(':')[1] ?? '' }))
    .filter(({ rule }) => rule !== held && rule !== 'policy' && rule !== 'fact') // a fact is for a dry run of the rules
    .map(({ rule, what }) => [known(t, 'desk.rule', rule), what ? known(t, 'desk.found', what) : ''].filter(Boolean).join(': '));
}
