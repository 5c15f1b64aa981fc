/**
 * What somebody orders, as values: which sheets, which codes, how many pages. No DOM.
 *
 * @typedef {'poster' | 'cards' | 'stickers' | 'helpers' | 'badges'} What
 * @typedef {{what: string, id: string, name: string, place: string, detail: string, shown: string}} Code
 * @typedef {'a4' | 'a3'} Size
 * @typedef {{key: string, what: What, size: Size, aPage: number}} Kind
 * @typedef {{link: string, name: string, role: string}} Link
 * @typedef {object} Order
 * @property {Kind} kind
 * @property {readonly string[]} langs
 * @property {readonly Code[]} codes
 * @property {boolean} full Whether each code fills a sheet; only cards and stickers.
 */

/** @type {readonly Kind[]} In the order of the page. */
export const KINDS = [
  { key: 'poster-a4', what: 'poster', size: 'a4', aPage: 1 },
  { key: 'poster-a3', what: 'poster', size: 'a3', aPage: 1 },
  { key: 'cards', what: 'cards', size: 'a4', aPage: 8 },
  { key: 'stickers', what: 'stickers', size: 'a4', aPage: 24 },
  { key: 'helpers', what: 'helpers', size: 'a4', aPage: 4 },
  { key: 'badges', what: 'badges', size: 'a4', aPage: 8 },
];

/** The groups that codes are chosen in. */
export const GROUPS = /** @type {const} */ (['general', 'rooms', 'sessions', 'papers']);

/**
 * @param {Code} code
 * @returns {typeof GROUPS[number]}
 */
export function groupOf({ what, id }) {
  if (what === 'session') return 'sessions';
  if (what === 'paper') return 'papers';
  return what === 'join' && id ? 'rooms' : 'general';
}

/** @param {Code} code Unique among all. */
export const keyOf = ({ what, id }) => `${what}:${id}`;

/**
 * What is ticked when a kind of sheet is chosen first: helpers need to show all that is for everybody; else the code to join.
 *
 * @param {What} what
 * @param {readonly Code[]} codes
 */
export function usual(what, codes) {
  return codes.filter((code) => groupOf(code) === 'general' && (what === 'helpers' || code.what === 'join'));
}

/**
 * @param {readonly Code[]} codes
 * @param {string} wanted Words; all of them have to be in the name, place, detail or address.
 */
export function found(codes, wanted) {
  const words = wanted.toLowerCase().split(/\s+/).filter(Boolean);
  return codes.filter((code) => {
    const text = [code.name, code.place, code.detail, code.shown].join(' ').toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/**
 * @param {Kind} kind
 * @param {number} count Codes.
 * @param {boolean} full
 */
export function pagesOf(kind, count, full) {
  const each = full && (kind.what === 'cards' || kind.what === 'stickers');
  return each ? count : Math.ceil(count / kind.aPage);
}

/**
 * The body of a request.
 *
 * @param {Order} order
 * @param {readonly Link[]} [links] Of cards with a link.
 */
export function bodyOf({ kind, langs, codes, full }, links) {
  const what = { what: kind.what, size: kind.size, langs };
  if (links) return { ...what, links };
  const targets = codes.map((code) => ({ what: code.what, id: code.id }));
  const many = kind.what === 'cards' || kind.what === 'stickers';
  return { ...what, targets, ...(many && !full ? { copies: 1 } : {}) };
}

/**
 * @param {string} slug
 * @param {Kind} kind
 */
export const fileName = (slug, kind) => `${slug}-${kind.key}.pdf`;

/**
 * One name a line; empty lines and doubles do not count.
 *
 * @param {string} text
 */
export function namesIn(text) {
  return [...new Set(text.split('\n').map((line) => line.trim().replace(/\s+/g, ' ')).filter(Boolean))];
}
