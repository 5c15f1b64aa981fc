/** @import {InLanguages, Lang, OpinionGroup, Opinions, Translate} from '../types.js' */
/** @import {Asked, Polled} from './hall.js' */
/** @import {Check, Facts, Way} from './slides.js' */
import { isOpen } from './hall.js';
import { clock } from './programme.js';
import { largest, mean, places, ranked, shares, statements } from './results.js';
import { checkOf, joinOf } from './slides.js';
import { dayTime } from './time.js';

/**
 * What is written on the scenes of the hall: a question, those that come up next, a poll and what came out. Plain values, for
 * `screen/hall-scenes.js` to draw; pure.
 *
 * What changes with every vote stands apart, in `live` (texts) and `bars` (shares of 1): it is put into the picture that stands
 * already. Words of a poll come in the languages of the symposium: that of the screen, then the other where it says something else.
 *
 * @typedef {readonly string[]} Both One text, or two: in the language of the screen, and in the other.
 * @typedef {Readonly<Record<string, string>>} Texts
 */

/** More questions than this are not gone through on a screen. */
const QUESTIONS_MAX = 12;
/** So many statements that unite or divide the hall are told at most. */
const TOLD_MAX = 3;
/** A name, or whom it is for, is not a story. In characters. */
const NAME_MAX = 60;
const MILLION = 1_000_000;

/**
 * @typedef {{kind: 'question', over: string, done: string, text: string, lang: string, who: string, to: string, answer: string, how: string, want: string, join: Way, joinWord: string, check: Check, live: Texts, bars: number[]}} QuestionSlide
 *   `done`: it was answered, or comes later; empty: neither.
 *
 * @param {Facts} facts
 * @param {Asked} question
 * @returns {QuestionSlide}
 */
export function questionSlide(facts, question) {
  const { t } = facts;
  const { stand, answer } = question;
  const asks = stand === 'open' || stand === 'on-stage';
  return {
    kind: 'question',
    over: t('screen.question'),
    done: stand === 'answered' ? t('screen.question.answered', { time: timeOf(facts, question.changed) }) : stand === 'later' ? t('screen.question.later') : '',
    text: question.text,
    lang: question.lang ?? '',
    who: nameOf(t, question.name),
    to: question.to ? t('screen.question.to', { name: short(question.to) }) : '',
    answer: stand === 'answered' && answer?.text ? (answer.name ? `${answer.name}: ${answer.text}` : answer.text) : '',
    how: asks ? t('screen.question.how') : '',
    want: asks ? t('screen.question.want') : '',
    join: joinOf(facts), joinWord: t('join'), check: checkOf(facts),
    live: { votes: question.votes > 1 ? t('screen.question.votes', { n: number(facts, question.votes) }) : '' },
    bars: [],
  };
}

/**
 * @typedef {{post: string, text: string, lang: string, who: string, mark: string}} QuestionRow `mark`: it is on stage, or new; empty: neither.
 * @typedef {{kind: 'questions', over: string, rows: QuestionRow[], empty: string, how: string, join: Way, joinWord: string, check: Check, live: Texts, bars: number[]}} QuestionsSlide
 *
 * @param {Facts} facts
 * @param {readonly Asked[]} questions In their order.
 * @returns {QuestionsSlide}
 */
export function questionsSlide(facts, questions) {
  const { t } = facts;
  const shown = questions.slice(0, QUESTIONS_MAX);
  return {
    kind: 'questions',
    over: t('screen.asked'),
    rows: shown.map((each) => ({
      post: each.post, text: each.text, lang: each.lang ?? '',
      who: [nameOf(t, each.name), each.to ? t('screen.question.to', { name: short(each.to) }) : ''].filter(Boolean).join(' '),
      mark: each.stand === 'on-stage' ? t('screen.asked.on-stage') : each.votes <= 1 ? t('screen.asked.new') : '',
    })),
    empty: shown.length === 0 ? t('screen.asked.none') : '',
    how: t('screen.asked.how'),
    join: joinOf(facts), joinWord: t('join'), check: checkOf(facts),
    live: Object.fromEntries(shown.map(({ post, votes }) => [post, votes > 1 ? number(facts, votes) : ''])),
    bars: [],
  };
}

