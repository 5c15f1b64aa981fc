/** What a network is and what a trial of it found, in words. Pure. */

/** @import {Translate} from '../types.js' */
/** @import {Facts, Network} from './options-form.js' */

/**
 * @typedef {object} Server What a trial met at one server.
 * @property {string} where
 * @property {string} what A code; empty: it works.
 * @property {boolean} streams
 * @property {number} posts
 *
 * @typedef {object} Outcome Of a trial.
 * @property {boolean} ok
 * @property {number} count
 * @property {{name: string, text: string, created: number | null}[]} found Newest first.
 * @property {string | null} problem
 * @property {Server[]} servers
 * @property {Facts} facts
 */

/**
 * Everything that an organiser should know before filling anything in: a name and its words for each.
 *
 * @param {Translate} t
 * @param {string} lang
 * @param {Facts} facts
 * @returns {[string, string][]}
 */
export function factRows(t, lang, facts) {
  const own = lang === 'nl' ? 'nl' : 'en';
  return [
    [t('organise.network.needs'), facts.needs[own]],
    [t('organise.network.live'), t(`organise.network.live.${facts.live ? 'yes' : 'no'}`)],
    [t('organise.network.deletes'), t(`organise.network.deletes.${facts.deletes}`)],
    [t('organise.network.outside'), facts.thirdCountry ? t('organise.network.outside.yes', { country: country(lang, facts.thirdCountry) }) : t('organise.network.no')],
    [t('organise.network.cost'), facts.cost[own]],
  ];
}

/**
 * The same in a few words; `warn` where an organiser should stop and think.
 *
 * @param {Translate} t
 * @param {string} lang
 * @param {Facts} facts
 * @returns {{words: string, warn: boolean}[]}
 */
export function factsInShort(t, lang, { live, deletes, thirdCountry, cost }) {
  const yes = (/** @type {boolean} */ is) => t(is ? 'organise.network.yes' : 'organise.network.no').toLowerCase();
  const price = cost[lang === 'nl' ? 'nl' : 'en'].split(/\.(?:\s|$)/u)[0] ?? '';
  const later = t('organise.network.deletes.later');
  return [
    { words: `${t('organise.network.live')}: ${yes(live)}`, warn: false },
    { words: `${t('organise.network.deletes')}: ${deletes === 'recheck' ? later : yes(deletes === 'live')}`, warn: deletes === 'none' },
    { words: `${t('organise.network.outside')}: ${thirdCountry ? country(lang, thirdCountry) : yes(false)}`, warn: thirdCountry !== '' },
    { words: `${t('organise.network.cost')}: ${inSentence(price)}`, warn: false },
  ];
}

/**
 * @param {Translate} t
 * @param {string} lang
 * @param {Outcome} outcome
 * @param {number} nowMs
 */
export function foundWords(t, lang, { count, found }, nowMs) {
  if (count === 0) return t('organise.sources.trial-none');
  const created = found[0]?.created;
  const posts = t('organise.sources.trial-ok', { n: count });
  return created ? t('organise.sources.trial-newest', { posts, ago: ago(lang, created / 1000, nowMs) }) : `${posts}.`;
}

/**
 * What a source listens to: hashtags, then all else that is a list or one line; else what was chosen.
 *
 * @param {string} lang
 * @param {Network | undefined} network
 * @param {Readonly<Record<string, unknown>>} options
 * @param {string} name What it is called, when nothing says it better.
 */
export function listens(lang, network, options, name) {
  const { tags } = options;
  const hashtags = Array.isArray(tags) ? tags.map((tag) => `#${tag}`).join(' ') : '';
  const known = network?.options ?? [];
  const others = known.filter((option) => option.name !== 'tags' && (option.type === 'words' || option.type === 'text'))
    .map((option) => options[option.name]).filter(Boolean).map((value) => (Array.isArray(value) ? value.join(', ') : String(value)));
  const chosen = known.filter(({ type }) => type === 'choice')
    .map((option) => option.choices.find(({ value }) => value === options[option.name])?.label[lang === 'nl' ? 'nl' : 'en']);
  return [hashtags, ...others].filter(Boolean).join(' · ') || chosen.filter(Boolean).join(' · ') || (name === network?.id ? '' : name);
}

/** Figures that sources tell and an organiser can use, in their order. */
const COUNTS = ['posts', 'unreadable', 'refused', 'cents-today', 'cents-this-month'];

/**
 * What a source has met since it was started, without what is nought.
 *
 * @param {Translate} t
 * @param {Readonly<Record<string, number>> | undefined} counts
 */
export function countsWords(t, counts) {
  return COUNTS.filter((name) => counts?.[name]).map((name) => t(`organise.sources.count.${name}`, { n: counts?.[name] ?? 0 })).join(' · ');
}

/**
 * "4 minuten geleden", in the largest unit that fits.
 *
 * @param {string} lang
 * @param {number} thenMs
 * @param {number} nowMs
 */
export function ago(lang, thenMs, nowMs) {
  const words = new Intl.RelativeTimeFormat(lang, { numeric: 'auto' });
  const seconds = Math.max(0, (nowMs - thenMs) / 1000);
  for (const [unit, size] of /** @type {const} */ ([['day', 86_400], ['hour', 3600], ['minute', 60]])) {
    if (seconds >= size) return words.format(-Math.floor(seconds / size), unit);
  }
  return words.format(0, 'second');
}

/**
 * A sentence as it stands after a colon; a name of one letter keeps its capital.
 *
 * @param {string} text
 */
export function inSentence(text) {
  return /^(?:\p{Lu}\p{Ll}|A )/u.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}

/**
 * @param {string} lang
 * @param {string} code As a manifest has it: of ISO 3166, or a name.
 */
function country(lang, code) {
  return /^[A-Z]{2}$/.test(code) ? (new Intl.DisplayNames([lang], { type: 'region' }).of(code) ?? code) : code;
}
