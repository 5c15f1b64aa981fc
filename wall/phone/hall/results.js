/** @import {Poll, PollResult, Tally} from '../../types.js' */
/** @import {Talk} from './choices.js' */
import { largest, mean, places, ranked, shares, statements } from '../../lib/results.js';
import { inLang, points } from './choices.js';

/**
 * What came out of a poll, in words and in numbers for calm bars. Pure.
 *
 * @typedef {object} Line
 * @property {string} label
 * @property {string} lang Of the label.
 * @property {string} value Short: it stands at the end of the line.
 * @property {readonly string[]} notes Under it.
 * @property {readonly number[]} parts Of the bar, in per cents of its width.
 * @property {boolean} best
 *
 * @typedef {object} Outcome
 * @property {readonly string[]} about Sentences above the lines.
 * @property {readonly Line[]} lines
 */

/**
 * @param {Poll} poll
 * @param {PollResult} result
 * @param {object} more
 * @param {readonly number[] | null} more.mine What this phone voted.
 * @param {Tally | null} more.before Of the poll that asked the same before.
 * @param {Talk} more.talk
 * @returns {Outcome}
 */
export function outcome(poll, result, { mine, before, talk }) {
  if (result.few) return { about: [talk.t('result.few')], lines: [] };
  const earlier = before?.result && !before.result.few ? before.result : null;
  const about = earlier ? [talk.t('result.shift', { n: earlier.n })] : [];
  switch (poll.kind) {
    case 'single':
    case 'several':
    case 'quiz':
      return { about, lines: poll.options.map((words, at) => chosen(poll, result, { at, ...inLang(words, talk.lang), mine, earlier, talk })) };
    case 'scale':
      return { about: [meanOf(poll, result, earlier, talk), ...about], lines: points(poll).map((point, at) => chosen(poll, result, { at, ...pointLabel(poll, point, talk.lang), mine: mine ? mine.map((one) => one - poll.low) : null, earlier, talk })) };
    case 'ranking':
      return { about, lines: ranking(poll, result, talk) };
    case 'number':
      return { about: [middle(result, talk), ...about], lines: columns(result, talk) };
    case 'words':
      return cloud(result, talk);
    case 'statements':
      return { about, lines: said(poll, result, talk) };
  }
}

/**
 * One of the things that could be chosen.
 *
 * @param {Poll} poll
 * @param {PollResult} result
 * @param {{at: number, text: string, lang: string, mine: readonly number[] | null, earlier: PollResult | null, talk: Talk}} one
 * @returns {Line}
 */
function chosen(poll, result, { at, text, lang, mine, earlier, talk: { t } }) {
  const share = shares(poll, result)[at] ?? 0;
  const was = earlier ? shares(poll, earlier)[at] ?? 0 : null;
  const best = largest(result.counts).has(at);
  const notes = [
    t('result.votes', { n: result.counts[at] ?? 0 }),
    poll.right === at ? t('result.right') : best && poll.right === null ? t('result.most') : '',
    mine?.includes(at) ? t('result.yours') : '',
    was === null ? '' : t('result.was', { before: was, now: share }),
  ];
  return { label: text, lang, value: t('result.percent', { n: share }), notes: notes.filter(Boolean), parts: [share], best: poll.right === null ? best : poll.right === at };
}

/**
 * @param {Poll} poll
 * @param {number} point
 * @param {string} lang
 */
function pointLabel(poll, point, lang) {
  const end = point === poll.low ? poll.ends[0] : point === poll.high ? poll.ends[1] : undefined;
  const { text, lang: its } = inLang(end, lang);
  return { text: text ? `${point} · ${text}` : String(point), lang: text ? its : lang };
}

/**
 * @param {Poll} poll
 * @param {PollResult} result
 * @param {PollResult | null} earlier
 * @param {Talk} talk
 */
function meanOf(poll, result, earlier, { t, lang }) {
  const told = (/** @type {PollResult} */ one) => mean(poll, one).toLocaleString(lang, { maximumFractionDigits: 1 });
  return t('result.mean', { mean: earlier ? `${told(earlier)} → ${told(result)}` : told(result) });
}

/**
 * @param {Poll} poll
 * @param {PollResult} result
 * @param {Talk} talk
 * @returns {Line[]}
 */
function ranking(poll, result, { t, lang }) {
  const [stood, best] = [places(result), largest(result.counts)];
  const most = result.n * (poll.options.length - 1) || 1;
  return ranked(result).map((at, place) => {
    const { text, lang: its } = inLang(poll.options[at], lang);
    const average = (stood[at] ?? 0).toLocaleString(lang, { maximumFractionDigits: 1 });
    return { label: `${place + 1}. ${text}`, lang: its, value: '', notes: [t('result.place', { place: average })], parts: [(100 * (result.counts[at] ?? 0)) / most], best: best.has(at) };
  });
}

/**
 * @param {PollResult} result
 * @param {Talk} talk
 */
function middle({ middle }, { t, lang }) {
  return t('result.middle', { middle: (middle ?? 0).toLocaleString(lang) });
}

/**
 * @param {PollResult} result
 * @param {Talk} talk
 * @returns {Line[]}
 */
function columns({ bins, n }, { t, lang }) {
  const most = largest(bins.map((bin) => bin.n));
  return bins.map((bin, at) => {
    const [low, high] = [bin.low.toLocaleString(lang), bin.high.toLocaleString(lang)];
    return { label: low === high ? low : t('result.range', { low, high }), lang, value: t('result.votes', { n: bin.n }), notes: [], parts: [(100 * bin.n) / (n || 1)], best: most.has(at) };
  });
}

/**
 * @param {PollResult} result
 * @param {Talk} talk
 * @returns {Outcome}
 */
function cloud({ words }, { t }) {
  if (words.length === 0) return { about: [t('result.no-words')], lines: [] };
  const most = words[0]?.[1] ?? 1;
  return { about: [], lines: words.map(([word, n]) => ({ label: word, lang: '', value: t('result.times', { n }), notes: [], parts: [(100 * n) / most], best: n === most && n > 1 })) };
}

/**
 * @param {Poll} poll
 * @param {PollResult} result
 * @param {Talk} talk
 * @returns {Line[]}
 */
function said(poll, result, { t, lang }) {
  return statements(result).map(({ n, percents: parts }, at) => {
    const { text, lang: its } = inLang(poll.options[at], lang);
    const [agree = 0, disagree = 0, pass = 0] = parts ?? [];
    const note = parts ? t('result.said', { agree, disagree, pass }) : t('result.few');
    return { label: text, lang: its, value: '', notes: parts ? [note, t('result.votes', { n })] : [note], parts: parts ?? [], best: false };
  });
}
