/** @import {Answer} from '../types.js' */
/** @import {Core} from './core.js' */
/** @import {Burst, Told, Topic} from './stuffing.js' */
import { send } from '../lib/http.js';
import { openPolls, questions } from './asked.js';
import { due, loud } from './stuffing.js';

/** The server is asked at most so often. */
const ROUND_MS = 5_000;

/** Sees to it that stuffed ballots are noticed, whatever somebody is looking at: asks the server how votes came in where many did. */
export class Watching {
  #roundAt = -Infinity;
  /** How many votes there were when it was last asked. @type {Map<string, number>} */
  #last = new Map();

  /** @param {Core} core */
  constructor(core) {
    this.core = core;
  }

  /** What the hall votes on. @returns {Topic[]} */
  get topics() {
    const { view } = this.core.live;
    const polls = openPolls(view).map(({ id }) => ({ key: `poll:${id}`, n: Number(/** @type {{n?: number} | undefined} */ (view.entries.get(`tally:${id}`))?.n ?? 0) }));
    return [...polls, ...questions(view).map(({ post, votes }) => ({ key: `question:${post}`, n: votes }))];
  }

  /** Call every second. */
  async tick() {
    const now = performance.now();
    if (this.core.live.state !== 'live' || now - this.#roundAt < ROUND_MS) return;
    const round = due(this.topics, this.#last);
    if (round.length === 0) return;
    this.#roundAt = now;
    for (const topic of round) {
      this.#last.set(topic.key, topic.n);
      await this.fetch(topic.key);
    }
  }

  /** Ask anew about all that is voted on. */
  again() {
    this.#last.clear();
  }

  /**
   * How votes came in. What goes wrong is told to who looks, not to who does not.
   *
   * @param {string} key
   * @returns {Promise<Answer<Told>>}
   */
  async fetch(key) {
    /** @type {Answer<Told>} */
    const answer = await send('GET', `${this.#url(key)}/stuffing`);
    if (answer.ok) this.#put(key, answer.data);
    else if (answer.problem.status === 401) this.core.failed(answer.problem);
    return answer;
  }

  /** @param {string} key */
  #url(key) {
    const [kind, id] = key.split(':');
    return `${this.core.api}/${kind === 'poll' ? 'polls' : 'questions'}/${id}`;
  }

  /**
   * @param {string} key
   * @param {Told} told
   */
  #put(key, told) {
    this.core.store.update((state) => ({ ...state, votes: new Map(state.votes).set(key, told) }));
  }

  /**
   * The bursts that nobody looked at, newest first. Those of what is counted under another question are with that one.
   * @returns {{key: string, burst: Burst}[]}
   */
  get loud() {
    const { votes, looked } = this.core.state;
    const { entries } = this.core.live.view;
    const found = [...votes].filter(([key]) => entries.has(key)).map(([key, told]) => ({ key, burst: loud(told, looked.get(key) ?? 0) }));
    return found.flatMap(({ key, burst }) => (burst ? [{ key, burst }] : [])).sort((a, b) => b.burst.to - a.burst.to);
  }

  /**
   * Somebody looked, and all that came in until now is in order.
   * @param {string} key
   */
  inOrder(key) {
    const { votes, looked } = this.core.state;
    const to = Math.max(looked.get(key) ?? 0, ...(votes.get(key)?.bursts ?? []).map((burst) => burst.to));
    this.core.store.update((state) => ({ ...state, looked: new Map(state.looked).set(key, to) }));
  }

  /**
   * Do not count the votes of a stretch of time.
   *
   * @param {string} key
   * @param {{from: number, to: number, fresh: boolean, reason: string}} which
   * @returns {Promise<Answer<{seqs: number[], back: {url: string, body: unknown}}>>}
   */
  async setAside(key, which) {
    const url = `${this.#url(key)}/aside`;
    const answer = await send('POST', url, which);
    if (!answer.ok) return answer;
    await this.fetch(key);
    const { seqs } = answer.data;
    return { ...answer, data: { seqs, back: { url, body: { seqs, on: false } } } };
  }

  /**
   * Count them again.
   *
   * @param {string} key
   * @param {number} seq Of the entry that set them aside.
   * @returns {Promise<Answer<unknown>>}
   */
  async countAgain(key, seq) {
    const answer = await send('POST', `${this.#url(key)}/aside`, { seqs: [seq], on: false });
    if (answer.ok) {
      await this.fetch(key); // The burst that they were is told again.
      this.inOrder(key);
    }
    return answer;
  }
}
