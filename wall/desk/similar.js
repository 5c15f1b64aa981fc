/**
 * Which questions may ask the same. Pure.
 *
 * Two views of a text, each of which is fooled by something else: the words that matter (another order is no matter), and
 * three letters in a row (another ending, or a slip of the finger, is no matter). Only offered to people, who read them:
 * "with a vote" and "without a vote" look alike too.
 */

import { plain } from './finding.js';

/** From here on two questions are offered to be counted as one. */
export const ALIKE = 0.5;

const LETTERS = 3;
/** A word may have another ending from here on. */
const STEM = 5;

/** Words that are in most questions, and say nothing about what is asked. */
const LITTLE = new Set((
  'a about ah all also am an and any are as at be but by can could de dan dat deze die dit do does doen doet door dus een eens en er for from ga gaan gaat haar had hebben heeft hem het hij hoe how '
  + 'i if ik in is it its jij jou jullie kan komt kunnen kunt maar man me mee men met mij mijn moet my na naar niet nog not now nu of om on onder ons ook op or our over per please she should so te that the '
  + 'their them then there they this to toe tot u uit us van veel voor waar waarom wanneer want was wat we weer wel welke what when where which who why wie wij wil will with word worden wordt would ze zich zij zijn zo zou zullen you your'
).split(' '));

/**
 * @typedef {object} Gist What is compared of a text.
 * @property {ReadonlySet<string>} words
 * @property {ReadonlySet<string>} letters
 */

/**
 * @param {string} text
 * @returns {Gist}
 */
export function gist(text) {
  const said = plain(text).split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  const telling = said.filter((word) => !LITTLE.has(word));
  // A question of little words only is still a question.
  const words = telling.length > 0 ? telling : said;
  return { words: new Set(words.map((word) => word.slice(0, STEM))), letters: new Set(words.flatMap(threes)) };
}

/** @param {string} word */
function threes(word) {
  const padded = [...` ${word} `];
  return padded.slice(LETTERS - 1).map((_, at) => padded.slice(at, at + LETTERS).join(''));
}

/**
 * How much two texts are alike: 0 not at all, 1 the same but for capitals, accents, order and little words.
 *
 * @param {Gist} a
 * @param {Gist} b
 */
export function likeness(a, b) {
  return (shared(a.words, b.words) + shared(a.letters, b.letters)) / 2;
}

/**
 * Twice what both have, of what they have together.
 *
 * @param {ReadonlySet<string>} a
 * @param {ReadonlySet<string>} b
 */
function shared(a, b) {
  const [few, many] = a.size < b.size ? [a, b] : [b, a];
  let both = 0;
  for (const each of few) if (many.has(each)) both += 1;
  return a.size + b.size === 0 ? 0 : (2 * both) / (a.size + b.size);
}

/** Remembers what it compared: the hall asks one more question, and hundreds are there already. */
export class Alike {
  /** By post. @type {Map<string, Gist>} */
  #gists = new Map();
  /** By post: those that it is alike. @type {Map<string, {text: string, like: Map<string, number>}>} */
  #known = new Map();

  /**
   * Bring up to date.
   * @param {ReadonlyArray<{post: string, text: string}>} questions All that there are.
   */
  update(questions) {
    const there = new Map(questions.map(({ post, text }) => [post, text]));
    for (const [post, { text }] of [...this.#known]) if (there.get(post) !== text) this.#forget(post);
    for (const { post, text } of questions) if (!this.#known.has(post)) this.#add(post, text);
  }

  /** @param {string} post */
  #forget(post) {
    for (const other of this.#known.get(post)?.like.keys() ?? []) this.#known.get(other)?.like.delete(post);
    this.#gists.delete(post);
    this.#known.delete(post);
  }

  /** @param {string} post @param {string} text */
  #add(post, text) {
    const mine = gist(text);
    const like = new Map();
    for (const [other, theirs] of this.#gists) {
      const much = likeness(mine, theirs);
      if (much < ALIKE) continue;
      like.set(other, much);
      this.#known.get(other)?.like.set(post, much);
    }
    this.#gists.set(post, mine);
    this.#known.set(post, { text, like });
  }

  /**
   * The questions that this one is alike, most alike first.
   * @param {string} post
   * @returns {string[]}
   */
  to(post) {
    return [...(this.#known.get(post)?.like ?? [])].sort(([a, much], [b, more]) => more - much || (a < b ? -1 : 1)).map(([other]) => other);
  }
}
