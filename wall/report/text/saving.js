/** @import {Problem} from '../../types.js' */
/** @import {BlockFacts, Put, StudioState, TextFacts} from './types.js' */
/** @import {Unsaved} from './unsaved.js' */
import { retryDelay } from '../../lib/retry.js';
import { merged, same } from './merge.js';

/** Who stops typing for so long has a thought finished. */
export const IDLE_MS = 5_000;
/** Going to another text waits no longer than this; saving goes on behind it. */
const FLUSH_MS = 3_000;

/** What a status says by itself. @type {Readonly<Record<number, string>>} */
const WHY = { 401: 'revoked', 413: 'too-long' };

/**
 * @typedef {object} Work A text on this page.
 * @property {number} base The entry that it was written on; 0 for none.
 * @property {string} saved The words of that entry.
 * @property {string} text What stands in the field.
 * @property {number[]} settles Texts that were kept beside, and whose words are in this one.
 * @property {string | null} ancestor Of a text that was kept beside: what it and the other one both began with.
 * @property {boolean} unsure It was sent, and no answer came: it may be there.
 * @property {string} refused Why the server does not take it; empty when it may be tried.
 * @property {number} failures In a row.
 * @property {boolean} isKept It survives a closed window.
 * @property {boolean} restored It was left behind by a window that is gone.
 * @property {number} savedAt Milliseconds since 1970; 0: not since this page opened.
 * @property {Promise<void> | null} sending
 * @property {ReturnType<typeof setTimeout> | 0} timer
 *
 * @typedef {object} Status
 * @property {'saved' | 'typing' | 'saving' | 'waiting' | 'refused' | 'aside'} state `waiting`: the server is away; `aside`: somebody
 *   else wrote too, and a person must bring the two together first.
 * @property {string} code Of what is refused.
 * @property {boolean} isKept
 * @property {boolean} restored
 * @property {number} savedAt
 */

/**
 * Saves texts: one entry per text, after a pause in typing, on top of what was known. What a colleague wrote in other lines comes in
 * by itself; what both wrote in the same lines is kept twice. What the server does not have is kept on this computer.
 *
 * Events, `detail` is the place: `status` (another status), `text` (`text(place)` is another one, and not because of `type`). And
 * `saved`, `detail` is the entry.
 */
export class Saving extends EventTarget {
  /** @type {Map<string, Work>} */
  #all = new Map();
  /** @type {{name: string, place: string, text: import('./types.js').Kept}[]} */
  #left = [];
  #asleep = false;

  /**
   * @param {object} parts
   * @param {StudioState} parts.state
   * @param {Put} parts.put
   * @param {Pick<Unsaved, 'keep' | 'drop' | 'forget' | 'left'>} parts.unsaved
   * @param {() => number} [parts.nowMs]
   */
  constructor({ state, put, unsaved, nowMs = Date.now }) {
    super();
    this.state = state;
    this.put = put;
    this.unsaved = unsaved;
    this.nowMs = nowMs;
  }

  /** Take over what a window that is gone left behind. */
  async restore() {
    this.#left = await this.unsaved.left();
    this.#adoptLeft();
  }

  /** Follow a text from now on: what others change in it is told. @param {string} place */
  open(place) {
    this.#rebase(place, this.#work(place));
  }

  /**
   * @param {string} place
   * @returns {string} What stands in the field.
   */
  text(place) {
    return this.#all.get(place)?.text ?? this.block(place).text?.text ?? '';
  }

  /**
   * @param {string} place
   * @returns {BlockFacts} What the server has.
   */
  block(place) {
    return this.state.draft.texts[place] ?? { text: null, beside: [] };
  }

