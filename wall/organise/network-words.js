/** What a network is and what a trial of it found, in words. Pure. */

/** @import {Translate} from '../types.js' */
/** @import {Facts, Network} from './options-form.js' */
import { whatWords } from '../elements/source-health.js';
import { dayTime } from '../lib/time.js';

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
 * @property {Estimate | null} [estimate] Of a network that asks money.
 *
 * @typedef {object} Estimate What a day would cost at the pace of now, in cents of a dollar.
 * @property {number} postsPerDay
 * @property {number} centsPerDay
 * @property {number} mostCentsPerDay Where it stops.
 * @property {number} trialCents
 */

/**
 * The facts of a network once something is chosen: of a text message, who brings it decides where it is kept.
 *
 * @param {Network} network
 * @param {Readonly<Record<string, unknown>>} options
 * @returns {Facts}
 */
export function factsOf({ facts, options: known }, options) {
  const taken = known.flatMap(({ name, choices }) => choices.filter(({ value }) => value === options[name]));
  return taken.reduce((all, { facts: others }) => ({ ...all, ...others }), facts);
}

/**
 * The facts as a trial met them: a server that lets us look only is not live, and what is deleted there is found by looking.
 *
 * @param {Outcome} outcome
 * @returns {Facts}
 */
export function factsMet({ facts, servers }) {
  if (!facts.live || servers.length === 0 || servers.some(({ what, streams }) => !what && streams)) return facts;
  return { ...facts, live: false, deletes: facts.deletes === 'live' ? 'recheck' : facts.deletes };
}

/**
 * The names of the facts that depend on what is chosen.
 *
 * @param {Network} network
 * @returns {ReadonlySet<string>}
 */
export function varyingFacts({ options }) {
  return new Set(options.flatMap(({ choices }) => choices.flatMap((choice) => Object.keys(choice.facts))));
}

/**
 * Whether an organiser names the servers, and so chooses in which country they stand.
 *
 * @param {Network | undefined} network
 */
export function namesServers(network) {
  return (network?.options ?? []).some(({ name, type, place }) => (type === 'words' && name !== 'tags') || (type === 'text' && place));
}

/**
 * Everything that an organiser should know before filling anything in: a name and its words for each.
 *
 * @param {Translate} t
 * @param {string} lang
 * @param {Facts} facts
 * @param {boolean} [ownServers] See `namesServers`.
 * @returns {[string, string][]}
 */
export function factRows(t, lang, facts, ownServers = false) {
  const own = lang === 'nl' ? 'nl' : 'en';
  const inside = t(ownServers ? 'organise.network.outside.server' : 'organise.network.no');
  return [
    [t('organise.network.needs'), facts.needs[own]],
    [t('organise.network.live'), t(`organise.network.live.${facts.live ? 'yes' : 'no'}`)],
    [t('organise.network.deletes'), t(`organise.network.deletes.${facts.deletes}`)],
    [t('organise.network.outside'), facts.thirdCountry ? t('organise.network.outside.yes', { country: country(lang, facts.thirdCountry) }) : inside],
    [t('organise.network.cost'), facts.cost[own]],
  ];
}

/**
 * The same in a few words; `warn` where an organiser should stop and think.
 *
 * @param {Translate} t
 * @param {string} lang
 * @param {Facts} facts
 * @param {object} [more]
 * @param {ReadonlySet<string>} [more.varying] See `varyingFacts`.
 * @param {boolean} [more.ownServers] See `namesServers`.
 * @returns {{words: string, warn: boolean}[]}
 */
