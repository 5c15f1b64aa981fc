/** @import {Translate, Words} from '../types.js' */

/**
 * A function that gives the texts of one language.
 *
 * A text may be one string or `{one, other}`: then the hole `n` chooses, by the plural rules of the language.
 * Holes are written `{name}`. A key without a text is given back as it is, so that a gap is seen and nothing breaks.
 *
 * @param {Words} catalogue
 * @param {string} lang BCP 47.
 * @returns {Translate}
 */
export function words(catalogue, lang) {
  const plural = new Intl.PluralRules(lang);
  return (key, holes = {}) => {
    const found = catalogue[key];
    if (found === undefined) return key;
    return fill(typeof found === 'string' ? found : choose(found, plural, Number(holes['n'])), holes);
  };
}

/**
 * @param {{readonly one?: string, readonly other: string}} forms
 * @param {Intl.PluralRules} plural
 * @param {number} n
 */
function choose(forms, plural, n) {
  return plural.select(n) === 'one' && forms.one !== undefined ? forms.one : forms.other;
}

/**
 * @param {string} text
 * @param {Readonly<Record<string, string | number>>} holes
 */
function fill(text, holes) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => String(holes[name] ?? whole));
}
