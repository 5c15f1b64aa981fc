/** @import {Brake} from '../types.js' */
/** @import {Actions} from './actions.js' */
/** @import {Core} from './core.js' */
import { send } from '../lib/http.js';
import { BULK_MAX } from './deciding.js';

/** What is for everybody: the emergency stop, who decides, the brake, and this badge. */
export class House {
  /**
   * @param {Core} core
   * @param {Actions} desk
   */
  constructor(core, desk) {
    this.core = core;
    this.desk = desk;
  }

  /** @param {boolean} on */
  async stop(on) {
    this.core.set({ stopping: on, fault: null });
    const answer = await send('PUT', `${this.core.api}/stop`, { on });
    this.core.set({ stopping: false });
    if (answer.ok) return;
    this.core.failed(answer.problem);
    if (on && answer.problem.status !== 401) this.core.set({ fault: this.core.t('stop.failed') });
  }

  /** @param {string} policy */
  async policy(policy) {
    const answer = await send('PUT', `${this.core.api}/policy`, { policy });
    if (!answer.ok) this.core.failed(answer.problem);
    return answer.ok;
  }

  /** @returns {Brake | null} */
  get #brake() {
    const policy = /** @type {{brake?: Brake | null} | undefined} */ (this.core.live.view.entries.get('policy'));
    return policy?.brake ?? null;
  }

  /** As it was before the brake came on. */
  async releaseBrake() {
    const brake = this.#brake;
    return brake === null ? false : this.policy(brake.was);
  }

  /** Choose what came in since the brake. */
  async lookAtBrake() {
    const brake = this.#brake;
    if (brake === null) return;
    if (this.core.state.tab !== 'held') await this.desk.tab('held');
    await this.desk.rest.all(() => false);
    const newestFirst = [...this.core.map.values()].sort((a, b) => b.received - a.received).slice(0, Math.min(brake.held, BULK_MAX));
    this.core.set({ selected: new Set(newestFirst.map((post) => post.id)), page: 'post' });
    this.desk.sync();
  }

  /** The server shut this page out. Was it this badge? */
  async ended() {
    this.core.shutOut(null);
    const answer = await send('GET', `${this.core.api}/me`);
    this.core.shutOut(!answer.ok && answer.problem.status === 401 ? 'revoked' : 'closed');
  }

  dismissFault() {
    this.core.set({ fault: null });
  }

  /** @param {boolean} keys */
  switchKeys(keys) {
    this.core.set({ keys });
  }
}