/**
 * A row has its bars in `bars` and its numbers in `live`, under its own place: `n0` for the row at place 0, `b0` what it was before,
 * and while the poll is open `m0`: whether most chose it.
 *
 * @typedef {'ask' | 'bars' | 'columns' | 'statements' | 'shift' | 'cloud'} Form
 * @typedef {{label: Both, sign: 'most' | 'right' | 'place' | '', word: string}} PollRow `sign`: why it stands out; `word` says the same in words.
 * @typedef {{text: string, n: number}} CloudWord
 * @typedef {{text: Both, said: string}} Told A statement, and what is said of it.
 * @typedef {{title: string, note: string, groups: {name: string, people: string, place: OpinionGroup}[], unites: string, united: Told[], divides: string, divided: Told[]}} GroupsSlide
 * @typedef {{kind: 'poll', form: Form, open: boolean, few: string, title: Both, options: Both[], rows: PollRow[], words: CloudWord[], groups: GroupsSlide | null, ends: Both[], legend: string[], sums: boolean,
 *   hint: string, weight: string, secret: string, timed: boolean, join: Way, joinWord: string, check: Check, live: Texts, bars: number[]}} PollSlide
 *   `few`: why there is no result; `groups`: who thinks alike, a page of its own; `sums`: `live.sum` says what is in the middle; `timed`: `live.left` says how long it is open still, or that its time is over, and `bars` ends with the share of the time that is left.
 *
 * @param {Facts} facts
 * @param {Polled} poll
 * @param {Polled | null} [before] The same, asked earlier.
 * @param {Opinions | null} [opinions] Of statements, when they came.
 * @returns {PollSlide}
 */
export function pollSlide(facts, poll, before = null, opinions = null) {
  const { t, nowMs } = facts;
  const open = isOpen(poll);
  const { n, result } = poll.tally;
  const told = result !== null && !result.few;
  const drawn = told ? resultOf(facts, poll, before) : { form: /** @type {Form} */ ('ask'), rows: [], words: [], live: {}, bars: [] };
  const timed = open && poll.endsAt !== null;
  const leftMs = timed ? Math.max(0, (poll.endsAt ?? 0) / 1_000 - nowMs) : 0;
  const over = timed && leftMs === 0; // The server says so in a moment.
  return {
    kind: 'poll', open, timed,
    form: drawn.form, rows: drawn.rows, words: drawn.words,
    groups: opinions?.clear && opinions.groups.length > 1 && told && !open ? groupsOf(facts, poll, opinions) : null,
    few: result?.few && (!open || poll.reveal === 'live') ? t('screen.poll.few') : '',
    title: inBoth(facts, poll.title),
    options: drawn.form === 'ask' ? poll.options.map((each) => inBoth(facts, each)) : [],
    ends: drawn.form === 'columns' || drawn.form === 'ask' ? endsOf(facts, poll) : [],
    legend: drawn.form === 'statements' ? ['agree', 'disagree', 'pass'].map((said) => t(`screen.poll.${said}`)) : drawn.form === 'shift' ? [t('screen.poll.before'), t('screen.poll.after')] : [],
    sums: 'sum' in drawn.live,
    hint: t(!open ? 'screen.poll.closed' : over ? 'screen.poll.wait' : poll.binding ? 'screen.poll.vote-code' : 'screen.poll.vote'),
    weight: t(poll.binding ? 'screen.poll.binding' : open ? 'screen.poll.indicative' : 'screen.poll.indicative-closed'),
    secret: poll.kind === 'words' ? '' : t('screen.poll.secret'),
    join: joinOf(facts), joinWord: t('join'), check: checkOf(facts),
    live: { n: number(facts, n), votes: t(poll.kind === 'words' ? 'screen.poll.answers' : 'screen.poll.votes', { n }), ...(timed ? { left: over ? t('screen.poll.over') : t('screen.poll.left', { time: timeLeft(leftMs) }) } : {}), ...drawn.live },
    bars: timed ? [...drawn.bars, poll.seconds > 0 ? leftMs / (poll.seconds * 1_000) : 0] : drawn.bars,
  };
}

/** @typedef {{form: Form, rows: PollRow[], words: CloudWord[], live: Texts, bars: number[]}} Drawn */

/**
 * @param {Facts} facts
 * @param {Polled} poll
 * @param {Polled | null} before
 * @returns {Drawn}
 */
