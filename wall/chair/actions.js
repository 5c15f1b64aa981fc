/** @import {Answer, Stand, Translate} from '../types.js' */
import { fault } from '../elements/fault.js';
import { send } from '../lib/http.js';

/** What this page asks of the server. Events: `change` (`.fault` is another), `out` (the badge holds no more). */
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

  /**
   * @param {string} post
   * @param {Stand} stand
   * @param {{name: string, text: string}} [answer] Who answered, and in a few words what.
   */
  stand(post, stand, answer) {
    return this.#ask('PUT', `questions/${encodeURIComponent(post)}/stand`, { stand, ...answer });
  }

  /**
   * @param {string} id
   * @param {boolean} open
   */
  poll(id, open) {
    return this.#ask('POST', `polls/${encodeURIComponent(id)}/${open ? 'openings' : 'closings'}`, {});
  }

  /**
   * @param {string} session Empty: none.
   * @param {'two-minutes' | 'thanks'} kind
   */
  sign(session, kind) {
    return this.#ask('POST', 'pulses', { topic: 'signal', key: session, value: { kind }, ttl: 30 });
  }

  /** The page goes on without what went wrong. */
  dismiss() {
    this.#say('');
  }

  /**
   * @param {string} method
   * @param {string} path Below the symposium's own address.
   * @param {unknown} body
   * @returns {Promise<Answer<any>>}
   */
  async #ask(method, path, body) {
    const answer = await send(method, `${this.api}/${path}`, body);
    this.#say(answer.ok ? '' : fault(this.t, answer.problem));
    if (!answer.ok && answer.problem.status === 401) this.dispatchEvent(new Event('out'));
    return answer;
  }

  /** @param {string} words */
  #say(words) {
    this.fault = words;
    this.dispatchEvent(new Event('change'));
  }
}
