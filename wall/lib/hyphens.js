import { PARTS } from './word-parts.js';

/** Words of fewer letters fit a line of every card. */
const LONG = 14;
/** So many letters stay together at a word's start and end, and between two seams. */
const MARGIN = 4;
const SOFT_HYPHEN = '\u00AD';
/** Of several words that begin at one place, the longest. */
const PART = new RegExp(PARTS.toSorted((a, b) => b.length - a.length).join('|'), 'giu');
const V = '[aeiouyàáâäãåèéêëìíîïòóôöõøùúûüæœ]';
/** Vowels, and the consonants between them and the next. */
const SYLLABLE = new RegExp(`((?:ij|${V})+)([^\\s]+?)(?=${V})`, 'giu');
/** Consonants that are one sound, or that no syllable ends on. */
const ONE_SOUND = /(?:schr?|chr?|thr?|ph|tj|[vz][lrw])$/iu;
/** Consonants that begin a syllable of a word from Latin or Greek: con-tro-le, pu-bli-caties. */
const LATIN = /(?<=^|[cklmnsx])(?:[bcdfgkpt]r|[bcfgp]l)$/iu;

/**
 * Long words with soft hyphens, so that a line breaks there and shows a hyphen: between the words that a long one is made of, and at
 * syllables where a part is long still.
 *
 * Browsers hyphenate by dictionaries that not every computer has; without one a word would be cut at any letter. Words of which it is
 * made are known from a list; the rule of syllables is the plain one of Dutch and German spelling: a consonant between vowels begins
 * the next syllable, and of several the last one does (with `sch`, `ch`, `th`, `ph`, `tj` kept together, and `v` and `z` never last).
 * It is only asked for words that would not fit a line; addresses are left alone.
 *
 * @param {string} text
 * @returns {string} The same text to read, search and copy by; only U+00AD is added.
 */
export function soften(text) {
  return text.replace(/\S+/gu, (token) => (isPlain(token) ? token.replace(/\p{Script=Latin}+/gu, softWord) : token));
}

/** @param {string} token */
function isPlain(token) {
  return token.length >= LONG && !/[./@:#_\u00AD\\]/u.test(token.replace(/[.:]+$/u, ''));
}

/** @param {string} word */
function softWord(word) {
  return word.length < LONG ? word : partsOf(word).map(softPart).join(SOFT_HYPHEN);
}

/**
 * The words of which one is made: `vrijwilligers`, `organisaties`.
 *
 * @param {string} word
 * @returns {string[]} It alone where none is known in it.
 */
function partsOf(word) {
  const seams = [0];
  for (const { index } of word.matchAll(PART)) {
    if (index - (seams.at(-1) ?? 0) >= MARGIN && word.length - index >= MARGIN) seams.push(index);
  }
  return seams.map((seam, at) => word.slice(seam, seams[at + 1]));
}

/** @param {string} part */
function softPart(part) {
  if (part.length < LONG) return part;
  return part.replace(SYLLABLE, (all, /** @type {string} */ vowels, /** @type {string} */ consonants, /** @type {number} */ from) => {
    const onset = onsetOf(vowels, consonants);
    const at = from + all.length - onset;
    return at < MARGIN || at > part.length - MARGIN ? all : `${all.slice(0, -onset)}${SOFT_HYPHEN}${all.slice(-onset)}`;
  });
}

/**
 * How many of the consonants between two vowels belong to the second.
 *
 * @param {string} vowels Before them.
 * @param {string} consonants
 */
function onsetOf(vowels, consonants) {
  const [sound] = ONE_SOUND.exec(consonants) ?? [];
  if (sound) return sound.length;
  const [latin] = LATIN.exec(consonants) ?? [];
  // After a long vowel they are two words: wijk-raad.
  if (latin && (latin.length < consonants.length || vowels.length === 1)) return latin.length;
  return 1;
}
