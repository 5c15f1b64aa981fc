/** @import {Paper, PaperFile} from '../types.js' */
/** @import {Timed} from '../lib/programme.js' */

/**
 * The papers, as a phone lists them: pure functions.
 *
 * @typedef {object} Group Papers of one session, or (session null) of none.
 * @property {Timed | null} session
 * @property {readonly Paper[]} papers
 */

const MB = 1_000_000;
const KB = 1_000;

/**
 * The papers by session: those of *first* at the top, then what runs or comes, then what was, each by time; last those of no session.
 *
 * @param {readonly Paper[]} papers
 * @param {readonly Timed[]} sessions In the order of time.
 * @param {number} nowMs
 * @param {string | null} first The session that the phone is in.
 * @returns {Group[]} Without empty ones, but for that of *first*.
 */
export function grouped(papers, sessions, nowMs, first) {
  /** @type {Map<string, Paper[]>} */
  const bySession = new Map();
  const known = new Set(sessions.map(({ id }) => id));
  for (const paper of papers) {
    const key = paper.session !== null && known.has(paper.session) ? paper.session : '';
    bySession.set(key, [...(bySession.get(key) ?? []), paper]);
  }
  const ranked = sessions
    .filter(({ id }) => id === first || bySession.has(id))
    .map((session) => ({ session, rank: session.id === first ? 0 : session.endMs > nowMs ? 1 : 2 }))
    .sort((a, b) => a.rank - b.rank);
  const groups = ranked.map(({ session }) => ({ session, papers: bySession.get(session.id) ?? [] }));
  const loose = bySession.get('') ?? [];
  return loose.length > 0 ? [...groups, { session: null, papers: loose }] : groups;
}

/**
 * The session whose papers come first: what was chosen, what is on stage, what runs, or what comes; each only where it has papers.
 *
 * @param {readonly Paper[]} papers
 * @param {readonly Timed[]} sessions In the order of time.
 * @param {number} nowMs
 * @param {readonly (string | null | undefined)[]} wished Best first.
 * @returns {string | null}
 */
export function firstSession(papers, sessions, nowMs, wished) {
  const has = new Set(papers.map(({ session }) => session));
  const wish = wished.find((id) => id && sessions.some((session) => session.id === id));
  if (wish) return wish;
  const withPapers = sessions.filter(({ id }) => has.has(id));
  const running = withPapers.find(({ startMs, endMs }) => startMs <= nowMs && nowMs < endMs);
  return (running ?? withPapers.find(({ startMs }) => startMs > nowMs) ?? withPapers.at(-1))?.id ?? null;
}

/**
 * The file to offer first: in the reader's language where there is one.
 *
 * @param {Paper} paper
 * @param {string} lang
 * @returns {PaperFile | null}
 */
export function bestFile({ files }, lang) {
  return files.find((file) => file.lang.split('-')[0] === lang) ?? files[0] ?? null;
}

/**
 * How much one file with all these papers is, in bytes: every language of every open one.
 *
 * @param {readonly Paper[]} papers
 */
export function totalSize(papers) {
  return papers.filter(({ open }) => open).flatMap(({ files }) => files).reduce((sum, { size }) => sum + size, 0);
}

/**
 * "1,8 MB", "310 kB": on one line.
 *
 * @param {number} bytes
 * @param {string} lang
 */
export function sizeWords(bytes, lang) {
  const [unit, amount] = bytes >= MB ? ['MB', bytes / MB] : ['kB', Math.max(1, bytes / KB)];
  const digits = unit === 'MB' && amount < 100 ? 1 : 0;
  return `${new Intl.NumberFormat(lang, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(amount)}\u00a0${unit}`;
}

/** @type {Readonly<Record<string, string>>} */
const KINDS = {
  'application/pdf': 'PDF',
  'application/vnd.openxmlformats-officedocument.presentationml.presentation': 'PowerPoint',
  'application/vnd.ms-powerpoint.presentation.macroEnabled.12': 'PowerPoint',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'Word',
  'application/vnd.ms-word.document.macroEnabled.12': 'Word',
  'application/vnd.oasis.opendocument.presentation': 'ODP',
  'application/vnd.oasis.opendocument.text': 'ODT',
  'application/epub+zip': 'EPUB',
  'image/png': 'PNG',
  'image/jpeg': 'JPEG',
};

/** What people call a kind of file. @param {string} type A media type. */
export function kindName(type) {
  return KINDS[type] ?? type.split('/').at(-1)?.toUpperCase() ?? type;
}
