/** @import {Post} from '../types.js' */
/** @import {Polled} from './hall.js' */
/** @import {Showing} from './scene.js' */
/** @import {Facts} from './slides.js' */
import { countGraphemes, firstGraphemes } from './graphemes.js';
import { isOpen } from './hall.js';
import { inBoth } from './hall-slides.js';
import { largest, shares } from './results.js';

/** The bar holds two lines: a longer result is told as its largest alone. In graphemes. */
const RESULT_MAX = 80;
const TITLE_MAX = 70;

/**
 * A question or a poll as the one short post that the bar of a stream has room for. What changes with every vote is not in it: the
 * bar would never stand still. Pure.
 *
 * @param {Facts} facts
 * @param {Showing} showing
 * @returns {Post[]} None where the scene is another.
 */
export function barPosts(facts, { scene, questions, polls }) {
  const { t } = facts;
  const [question] = questions;
  const [poll] = polls;
  if (scene === 'question' && question) return [bar('question', question.post, `${t('screen.question')} · ${question.name.trim() || t('screen.question.nameless')}`, question.text, question.lang, question.asked)];
  if (scene !== 'poll' || !poll) return [];
  const title = inBoth(facts, poll.title)[0] ?? '';
  if (isOpen(poll)) return [bar('poll', `${poll.id} ${poll.opening}`, t(poll.binding ? 'screen.poll.vote-code' : 'screen.poll.vote'), title, facts.lang, poll.opened)];
  const said = resultText(facts, poll);
  return [bar('poll', `${poll.id} ${poll.closed} ${said}`, countGraphemes(title) > TITLE_MAX ? `${firstGraphemes(title, TITLE_MAX)}…` : title, said, facts.lang, poll.closed)];
}

/**
 * @param {Facts} facts
 * @param {Polled} poll
 */
function resultText(facts, poll) {
  const { t } = facts;
  const { result } = poll.tally;
  if (result === null || result.few || !['single', 'several', 'quiz'].includes(poll.kind)) return t('screen.poll.closed');
  const parts = shares(poll, result).map((share, at) => `${inBoth(facts, poll.options[at] ?? {})[0] ?? ''} ${share}%`);
  const all = parts.join(' · ');
  if (countGraphemes(all) <= RESULT_MAX) return all;
  const most = parts.filter((_, at) => largest(result.counts).has(at)).join(' · ');
  return most && countGraphemes(most) <= RESULT_MAX ? `${t('screen.poll.most')}: ${most}` : t('screen.poll.closed');
}

/**
 * @param {string} source
 * @param {string} id
 * @param {string} name
 * @param {string} text
 * @param {string | null} lang
 * @param {number} at In µs.
 * @returns {Post}
 */
function bar(source, id, name, text, lang, at) {
  return {
    id: `${source}:${id}`, revision: 1, status: 'shown', kind: 'post', source, author: { name, handle: '', avatar: null, color: 0 }, text, whole: true, lang,
    created: at, received: at, released: at, permalink: null, session: null, media: [], emojis: [], warning: null, pinned: false, starred: false,
  };
}