  /**
   * What was written at once, for a person to bring together.
   *
   * @param {string} place
   * @returns {{standing: TextFacts | null, beside: TextFacts, own: boolean} | null} `own`: what stands beside is what stands in the field.
   */
  conflict(place) {
    const { text, beside } = this.block(place);
    const own = beside.find(({ seq }) => seq === this.#all.get(place)?.base);
    const first = own ?? beside.find(({ seq }) => !this.#all.get(place)?.settles.includes(seq));
    return first ? { standing: text, beside: first, own: Boolean(own) } : null;
  }

  /**
   * @param {string} place
   * @returns {Status}
   */
  status(place) {
    const work = this.#all.get(place);
    const told = { code: work?.refused ?? '', isKept: work?.isKept ?? true, restored: work ? work.restored && dirty(work) : false, savedAt: work?.savedAt ?? 0 };
    if (!work || !dirty(work)) return { ...told, state: 'saved' };
    if (this.#isAside(place, work)) return { ...told, state: 'aside' };
    if (work.refused) return { ...told, state: 'refused' };
    if (work.failures > 0) return { ...told, state: 'waiting' };
    return { ...told, state: work.sending ? 'saving' : 'typing' };
  }

  /** Places with words that the server does not have. */
  get unsavedPlaces() {
    return [...this.#all].filter(([, work]) => dirty(work)).map(([place]) => place);
  }

  /**
   * The author typed.
   *
   * @param {string} place
   * @param {string} text
   */
  type(place, text) {
    const work = this.#work(place);
    if (text === work.text) return;
    work.text = text;
    work.refused = '';
    this.#keep(place, work);
    this.#saveIn(place, work, work.failures > 0 ? retryDelay(work.failures, Math.random()) : IDLE_MS);
    this.#tell('status', place);
  }

  /**
   * Save now what is not saved. Does not throw; `status` says what became of it.
   *
   * @param {string} place
   * @returns {Promise<void>}
   */
  async save(place) {
    const work = this.#all.get(place);
    if (!work || this.#asleep) return;
    if (work.sending) return work.sending;
    if (!dirty(work) || work.refused || this.#isAside(place, work)) return;
    work.sending = this.#send(place, work).finally(() => {
      work.sending = null;
      this.#after(place, work);
    });
    this.#tell('status', place);
    await work.sending;
  }

  /** Save all; comes back after a few seconds, also when the server does not, and at once when it is known to be away. */
  async flush() {
    const away = [...this.#all.values()].some(({ failures }) => failures > 0);
    const all = Promise.all(this.unsavedPlaces.map((place) => this.save(place)));
    if (!away) await Promise.race([all, new Promise((resolve) => setTimeout(resolve, FLUSH_MS))]);
  }

  /** The draft of the page is another one, or the server is back. */
  look() {
    for (const [place, work] of this.#all) {
      if (work.sending) continue;
      this.#rebase(place, work);
      if (dirty(work) && work.failures > 0) void this.save(place);
      this.#tell('status', place);
    }
  }

  /**
   * A person brought two texts together: it stands on what is there now, and the other one need not be kept.
   *
   * @param {string} place
   * @param {string} text
   * @param {{base: number, saved: string, settles: number}} over `base`: the entry of the text that stands there.
   */
  async settle(place, text, { base, saved, settles }) {
    const work = this.#work(place);
    await work.sending;
    work.base = base;
    work.saved = saved;
    work.ancestor = null;
    work.settles = [...work.settles, settles];
    work.text = text;
    work.refused = '';
    this.#keep(place, work);
    this.#tell('text', place);
    await this.save(place);
  }

  /**
   * The window closes, or sleeps: nothing is sent from here any more until `wake`. What is on its way already is not sent twice.
   *
   * @returns {{place: string, text: string, base: number, settles: number[]}[]} What would still have to be sent.
   */
  sleep() {
    this.#asleep = true;
    return [...this.#all].filter(([place, work]) => dirty(work) && !work.sending && !work.refused && !this.#isAside(place, work)).map(([place, work]) => {
      work.unsure = true;
      const { text, base, settles } = work;
      return { place, text, base, settles };
    });
  }

  /** The window is back. */
  wake() {
    this.#asleep = false;
    this.look();
    for (const place of this.unsavedPlaces) void this.save(place);
  }

  /** Whether a closed window would lose words. */
  get atRisk() {
    return [...this.#all.values()].some((work) => dirty(work) && !work.isKept);
  }

  /**
   * @param {string} place
   * @param {Work} work
   */
  async #send(place, work) {
    clearTimeout(work.timer);
    if (work.unsure) await this.#refresh();
    this.#rebase(place, work);
    if (!dirty(work) || this.#isAside(place, work)) return;
    const [sent, before, settles] = [work.text, work.saved, work.settles];
    const answer = await this.put(place, { text: sent, base: work.base, ...(settles.length > 0 ? { settles } : {}) });
    if (!answer.ok) return this.#failed(place, work, sent, answer.problem);
    Object.assign(work, { base: answer.data.seq, saved: sent, unsure: false, failures: 0, restored: false });
    work.savedAt = this.nowMs();
    this.dispatchEvent(new CustomEvent('saved', { detail: answer.data.seq }));
    work.ancestor = answer.data.beside ? before : null;
    work.settles = answer.data.beside ? settles : [];
    if (answer.data.beside || settles.length > 0) await this.#refresh();
  }

  /** Look at what the server has; a server that is away is no reason to stop. */
  async #refresh() {
    try {
      await this.state.refresh();
    } catch (fault) {
      console.info('the draft did not come', fault);
    }
  }

  /**
   * @param {string} place
   * @param {Work} work
   */
  #after(place, work) {
    this.#rebase(place, work);
    if (dirty(work)) this.#keep(place, work);
    else this.unsaved.drop(place);
    if (dirty(work) && !work.refused && !this.#isAside(place, work)) this.#saveIn(place, work, work.failures > 0 ? retryDelay(work.failures, Math.random()) : IDLE_MS);
    this.#adoptLeft();
    this.#tell('status', place);
  }

  /**
   * @param {string} place
   * @param {Work} work
   * @param {string} sent What was refused: what was typed since may be taken.
   * @param {Problem} problem
   */
  #failed(place, work, sent, { status, code }) {
    const later = status === 0 || status >= 500 || status === 429;
    work.failures += 1;
    work.unsure ||= status === 0 || status >= 500;
    work.refused = later || work.text !== sent ? '' : WHY[status] ?? code;
    console.info('the text is not saved yet', place, code);
  }

  /**
   * Put what stands in the field on top of what the server has now, where that can be done without a person.
   *
   * @param {string} place
   * @param {Work} work
   */
  #rebase(place, work) {
    const { text: standing, beside } = this.block(place);
    const seq = standing?.seq ?? 0;
    // What this page knows can be older than what it saved.
    if (work.base === seq || work.base > this.state.draft.seq) return;
    const words = standing?.text ?? '';
    const twin = work.unsure ? beside.find(({ text }) => same(text, work.text)) : undefined;
    if (twin) Object.assign(work, { base: twin.seq, ancestor: work.saved, saved: twin.text, unsure: false });
    const aside = beside.some((each) => each.seq === work.base);
    const both = aside ? together(work.ancestor, work.text, words) : same(work.text, words) || !dirty(work) ? words : merged(work.saved, work.text, words);
    if (both === null) return; // The server will keep both.
    if (aside) work.settles = [...work.settles, work.base];
    const replaced = !same(both, work.text);
    Object.assign(work, { base: seq, saved: words, ancestor: null, unsure: false });
    if (replaced) work.text = both;
    if (dirty(work)) {
      this.#keep(place, work);
      if (!work.sending) this.#saveIn(place, work, IDLE_MS);
    } else this.unsaved.drop(place);
    if (replaced) this.#tell('text', place);
  }

  /** What was left behind comes back as if it had just been typed; a second one of the same place waits until the first is saved. */
  #adoptLeft() {
    for (const { name, place, text } of this.#left) {
      const known = this.#all.get(place);
      if (known && (dirty(known) || known.sending)) continue;
      this.#left = this.#left.filter((each) => each.name !== name);
      const work = { ...fresh(), base: text.base, saved: text.saved, text: text.text, settles: [...text.settles], unsure: true, restored: true };
      this.#all.set(place, work);
      this.#rebase(place, work);
      if (dirty(work)) this.#keep(place, work);
      this.unsaved.forget(name);
      this.#tell('text', place);
      this.#tell('status', place);
      void this.save(place);
    }
  }

  /**
   * @param {string} place
   * @param {Work} work
   */
  #isAside(place, work) {
    return work.base !== 0 && this.block(place).beside.some(({ seq }) => seq === work.base);
  }

