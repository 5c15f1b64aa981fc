/** What the hall is asked and asks: polls, questions, what it may do. Brings their views together, and the pages that open over the stage. */

/** @import {Answer, HallSwitches, Page, Problem, Translate} from '../types.js' */
/** @import {ProgrammeStore} from '../lib/programme-store.js' */
/** @import {Live} from '../live.js' */
/** @import {Actions, Wanted} from './actions.js' */
/** @import {PollForm} from './poll-form.js' */
/** @import {Known} from './polls.js' */
/** @import {Standing} from './questions.js' */
/** @import {Sheet} from './sheet.js' */
import { el, one } from '../lib/html.js';
import { hallOf } from '../lib/hall.js';
import { keep, kept } from '../lib/keep.js';
import { dayTime } from '../lib/time.js';
import { HallView } from './hall-view.js';
import { PollEditor } from './poll-editor.js';
import { askedAgain, bodyOf, copyOf, emptyForm, formOf, isBlank, LANGS } from './poll-form.js';
import { NEW, readKept, withKept, withoutKept } from './poll-kept.js';
import { PollSheet } from './poll-sheet.js';
import { inLang, inTheWay, pollsOf } from './polls.js';
import { PollsView } from './polls-view.js';
import { forSession, standing } from './questions.js';
import { QuestionsView } from './questions-view.js';
import { SignalView } from './signal-view.js';

/** A file that was handed over is let go of. */
const KEPT_MS = 60_000;

/**
 * @typedef {object} Parts
 * @property {Page} page
 * @property {Translate} t
 * @property {Live} live
 * @property {ProgrammeStore} programme
 * @property {Actions} actions
 * @property {Sheet} sheet
 * @property {() => string | null} place Which screen, room or all of them the tiles are for.
 * @property {() => string | null} session What is on stage there.
 */

export class Asking {
  #kept;
  #drafting = false;
  /** The page that is open over the stage. @type {{render: () => void} | null} */
  #open = null;
  /** @type {Known[]} */
  #polls = [];