function resultOf(facts, poll, before) {
  const was = before?.tally.result;
  if (was && !was.few && !isOpen(poll) && poll.kind !== 'words') return shift(facts, poll, /** @type {Polled} */ (before));
  switch (poll.kind) {
    case 'scale':
    case 'number':
      return columns(facts, poll);
    case 'words':
      return { form: 'cloud', rows: [], words: (poll.tally.result?.words ?? []).map(([text, n]) => ({ text, n })), live: {}, bars: [] };
    case 'statements':
      return stacked(facts, poll);
    case 'ranking':
      return ranking(facts, poll);
    default:
      return bars(facts, poll);
  }
}

/**
 * In the order of the question. The largest is marked, of a quiz the right one.
 *
 * @param {Facts} facts
 * @param {Polled} poll
 * @returns {Drawn}
 */
function bars(facts, poll) {
  const { t } = facts;
  const result = resultIn(poll);
  const part = shares(poll, result);
  const most = largest(result.counts);
  return {
    form: 'bars', words: [], bars: part.map((each) => each / 100),
    rows: poll.options.map((option, at) => {
      const sign = isOpen(poll) ? '' : poll.kind === 'quiz' ? (poll.right === at ? 'right' : '') : most.has(at) ? 'most' : '';
      return { label: inBoth(facts, option), sign, word: sign === 'right' ? t('screen.poll.right') : sign === 'most' ? t('screen.poll.most') : '' };
    }),
    live: { ...marks(poll, poll.options.map((_, at) => most.has(at))), ...Object.fromEntries(part.flatMap((each, at) => [[`p${at}`, percent(each)], [`n${at}`, number(facts, result.counts[at] ?? 0)]])) },
  };
}

/**
 * What came first stands first, once it is closed; until then in the order of the question, so that nothing jumps.
 *
 * @param {Facts} facts
 * @param {Polled} poll
 * @returns {Drawn}
 */
function ranking(facts, poll) {
  const { t, lang } = facts;
  const result = resultIn(poll);
  const order = ranked(result);
  const shown = isOpen(poll) ? poll.options.map((_, at) => at) : order;
  const on = places(result);
  const most = result.n * Math.max(1, poll.options.length - 1);
  return {
    form: 'bars', words: [], bars: shown.map((at) => (result.counts[at] ?? 0) / Math.max(1, most)),
    rows: shown.map((at) => ({ label: inBoth(facts, poll.options[at] ?? {}), sign: order[0] === at && !isOpen(poll) ? 'most' : '', word: '' })),
    live: { ...marks(poll, shown.map((at) => order[0] === at)), ...Object.fromEntries(shown.flatMap((at, row) => [[`p${row}`, t('screen.poll.place', { n: order.indexOf(at) + 1 })], [`n${row}`, t('screen.poll.place-mean', { n: decimal(lang, on[at] ?? 0) })]])) },
  };
}

/**
 * @param {Facts} facts
 * @param {Polled} poll
 * @returns {Drawn}
 */
function columns(facts, poll) {
  const { t, lang } = facts;
  const result = resultIn(poll);
  const scale = poll.kind === 'scale';
  const counts = scale ? result.counts : result.bins.map(({ n }) => n);
  const part = shares({ ...poll, kind: 'single' }, { ...result, counts });
  const most = largest(counts);
  const highest = Math.max(1, ...part);
  /** @type {string[]} */
  const names = scale ? counts.map((_, at) => String(poll.low + at)) : result.bins.map((bin) => span(facts, bin));
  const sum = scale ? t('screen.poll.mean', { n: decimal(lang, mean(poll, result)) }) : t('screen.poll.middle', { n: number(facts, result.middle ?? 0) });
  return {
    form: 'columns', words: [], bars: part.map((each) => each / highest),
    rows: names.map((name, at) => ({ label: [name], sign: most.has(at) && !isOpen(poll) ? 'most' : '', word: '' })),
    live: { sum, ...marks(poll, counts.map((_, at) => most.has(at))), ...Object.fromEntries(counts.map((count, at) => [`p${at}`, scale ? percent(part[at] ?? 0) : number(facts, count)])) },
  };
}

/**
 * While votes come in, which row is the largest is one more thing that changes.
 *
 * @param {Polled} poll
 * @param {readonly boolean[]} most
 * @returns {Texts}
 */
