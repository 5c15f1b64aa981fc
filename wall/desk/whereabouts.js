/** What there is to say of a post that somebody looks for by its address. Pure. */

/** @import {DeskPost, Translate} from '../types.js' */
import { isolate } from '../elements/doer.js';
import { known, whyWords } from './words.js';

/**
 * @typedef {object} SourceName
 * @property {string} id
 * @property {string} network
 * @property {string} name
 *
 * @typedef {object} FoundPost What a network has.
 * @property {string} source
 * @property {string} name
 * @property {string} handle
 * @property {string} text
 * @property {number | null} created Microseconds.
 * @property {ReadonlyArray<string>} notes Why it did not come by itself.
 *
 * @typedef {object} Whereabouts As the server tells.
 * @property {string} address
 * @property {string} where
 * @property {string} code
 * @property {number | null} at Microseconds.
 * @property {SourceName | null} source
 * @property {DeskPost | null} post
 * @property {ReadonlyArray<SourceName>} sources Those that can be asked.
 * @property {ReadonlyArray<{source: string, what: string}>} asked
 * @property {FoundPost | null} found
 */

/**
 * Whether what somebody types is an address and not words to search for.
 * @param {string} words
 */
export function looksLikeAddress(words) {
  return /^\s*(?:https?:\/\/\S+\.\S+\/\S+|at:\/\/\S+|(?:web\+)?nostr:\S+|(?:note|nevent)1[a-z0-9]{20,}|[0-9a-f]{64}|matrix:(?:roomid|r)\/\S+)\s*$/iu.test(words);
}

/**
 * Where it is, in one sentence.
 *
 * @param {Translate} t
 * @param {Whereabouts} told
 */
export function headline(t, told) {
  if (told.found) return t('desk.where.found', { source: isolate(nameOf(t, told, told.found.source)) });
  if (told.where === 'unseen' && told.asked.length > 0) return t('desk.where.nowhere');
  return known(t, 'desk.where.is', told.where);
}

/**
 * Why it is there, or what can be done; each a sentence.
 *
 * @param {Translate} t
 * @param {Whereabouts} told
 * @returns {string[]}
 */
export function reasons(t, told) {
  if (told.found) return told.found.notes.map((note) => known(t, 'desk.where.note', note));
  const same = told.post !== null && told.code === 'same-post' ? [t('desk.where.same', { network: known(t, 'source', told.post.source) })] : [];
  if (told.post) {
    const { why, status, decidedBy, reason } = told.post;
    const { rule, found } = whyWords(t, why, status, { by: decidedBy, reason });
    return [...same, rule, found].filter(Boolean);
  }
  if (told.where === 'not-taken') return [known(t, 'desk.where.code', told.code)];
  if (told.where === 'unseen' && told.asked.length === 0) return [t(told.sources.length > 0 ? 'desk.where.ask-them' : 'desk.where.no-sources')];
  return [];
}

/**
 * What each source said that was asked; once where several of one name say the same.
 *
 * @param {Translate} t
 * @param {Whereabouts} told
 * @returns {string[]}
 */
export function answers(t, told) {
  const all = told.asked.filter(({ what }) => what).map(({ source, what }) => t('desk.where.answer', { source: isolate(nameOf(t, told, source)), what: said(t, what) }));
  return [...new Set(all)];
}

/**
 * @param {Translate} t
 * @param {string} what
 */
function said(t, what) {
  const own = known(t, 'desk.where.said', what);
  return own === what ? known(t, 'health.what', what) : own;
}

/**
 * Whether the networks can be asked: it is not here, and nobody asked yet.
 * @param {Whereabouts} told
 */
export function mayAsk(told) {
  return told.post === null && told.asked.length === 0 && told.sources.length > 0 && (told.where === 'unseen' || told.where === 'not-taken');
}

/**
 * Its network, and which of them: a source that nobody named is called after its network.
 *
 * @param {Translate} t
 * @param {Whereabouts} told
 * @param {string} id
 */
function nameOf(t, told, id) {
  const source = told.sources.find((each) => each.id === id);
  const network = known(t, 'source', source?.network ?? id);
  return source?.name && source.name !== source.network ? `${network} (${source.name})` : network;
}
