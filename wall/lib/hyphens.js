/** Words of fewer letters fit a line of every card. */
const LONG = 14;
/** So many letters stay together at a word's start and end. */
const MARGIN = 4;
const SOFT_HYPHEN = '\u00AD';
const VOWEL = /[aeiouyàáâäãåèéêëìíîïòóôöõøùúûüæœ]/iu;

/**
 * Long words with soft hyphens at their syllables, so that a line breaks there and shows a hyphen.
 *
 * Browsers hyphenate by dictionaries that not every computer has; without one a word would be cut at any letter. The rule is the
 * plain one of Dutch and German spelling: a consonant between vowels begins the next syllable, and of several the last one does
 * (with `sch`, `ch`, `th`, `ph`, `tj` kept together). It is only asked for words that would not fit a line; addresses are left alone.
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
  const letters = [...word];
  if (letters.length < LONG) return word;
  return letters.map((letter, at) => (breaksBefore(letters, at) ? SOFT_HYPHEN + letter : letter)).join('');
}

/**
 * Whether a syllable begins with the consonant at *at*: a vowel follows it, and there was one before.
 *
 * @param {readonly string[]} letters
 * @param {number} at
 */
function breaksBefore(letters, at) {
  if (at < MARGIN || at > letters.length - MARGIN || isVowel(letters[at])) return false;
  const before = (letters[at - 1] ?? '').toLowerCase();
  const rest = letters.slice(at, at + 3).join('').toLowerCase();
  if (/^(?:ch|th|ph|sc|tj)/u.test(before + rest)) return false; // inside a sound of two letters
  const length = /^sch/u.test(rest) ? 3 : /^(?:ch|th|ph|tj)/u.test(rest) ? 2 : 1;
  return isVowel(letters[at + length]) && letters.slice(0, at).some(isVowel);
}

/** @param {string | undefined} letter */
function isVowel(letter) {
  return letter !== undefined && VOWEL.test(letter);
}