  /**
   * @param {string} place
   * @returns {Work}
   */
  #work(place) {
    const known = this.#all.get(place);
    if (known) return known;
    const { text } = this.block(place);
    const work = { ...fresh(), base: text?.seq ?? 0, saved: text?.text ?? '', text: text?.text ?? '' };
    this.#all.set(place, work);
    return work;
  }

  /**
   * @param {string} place
   * @param {Work} work
   */
  #keep(place, work) {
    const { base, saved, text, settles } = work;
    work.isKept = this.unsaved.keep(place, { base, saved, text, settles, at: this.nowMs() });
  }

  /**
   * @param {string} place
   * @param {Work} work
   * @param {number} ms
   */
  #saveIn(place, work, ms) {
    clearTimeout(work.timer);
    work.timer = setTimeout(() => void this.save(place), ms);
  }

  /**
   * @param {'status' | 'text'} name
   * @param {string} place
   */
  #tell(name, place) {
    this.dispatchEvent(new CustomEvent(name, { detail: place }));
  }
}

/** @param {Work} work */
function dirty(work) {
  return !same(work.text, work.saved);
}

/**
 * @param {string | null} ancestor
 * @param {string} mine
 * @param {string} theirs
 */
function together(ancestor, mine, theirs) {
  return ancestor === null ? null : merged(ancestor, mine, theirs);
}

/** @returns {Work} */
function fresh() {
  return {
    base: 0, saved: '', text: '', settles: [], ancestor: null, unsure: false, refused: '', failures: 0,
    isKept: true, restored: false, savedAt: 0, sending: null, timer: 0,
  };
}