function marks(poll, most) {
  return isOpen(poll) ? Object.fromEntries(most.map((is, at) => [`m${at}`, is ? 'y' : 'n'])) : {};
}

/**
 * Of each statement: three parts of one bar, and the same in numbers.
 *
 * @param {Facts} facts
 * @param {Polled} poll
 * @returns {Drawn}
 */
function stacked(facts, poll) {
  const { t } = facts;
  const found = statements(resultIn(poll));
  return {
    form: 'statements', words: [],
    rows: poll.options.map((option) => ({ label: inBoth(facts, option), sign: '', word: '' })),
    bars: found.flatMap(({ percents }) => (percents ?? [0, 0, 0]).map((each) => each / 100)),
    live: Object.fromEntries(found.flatMap(({ percents: said }, at) => (said
      ? [[`p${at}`, percent(said[0] ?? 0)], [`q${at}`, percent(said[1] ?? 0)], [`r${at}`, percent(said[2] ?? 0)]]
      : [[`p${at}`, t('screen.poll.few-short')], [`q${at}`, ''], [`r${at}`, '']]))),
  };
}

/**
 * The same, asked twice: two bars for each, and by how much it went up or down.
 *
 * @param {Facts} facts
 * @param {Polled} poll
 * @param {Polled} before
 * @returns {Drawn}
 */
function shift(facts, poll, before) {
  const { t, lang } = facts;
  const [now, then] = [poll, before].map((each) => valuesOf(facts, each));
  if (!now || !then) return bars(facts, poll);
  const sum = poll.kind === 'scale' ? { sum: t('screen.poll.mean-shift', { from: decimal(lang, mean(before, resultIn(before))), to: decimal(lang, mean(poll, resultIn(poll))) }) } : {};
  return {
    form: 'shift', words: [],
    rows: now.map(({ label }) => ({ label, sign: '', word: '' })),
    bars: now.flatMap(({ share }, at) => [then[at]?.share ?? 0, share]),
    live: { ...sum, ...Object.fromEntries(now.flatMap(({ text, points }, at) => [[`b${at}`, then[at]?.text ?? ''], [`n${at}`, text], [`p${at}`, points === null ? '' : difference(t, points - (then[at]?.points ?? 0))]])) },
  };
}

/**
 * What is compared, with its number in words and as a share; `points`: in per cents, null where it is not one.
 *
 * @param {Facts} facts
 * @param {Polled} poll
 * @returns {{label: Both, text: string, share: number, points: number | null}[]}
 */
function valuesOf(facts, poll) {
  const { t } = facts;
  const result = resultIn(poll);
  if (poll.kind === 'number') {
    const middle = result.middle ?? 0;
    return [{ label: [t('screen.poll.middle-word')], text: number(facts, middle), share: Math.min(1, Math.max(0, (middle - poll.low) / Math.max(1, poll.high - poll.low))), points: null }];
  }
  if (poll.kind === 'ranking') {
    const order = ranked(result);
    return poll.options.map((option, at) => ({ label: inBoth(facts, option), text: t('screen.poll.place', { n: order.indexOf(at) + 1 }), share: (result.counts[at] ?? 0) / Math.max(1, result.n * (poll.options.length - 1)), points: null }));
  }
  if (poll.kind === 'statements') {
    return statements(result).map(({ percents: said }, at) => ({ label: inBoth(facts, poll.options[at] ?? {}), text: said ? `${percent(said[0] ?? 0)} ${t('screen.poll.agree')}` : t('screen.poll.few-short'), share: (said?.[0] ?? 0) / 100, points: said ? said[0] ?? 0 : null }));
  }
  const names = poll.kind === 'scale' ? result.counts.map((_, at) => [String(poll.low + at)]) : poll.options.map((option) => inBoth(facts, option));
  return shares(poll, result).map((each, at) => ({ label: names[at] ?? [], text: percent(each), share: each / 100, points: each }));
}

/**
 * @param {Facts} facts
 * @param {Polled} poll
 */
function endsOf(facts, poll) {
  if (poll.kind === 'scale' && poll.ends.length === 2) return poll.ends.map((each) => inBoth(facts, each));
  return [];
}

/**
 * Who thinks alike, and on what all do, or do not.
 *
 * @param {Facts} facts
 * @param {Polled} poll
 * @param {Opinions} opinions
 * @returns {GroupsSlide}
 */
