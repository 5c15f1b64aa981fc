/** @import {Live} from '../live.js' */
/** @import {Store} from '../lib/store.js' */
/** @import {PulseFrame} from '../types.js' */
/** @import {State} from './state.js' */
import { send } from '../lib/http.js';
import { uuid } from '../lib/uuid.js';
import { heard, present } from './colleagues.js';

/** How long a look lasts after it was last told. */
const TTL_S = 15;
/** Told again well before it ends. */
const AGAIN_MS = 6_000;
/** Who passes through is not looking. */
const REST_MS = 250;

/** Tells colleagues what is looked at here, and hears what they look at. */
export class Presence {
  /** This page: somebody may have two open. */
  #key = uuid();
  #told = '';
  #toldAt = -Infinity;
  #resting = 0;

  /**
   * @param {object} parts
   * @param {Store<State>} parts.store
   * @param {Live} parts.live
   * @param {string} parts.api
   * @param {string} parts.me Name of the badge.
   * @param {() => void} parts.heard Somebody looks at something else now.
   */
  constructor({ store, live, api, me, heard }) {
    this.store = store;
    this.live = live;
    this.api = api;
    this.me = me;
    this.onHeard = heard;
    live.addEventListener('pulse', (event) => this.#hear(/** @type {CustomEvent<PulseFrame>} */ (event).detail));
    store.addEventListener('change', () => this.#restSoon());
  }

  /** Whether colleagues know already what is looked at here. */
  get told() {
    return this.#told === this.#looked;
  }

  /** The post that is looked at; empty: none, as among the questions. */
  get #looked() {
    const { asked, focus } = this.store.value;
    return asked.open ? '' : (focus?.id ?? '');
  }

  /** @param {PulseFrame} pulse */
  #hear(pulse) {
    if (pulse.topic !== 'looking' || pulse.key === this.#key) return;
    this.store.update((state) => ({ ...state, colleagues: heard(state.colleagues, pulse, performance.now()) }));
    this.onHeard();
  }

  /** Call now and then. */
  tick() {
    this.store.update((state) => {
      const colleagues = present(state.colleagues, performance.now());
      return colleagues === state.colleagues ? state : { ...state, colleagues };
    });
    if (performance.now() - this.#toldAt > AGAIN_MS) void this.#tell();
  }

  #restSoon() {
    if (this.told) return;
    window.clearTimeout(this.#resting);
    this.#resting = window.setTimeout(() => void this.#tell(), REST_MS);
  }

  async #tell() {
    if (this.live.state !== 'live' || this.store.value.out) return;
    const post = this.#looked;
    this.#told = post;
    this.#toldAt = performance.now();
    // When this fails nobody is worse off: a courtesy.
    await send('POST', `${this.api}/pulses`, { topic: 'looking', key: this.#key, value: { name: this.me, post: post || null }, ttl: TTL_S });
  }
}
