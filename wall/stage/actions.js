/** @import {Answer, Direction, Problem, Translate} from '../types.js' */
import { fault } from '../elements/fault.js';
import { send } from '../lib/http.js';
import { roomOf } from './screens.js';

/**
 * @typedef {{scene: string | null, post?: string, posts?: ReadonlyArray<string>, title?: string, text?: string, paper?: string, session?: string, poll?: string}} Wanted A scene.
 */

/**
 * What this remote asks of the server. Events: `change` (`.fault` is another), `out` (the badge holds no more).
 */
export class Actions extends EventTarget {
  /** What went wrong last, in words; empty when the last one went well. */
  fault = '';

  /**
   * @param {string} api
   * @param {Translate} t
   */
  constructor(api, t) {
    super();
    this.api = api;
    this.t = t;
  }

  /** @param {boolean} on */
  stop(on) {
    return this.#ask('PUT', 'stop', { on }, on ? this.t('stop.failed') : '');
  }

  /** @param {boolean} on */
  pause(on) {
    return this.#ask('PUT', 'pause', { on });
  }

  /** @param {string} policy */
  policy(policy) {
    return this.#ask('PUT', 'policy', { policy });
  }

  /**
   * @param {Wanted} scene
   * @param {string | null} place A screen, a room as `placeOf` names it, or null: all of them.
   */
  scene(scene, place) {
    const room = roomOf(place);
    return this.#ask('POST', 'scene', { ...scene, ...(place === null ? {} : room === null ? { screen: place } : { room }) });
  }

  /** @param {{room: string | null, session: string | null, part: string | null, auto: boolean}} what */
  onStage(what) {
    return this.#ask('PUT', 'programme/on-stage', what);
  }

  /** @param {{session: string, minutes: number, rest: boolean}} shift */
  shift(shift) {
    return this.#ask('POST', 'programme/shifts', shift);
  }

  /** @param {Direction} direction */
  direct(direction) {
    return this.#ask('PUT', 'direction', direction);
  }

  /** @param {{code?: string, screen?: string, name: string, room: string | null, stage: boolean}} screen */
  pair(screen) {
    return this.#ask('POST', 'screens', screen);
  }

  /**
   * @param {string} id
   * @param {{name: string, room: string | null, stage: boolean}} change
   */
  changeScreen(id, change) {
    return this.#ask('PATCH', `screens/${encodeURIComponent(id)}`, change);
  }

  /**
   * Have a screen, or `all`, show its name for a moment.
   *
   * @param {string} id
   * @param {string} name For one that staff do not know by a name.
   */
  which(id, name) {
    return this.#ask('POST', 'pulses', { topic: 'which', key: id, value: { name }, ttl: 8 });
  }

  /** @param {string} id */
  unpair(id) {
    return this.#ask('DELETE', `screens/${encodeURIComponent(id)}`);
  }

  /** @param {string | null} text null takes it off. */
  announce(text) {
    return this.#ask('PUT', 'announcement', { text });
  }

  /** @param {object} body */
  theme(body) {
    return this.#ask('PUT', 'theme', body);
  }

  /** @param {number} seq */
  undo(seq) {
    return this.#ask('POST', 'undos', { seq });
  }

  /**
   * @param {string} id
   * @param {boolean} on
   */
  source(id, on) {
    return this.#ask('PATCH', `sources/${encodeURIComponent(id)}`, { on });
  }

  /** @param {number | null} days After the symposium; null: never. */
  listen(days) {
    return this.#ask('PUT', 'listening', { days });
  }

  /** Until when the networks are listened to; null where nobody answers. */
  async listening() {
    const answer = await this.read('listening');
    return answer.ok ? /** @type {import('./listening-view.js').Listening} */ (answer.data) : null;
  }

  /** @param {{on: boolean, speed?: number, moderator?: boolean}} how */
  rehearse(how) {
    return this.#ask('POST', 'rehearsal', how);
  }

  /** @param {string} what */
  goWrong(what) {
    return this.#ask('POST', 'rehearsal/faults', { fault: what });
  }

  /** @param {boolean} everything Also what people sent. */
  wipe(everything) {
    return this.#ask('DELETE', 'rehearsal', { everything }, '', 60_000);
  }

  // --- what the hall is asked -----------------------------------------------------------------------------------

  /** @param {{questions: boolean, reactions: boolean, follows: boolean}} hall */
  hall(hall) {
    return this.#ask('PUT', 'hall', hall);
  }

  /**
   * @param {string | null} id null: a new one; its id is in the answer.
   * @param {object} body
   */
  keepPoll(id, body) {
    return id === null ? this.#ask('POST', 'polls', body) : this.#ask('PUT', `polls/${encodeURIComponent(id)}`, body);
  }

  /** @param {string} id Of a draft. */
  dropPoll(id) {
    return this.#ask('DELETE', `polls/${encodeURIComponent(id)}`);
  }

  /**
   * @param {string} id
   * @param {boolean} on The hall may vote, or may no more.
   * @param {(problem: Problem) => string} words What to say where another poll is open.
   */
  pollOpen(id, on, words) {
    const say = (/** @type {Problem} */ problem) => (problem.code === 'poll-open' ? words(problem) : this.#words(problem));
    return this.#ask('POST', `polls/${encodeURIComponent(id)}/${on ? 'openings' : 'closings'}`, {}, say);
  }

  /**
   * Cards to print; nobody can make the same ones again.
   *
   * @param {string} id
   * @param {number} count
   * @param {ReadonlyArray<string>} langs Of the words on a card; the second gets a line.
   * @returns {Promise<Answer<Blob>>}
   */
  pollCodes(id, count, langs) {
    return this.#ask('POST', `polls/${encodeURIComponent(id)}/codes?format=pdf`, { count, langs }, '', 120_000);
  }

  /**
   * @param {string} post
   * @param {string} stand
   */
  stand(post, stand) {
    return this.#ask('PUT', `questions/${encodeURIComponent(post)}/stand`, { stand });
  }

  /**
   * Tell chair and speaker, without the hall.
   *
   * @param {string} session Empty: of no session.
   * @param {number} at Microseconds.
   */
  signal(session, at) {
    return this.#ask('POST', 'pulses', { topic: 'signal', key: session, value: { kind: 'two-minutes', at }, ttl: 30 });
  }

  /**
   * @param {string} path Below the symposium's own address.
   * @returns {Promise<Answer<any>>}
   */
  read(path) {
    return this.#ask('GET', path);
  }

  dismiss() {
    this.#tell('');
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {object} [body]
   * @param {string | ((problem: Problem) => string)} [words] Instead of those of the problem.
   * @param {number} [timeoutMs]
   * @returns {Promise<Answer<any>>}
   */
  async #ask(method, path, body, words = '', timeoutMs = 15_000) {
    const answer = await send(method, `${this.api}/${path}`, body, { timeoutMs });
    if (answer.ok) this.#tell('');
    else if (answer.problem.status === 401) this.dispatchEvent(new Event('out'));
    else this.#tell(typeof words === 'function' ? words(answer.problem) : words || this.#words(answer.problem));
    return answer;
  }

  /** @param {Problem} problem */
  #words(problem) {
    return fault(this.t, problem);
  }

  /** @param {string} words */
  #tell(words) {
    if (words === this.fault) return;
    this.fault = words;
    this.dispatchEvent(new Event('change'));
  }
}