function groupsOf(facts, poll, { groups, statements: counted, unites, divides }) {
  const { t } = facts;
  const names = groups.map((_, at) => String.fromCodePoint(65 + at));
  /** @param {number} at */
  const text = (at) => inBoth(facts, poll.options[at] ?? {});
  /** @param {number} at */
  const byGroup = (at) => counted.find(({ statement }) => statement === at)?.groups.map(({ n, agree }, group) => `${names[group]}\u00A0${percent(n > 0 ? Math.round((100 * agree) / n) : 0)}\u00A0${t('screen.poll.agree')}`) ?? [];
  return {
    title: t('screen.groups'), note: t('screen.groups.note'),
    groups: groups.map((place, at) => ({ name: names[at] ?? '', people: t('screen.groups.people', { n: place.n }), place: { n: place.n, x: place.x, y: place.y, wide: place.wide, high: place.high, turn: place.turn } })),
    unites: unites.length > 0 ? t('screen.groups.unites') : '',
    united: unites.slice(0, TOLD_MAX).map(({ statement, side }) => ({ text: text(statement), said: t(`screen.poll.${side}`) })),
    divides: divides.length > 0 ? t('screen.groups.divides') : '',
    divided: divides.slice(0, TOLD_MAX).map((statement) => ({ text: text(statement), said: byGroup(statement).join(' · ') })),
  };
}

/** @param {Polled} poll */
function resultIn({ tally }) {
  return tally.result ?? { n: 0, few: true, counts: [], middle: null, bins: [], words: [] };
}

/**
 * In the language of the screen where there is one, then in the other.
 *
 * @param {Facts} facts
 * @param {InLanguages} text
 * @returns {Both}
 */
export function inBoth({ lang, languages = [] }, text) {
  const order = [...new Set([lang, ...languages, 'nl', 'en'])];
  const found = order.flatMap((each) => text[/** @type {Lang} */ (each)]?.trim() || []);
  return [...new Set(found)].slice(0, languages.length > 1 ? 2 : 1);
}

/**
 * "+12 punten": of per cents.
 *
 * @param {Translate} t
 * @param {number} points
 */
function difference(t, points) {
  if (points === 0) return t('screen.poll.same');
  return points > 0 ? t('screen.poll.up', { n: points }) : t('screen.poll.down', { n: -points });
}

/**
 * "1:05".
 *
 * @param {number} ms
 */
export function timeLeft(ms) {
  const seconds = Math.ceil(ms / 1_000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** @param {number} whole */
function percent(whole) {
  return `${whole}%`;
}

/**
 * @param {Facts} facts
 * @param {number} n
 */
function number({ lang }, n) {
  return minus(new Intl.NumberFormat(lang).format(n));
}

/**
 * What a column stands for: from a million on in words, unless its two ends then are the same.
 *
 * @param {Facts} facts
 * @param {{low: number, high: number}} bin
 */
function span(facts, { low, high }) {
  if (low === high) return number(facts, low);
  const inWords = new Intl.NumberFormat(facts.lang, { notation: 'compact', compactDisplay: 'long', maximumFractionDigits: 1 });
  /** @param {number} n */
  const short = (n) => (Math.abs(n) < MILLION ? number(facts, n) : minus(inWords.format(n)));
  return short(low) === short(high) ? `${number(facts, low)} – ${number(facts, high)}` : `${short(low)} – ${short(high)}`;
}

/** @param {string} written With a hyphen, as Dutch has it: beside a dash it is not seen. */
function minus(written) {
  return written.replace('-', '−');
}

/**
 * @param {string} lang
 * @param {number} n
 */
function decimal(lang, n) {
  return new Intl.NumberFormat(lang, { maximumFractionDigits: 1, minimumFractionDigits: 1 }).format(n);
}

/**
 * @param {Translate} t
 * @param {string} name
 */
function nameOf(t, name) {
  return short(name.trim()) || t('screen.question.nameless');
}

/** @param {string} name */
function short(name) {
  return name.length > NAME_MAX ? `${name.slice(0, NAME_MAX - 1)}…` : name;
}

/**
 * @param {Facts} facts
 * @param {number} us
 */
function timeOf({ lang, programme }, us) {
  return programme?.zone ? clock(lang, programme.zone, us / 1_000) : dayTime(lang, us / 1_000);
}