  /** @param {Parts} parts */
  constructor(parts) {
    this.parts = parts;
    const { page, t, live, actions, sheet } = parts;
    this.storage = `fontein-polls-${page.slug}`;
    this.#kept = readKept(kept(this.storage));
    this.card = {
      t, lang: page.lang, now: () => live.clock.now(), titleOf: (/** @type {string | null} */ id) => this.#titleOf(id), turn: (/** @type {string} */ id, /** @type {boolean} */ on) => void this.#turn(id, on),
      show: (/** @type {string} */ id) => void this.#show({ scene: 'poll', poll: id }), again: (/** @type {Known} */ poll) => void this.#draft(askedAgain(poll)), more: (/** @type {string} */ id) => this.openPoll(id),
    };
    this.polls = new PollsView(place('asking'), place('polls'), place('polls-count'), { ...this.card, make: () => this.#edit(NEW), go: (key) => this.#edit(key) });
    this.questions = new QuestionsView(place('questions'), place('questions-count'), { t, sheet, titleOf: this.card.titleOf, stand: (post, stand) => void actions.stand(post, stand) });
    this.hall = new HallView(place('hall-rules'), place('hall-now'), { t, put: (rules) => void actions.hall(rules) });
    this.signal = new SignalView(place('signal'), { t, lang: page.lang, now: this.card.now, session: () => parts.session() ?? '', send: async (session, at) => (await actions.signal(session, at)).ok });
  }

  render() {
    const { live, page } = this.parts;
    const { entries } = live.view;
    const rules = /** @type {HallSwitches | undefined} */ (entries.get('hall'));
    const questions = standing(hallOf(live.view).questions);
    this.#polls = pollsOf(entries);
    this.polls.render(this.#polls, rules?.follows === true, Object.entries(this.#kept).map(([key, form]) => ({ key, title: inLang(form.title, page.lang).text })));
    this.questions.render(questions, forSession(questions.open, this.parts.session()), rules?.questions !== false);
    this.hall.render(rules ?? null);
    this.signal.render();
    this.#open?.render();
  }

  /** What there is to show on the screens. @returns {{polls: Known[], questions: Standing, title: (poll: Known) => string}} */
  get shown() {
    return { polls: this.#polls.filter(({ standing }) => standing !== 'draft'), questions: standing(hallOf(this.parts.live.view).questions), title: (poll) => inLang(poll.title, this.parts.page.lang).text };
  }

  /** @param {string | null} id */
  #titleOf(id) {
    return this.parts.programme.sessions.find((session) => session.id === id)?.title ?? '';
  }

  // --- pages over the stage ----------------------------------------------------------------------------------

  /** @param {string} id */
  openPoll(id) {
    const { sheet } = this.parts;
    const poll = new PollSheet({
      card: this.card, sheet, edit: (known) => this.#edit(known.id), copy: (known) => this.#edit(`copy-${known.id}`, copyOf(known)),
      drop: (gone) => this.#drop(gone), print: (known, count) => this.#print(known, count),
    }, id);
    const open = { render: () => poll.render(this.#polls, this.#follows) };
    poll.open(() => this.#left(open));
    this.#open = open;
    open.render();
  }

  /**
   * @param {string} key Under which it is kept on this device: the draft's id, or another name for what the server does not know yet.
   * @param {PollForm} [start] With what it begins where nothing was typed before; without it the draft as it is, or an empty one.
   */
  #edit(key, start) {
    const { page, t, sheet, programme, actions } = this.parts;
    const poll = this.#polls.find(({ id, standing }) => id === key && standing === 'draft') ?? null;
    const before = this.#kept[key];
    const form = before ?? start ?? (poll ? formOf(poll) : emptyForm(this.#langs));
    const editor = new PollEditor({
      t, lang: page.lang, sheet, sessions: programme.sessions, save: (id, body) => actions.keepPoll(id, body), keep: (typed) => this.#keep(key, typed),
      forget: () => this.#keep(key, null), saved: (id) => this.openPoll(id), anew: () => this.#edit(key, start),
    }, form, poll, before !== undefined);
    const open = { render: () => editor.render(this.#polls) };
    editor.open(() => this.#left(open));
    this.#open = open;
  }

  /** @param {{render: () => void}} page A page that is closed; another may have come in its place. */
  #left(page) {
    if (this.#open === page) this.#open = null;
    this.render();
  }

  get #langs() {
    const spoken = LANGS.filter((lang) => this.parts.page.symposium?.languages.includes(lang));
    return spoken.length > 0 ? spoken : [this.parts.page.lang];
  }

  get #follows() {
    return /** @type {HallSwitches | undefined} */ (this.parts.live.view.entries.get('hall'))?.follows === true;
  }

  /**
   * @param {string} key
   * @param {PollForm | null} form null: the server has it now.
   */
  #keep(key, form) {
    this.#kept = form === null || (key === NEW && isBlank(form)) ? withoutKept(this.#kept, key) : withKept(this.#kept, key, form);
    keep(this.storage, JSON.stringify(this.#kept));
  }

  // --- acting ------------------------------------------------------------------------------------------------

  /**
   * @param {string} id
   * @param {boolean} on
   */
  async #turn(id, on) {
    await this.parts.actions.pollOpen(id, on, (problem) => this.#inTheWay(id, problem));
  }

  /**
   * Another stage was first: who, when and with what.
   *
   * @param {string} id
   * @param {Problem} problem
   */
  #inTheWay(id, { by, at }) {
    const { t, page } = this.parts;
    const mine = this.#polls.find((poll) => poll.id === id);
    const other = mine ? inTheWay(this.#polls, mine) : null;
    const title = other ? inLang(other.title, page.lang).text : t('stage.poll.another');
    if (typeof by === 'string' && by && typeof at === 'number') return t('stage.poll.first-by', { name: by, time: dayTime(page.lang, at / 1_000), title });
    return t('stage.poll.first', { title });
  }

  /** @param {string} id */
  async #drop(id) {
    const { ok } = await this.parts.actions.dropPoll(id);
    if (ok) this.#keep(id, null);
    return ok;
  }

  /** @param {Wanted} scene */
  async #show(scene) {
    return (await this.parts.actions.scene(scene, this.parts.place())).ok;
  }

  /** @param {PollForm} form */
  async #draft(form) {
    if (this.#drafting) return; // A second tap is not a second poll.
    this.#drafting = true;
    /** @type {Answer<{id: string}>} */
    const answer = await this.parts.actions.keepPoll(null, bodyOf(form));
    this.#drafting = false;
    if (answer.ok) this.openPoll(answer.data.id);
  }

  /**
   * @param {Known} poll
   * @param {number} count
   */
  async #print({ id, title }, count) {
    const { page } = this.parts;
    const langs = LANGS.filter((lang) => title[lang]).sort((a, b) => Number(b === page.lang) - Number(a === page.lang));
    const answer = await this.parts.actions.pollCodes(id, count, langs);
    if (!answer.ok) return false;
    const url = URL.createObjectURL(answer.data);
    el('a', { href: url, download: `${this.parts.t('stage.poll.codes-file')}-${fileWords(inLang(title, page.lang).text)}.pdf` }).click();
    setTimeout(() => URL.revokeObjectURL(url), KEPT_MS);
    return true;
  }
}

/** @param {string} text What a name of a file can hold, on every system. */
function fileWords(text) {
  return text.normalize('NFKD').toLowerCase().replace(/[^a-z0-9]+/gu, '-').slice(0, 40).replace(/^-|-$/gu, '') || 'poll';
}

/** @param {string} id */
function place(id) {
  return one(document, `#${id}`, HTMLElement);
}
