/** @import {Programme, ProgrammeItem} from '../types.js' */
/** @import {Timed} from './programme.js' */
import { keep, kept } from './keep.js';
import { effective } from './programme.js';
import { retryDelay } from './retry.js';

/** A programme of 5,000 sessions without their abstracts is 2 MB. In ms. */
const TIMEOUT_MS = 20_000;
const NAME = 'fontein-programme';

/**
 * The programme of one symposium, on a page: fetched when the view says that there is another one, kept when it cannot be, also
 * over a reload (a screen that lost its server still shows the coming hour). Event `change`: something else holds now.
 */
export class ProgrammeStore extends EventTarget {
  /** @type {Programme | null} */
  programme = null;
  /** What the view said last; stays when the view is forgotten. @type {ProgrammeItem | null} */
  item = null;
  /** The sessions with the times that hold. @type {readonly Timed[]} */
  sessions = [];
  #etag = '';
  /** The seq that is wanted; 0: none. */
  #wanted = 0;
  #busy = false;
  #failures = 0;

  /**
   * @param {string} api For example `/v1/symposia/dichtbij`.
   * @param {{texts?: 'none' | 'speakers' | 'all', name?: string}} [options] `texts`: who the speakers are, and the abstracts too.
   *   `name`: of what is kept on this device, for example the slug; without one nothing is.
   */
  constructor(api, { texts = 'none', name } = {}) {
    super();
    this.texts = texts;
    this.url = `${api}/programme${texts === 'none' ? '?brief=1' : ''}`;
    this.keptAs = name ? `${NAME} ${name}` : null;
    this.#recall();
  }

  /**
   * What the view says now; called for every change of it.
   *
   * @param {ProgrammeItem | null | undefined} item undefined: the view does not say, as after a long silence; what was known stays.
   */
  follow(item) {
    if (!item || item === this.item) return;
    this.item = item;
    this.#tell();
    if (item.seq !== this.#wanted && item.seq !== this.programme?.seq) {
      this.#wanted = item.seq;
      void this.#fetch();
    }
  }

  async #fetch() {
    if (this.#busy) return; // The one that is under way looks again at its end.
    this.#busy = true;
    const wanted = this.#wanted;
    const came = await this.#ask(wanted);
    this.#busy = false;
    if (came && wanted === this.#wanted) {
      this.#failures = 0;
      return;
    }
    this.#failures = came ? 0 : this.#failures + 1;
    setTimeout(() => void this.#fetch(), came ? 0 : retryDelay(this.#failures, Math.random()));
  }

  /**
   * @param {number} wanted A node that is behind waits until it has this.
   * @returns {Promise<boolean>} It came, or it is what we have.
   */
  async #ask(wanted) {
    /** @type {Record<string, string>} */
    const headers = { Accept: 'application/json', 'Fontein-Seq': String(wanted) };
    if (this.#etag) headers['If-None-Match'] = this.#etag;
    try {
      const answer = await fetch(this.url, { headers, credentials: 'same-origin', cache: 'no-store', signal: AbortSignal.timeout(TIMEOUT_MS) });
      if (answer.status === 304) return true;
      if (!answer.ok) return false;
      const data = /** @type {Partial<Programme>} */ (await answer.json());
      if (!Array.isArray(data.sessions) || !Array.isArray(data.rooms)) return false;
      this.#etag = answer.headers.get('ETag') ?? '';
      this.programme = this.texts === 'speakers' ? withoutAbstracts(/** @type {Programme} */ (data)) : /** @type {Programme} */ (data);
      this.#tell();
      return true;
    } catch (fault) {
      console.info('the programme did not come', fault);
      return false;
    }
  }

  #tell() {
    this.sessions = effective(this.programme, this.item);
    if (this.keptAs && this.programme) keep(this.keptAs, JSON.stringify({ programme: this.programme, item: this.item }));
    this.dispatchEvent(new Event('change'));
  }

  #recall() {
    const text = this.keptAs && kept(this.keptAs);
    if (!text) return;
    try {
      const { programme, item } = JSON.parse(text);
      this.sessions = effective(programme, item);
      this.programme = programme;
      this.item = item;
    } catch {
      console.info('what was kept of the programme cannot be read'); // Somebody wrote there: it comes anew with the view.
    }
  }
}

/**
 * @param {Programme} programme
 * @returns {Programme} A tenth of the size.
 */
function withoutAbstracts(programme) {
  return { ...programme, sessions: programme.sessions.map(({ abstract: _, ...session }) => session) };
}
