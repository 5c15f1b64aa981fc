import { keep, kept } from '../../lib/keep.js';

/**
 * What this phone voted and wants to know, as far as the server has it. Kept on the phone, so that it is known where there is no
 * network too.
 */
export class Voted {
  /** By poll. @type {Map<string, readonly number[]>} */
  #votes = new Map();
  /** With a printed code: nobody but this phone can say what it was. @type {Map<string, readonly number[]>} */
  #coded = new Map();
  /** Ids of questions. @type {Set<string>} */
  #wanted = new Set();

  /** @param {string} slug */
  constructor(slug) {
    this.keptAs = `fontein-voted-${slug}`;
    this.#recall();
  }

  /** Whether this phone ever took part, as far as it knows. */
  get tookPart() {
    return kept(this.keptAs) !== null;
  }

  /** From now on it does: what waits is looked after at the next visit. */
  begin() {
    if (!this.tookPart) this.#keep();
  }

  /** @param {string} poll */
  answers(poll) {
    return this.#coded.get(poll) ?? this.#votes.get(poll) ?? null;
  }

  /** @param {string} post */
  wants(post) {
    return this.#wanted.has(post);
  }

  /**
   * What the server says of this phone.
   *
   * @param {{votes?: Readonly<Record<string, readonly number[]>>, wanted?: readonly string[]}} told
   */
  take({ votes = {}, wanted = [] }) {
    this.#votes = new Map(Object.entries(votes));
    this.#wanted = new Set(wanted);
    this.#keep();
  }

  /**
   * @param {string} poll
   * @param {readonly number[]} answers
   * @param {boolean} byCode
   */
  vote(poll, answers, byCode) {
    (byCode ? this.#coded : this.#votes).set(poll, answers);
    this.#keep();
  }

  /**
   * @param {string} post
   * @param {boolean} on
   */
  want(post, on) {
    if (on) this.#wanted.add(post);
    else this.#wanted.delete(post);
    this.#keep();
  }

  #keep() {
    const [votes, coded] = [this.#votes, this.#coded].map((each) => Object.fromEntries(each));
    keep(this.keptAs, JSON.stringify({ votes, coded, wanted: [...this.#wanted] }));
  }

  #recall() {
    try {
      const { votes = {}, coded = {}, wanted = [] } = JSON.parse(kept(this.keptAs) ?? '{}');
      this.#votes = new Map(Object.entries(votes));
      this.#coded = new Map(Object.entries(coded));
      this.#wanted = new Set(wanted);
    } catch (fault) {
      console.info('what this phone voted cannot be read', fault); // The server says it again.
    }
  }
}