export function factsInShort(t, lang, { live, deletes, thirdCountry, cost }, { varying = new Set(), ownServers = false } = {}) {
  const depends = t('organise.network.depends');
  const yes = (/** @type {boolean} */ is) => t(is ? 'organise.network.yes' : 'organise.network.no').toLowerCase();
  const price = cost[lang === 'nl' ? 'nl' : 'en'].split(/\.(?:\s|$)/u)[0] ?? '';
  const later = t('organise.network.deletes.later');
  const inside = ownServers ? t('organise.network.depends-server') : yes(false);
  return [
    { words: `${t('organise.network.live')}: ${yes(live)}`, warn: false },
    { words: `${t('organise.network.deletes')}: ${varying.has('deletes') ? depends : deletes === 'recheck' ? later : yes(deletes === 'live')}`, warn: deletes === 'none' },
    { words: `${t('organise.network.outside')}: ${varying.has('thirdCountry') ? depends : thirdCountry ? country(lang, thirdCountry) : inside}`, warn: thirdCountry !== '' || varying.has('thirdCountry') },
    { words: `${t('organise.network.cost')}: ${varying.has('cost') ? depends : inSentence(price)}`, warn: false },
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
  return created ? t('organise.sources.trial-newest', { posts, ago: ago(t, lang, created / 1000, nowMs) }) : `${posts}.`;
}

/**
 * When a trial that costs money may be done again: to the minute, and never too early.
 *
 * @param {Translate} t
 * @param {string} lang
 * @param {number} retryAfter Seconds.
 * @param {number} nowMs
 */
export function laterWords(t, lang, retryAfter, nowMs) {
  const at = Math.ceil((nowMs + retryAfter * 1000) / 60_000) * 60_000;
  return t('organise.sources.tried-just-now', { at: dayTime(lang, at) });
}

/**
 * Who cannot reach an address that others send to; empty: everybody can.
 *
 * @param {Translate} t
 * @param {string} address
 */
export function reachWords(t, address) {
  const { protocol, hostname } = new URL(address);
  if (/^(?:localhost|127\..*|\[::1\])$/u.test(hostname)) return t('organise.sources.told-only-here');
  return protocol === 'https:' ? '' : t('organise.sources.told-open');
}

/**
 * Why a trial did not work, with what to look at first.
 *
 * @param {Translate} t
 * @param {string} code
 */
export function troubleWords(t, code) {
  return code === 'unreachable' ? t('organise.sources.trial-unreachable') : whatWords(t, code);
}

/**
 * What a network that asks money would cost, before it is switched on.
 *
 * @param {Translate} t
 * @param {string} lang
 * @param {Estimate} estimate
 */
export function estimateWords(t, lang, { postsPerDay, centsPerDay, mostCentsPerDay, trialCents }) {
  const price = (/** @type {number} */ cents) => dollars(lang, cents);
  const pace = t('organise.sources.estimate-posts', { n: postsPerDay });
  return t(centsPerDay > mostCentsPerDay ? 'organise.sources.estimate-over' : 'organise.sources.estimate', { posts: pace, price: price(centsPerDay), most: price(mostCentsPerDay), trial: price(trialCents) });
}

/**
 * What a source listens to: hashtags, then all else that is a list or one line and that somebody filled in; else what was chosen.
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
  const others = known.filter((option) => option.name !== 'tags' && (option.type === 'words' || option.type === 'text') && String(options[option.name]) !== String(option.default))
    .map((option) => options[option.name]).filter(Boolean).map((value) => (Array.isArray(value) ? value.join(', ') : String(value)));
  const chosen = known.filter(({ type }) => type === 'choice')
    .map((option) => option.choices.find(({ value }) => value === options[option.name])?.label[lang === 'nl' ? 'nl' : 'en']);
  return [hashtags, ...others].filter(Boolean).join(' · ') || chosen.filter(Boolean).join(' · ') || (name === network?.id ? '' : name);
}

/** Figures that sources tell and an organiser can use, in their order; and money, in cents of a dollar. */
const COUNTS = ['unreadable', 'refused'];
const PRICES = ['cents-today', 'cents-this-month'];

/**
 * What a source has met since it was started and what it cost, without what is nought.
 *
 * @param {Translate} t
 * @param {string} lang
 * @param {Readonly<Record<string, number>> | undefined} counts
 */
export function countsWords(t, lang, counts) {
  const told = (/** @type {string[]} */ names, /** @type {(n: number) => string | number} */ as) =>
    names.filter((name) => counts?.[name]).map((name) => t(`organise.sources.count.${name}`, { n: as(counts?.[name] ?? 0) }));
  return [...told(COUNTS, (n) => n), ...told(PRICES, (cents) => dollars(lang, cents))].join(' · ');
}

/**
 * What a source brought so far: "12 berichten gevonden, het nieuwste 4 minuten geleden".
 *
 * @param {Translate} t
 * @param {string} lang
 * @param {{found: number, newest: number | null}} brought `newest` in microseconds.
 * @param {number} nowMs
 */
export function broughtWords(t, lang, { found, newest }, nowMs) {
  if (found === 0) return t('organise.sources.none-yet');
  const posts = t('organise.sources.trial-ok', { n: found });
  return newest === null ? posts : t('organise.sources.newest', { posts, ago: ago(t, lang, newest / 1000, nowMs) });
}

/**
 * Whether somebody has to do something, in one sentence; empty where no network is on.
 *
 * @param {Translate} t
 * @param {ReadonlyArray<{name: string, kind: string}>} sources Those that are on.
 * @returns {{words: string, kind: 'ok' | 'warn'}}
 */
export function inAllWords(t, sources) {
  const ill = sources.filter(({ kind }) => kind === 'bad').map(({ name }) => name);
  if (ill.length > 0) return { words: t('organise.sources.some-ill', { n: ill.length, names: [...new Set(ill)].join(', ') }), kind: 'warn' };
  const well = sources.filter(({ kind }) => kind === 'ok').length;
  return { words: well > 0 ? t('organise.sources.well', { n: well }) : '', kind: 'ok' };
}

/**
 * @param {string} lang
 * @param {number} cents
 */
function dollars(lang, cents) {
  return new Intl.NumberFormat(lang, { style: 'currency', currency: 'USD' }).format(cents / 100);
}

/**
 * "4 minuten geleden", in the largest unit that fits.
 *
 * @param {Translate} t
 * @param {string} lang
 * @param {number} thenMs
 * @param {number} nowMs
 */
export function ago(t, lang, thenMs, nowMs) {
  const words = new Intl.RelativeTimeFormat(lang, { numeric: 'auto' });
  const seconds = Math.max(0, (nowMs - thenMs) / 1000);
  for (const [unit, size] of /** @type {const} */ ([['day', 86_400], ['hour', 3600], ['minute', 60]])) {
    if (seconds >= size) return words.format(-Math.floor(seconds / size), unit);
  }
  return t('organise.sources.just-now');
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
