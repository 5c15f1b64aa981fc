/** @import {HallSwitches, Own, Poll, Problem, Tally, Translate} from '../../types.js' */
/** @import {Live} from '../../live.js' */
/** @import {Asked, Polled} from '../../lib/hall.js' */
/** @import {Timed} from '../../lib/programme.js' */
/** @import {ToldPoll, Vote} from '../cast.js' */
/** @import {Unsent} from '../outbox.js' */
/** @import {Talk} from './choices.js' */
/** @import {PollNow} from './poll-card.js' */
import { concerns, hallOf, isOpen } from '../../lib/hall.js';
import { el, one } from '../../lib/html.js';
import { send } from '../../lib/http.js';
import { page } from '../../lib/page.js';
import { uuid } from '../../lib/uuid.js';
import { words } from '../../lib/words.js';
import { sendLater } from '../../lib/worker.js';
import { cast, VOTES } from '../cast.js';
import { stateOf } from '../mine.js';
import { Outbox } from '../outbox.js';
import { lockOf } from '../passing.js';
import { Sender } from '../sender.js';
import { answered, inLang } from './choices.js';
import { PollCard } from './poll-card.js';
import { Questions } from './questions.js';
import { Reactions } from './reactions.js';
import { SteadyClock } from './steady.js';
import { Voted } from './voted.js';

/** Where a result is seen after one's own vote it is asked for; this often at most, and not by all phones at once. */
const RESULTS_MS = 15_000;
const JITTER_MS = 5_000;
const TICK_MS = 500;
const STYLE_MS = 3_000;
/** The bar at the top, with a little room. */
const HEAD_PX = 72;

/**
 * @typedef {object} Phone What the page lends to the hall.
 * @property {string} slug
 * @property {string} api
 * @property {string} lang
 * @property {string} assets
 * @property {Live} live
 * @property {(words: string) => void} say For whoever does not see it.
 * @property {() => readonly Own[]} own
 * @property {() => readonly Unsent[]} unsent Posts that wait.
 * @property {(unsent: Unsent) => Promise<unknown>} post
 * @property {(key: string) => Promise<unknown>} drop Take back a post that waits.
 * @property {() => {room: string | null, sessions: readonly Timed[]}} where
 * @property {() => void} ask To the form, for a question.
 * @property {() => boolean} isTyping
 */

/**
 * What the hall asks and is asked, on a phone: the page loads this when there is something.
 *
 * @param {Phone} phone
 * @returns {Promise<Hall>}
 * @throws {Error} The words did not come.
 */
export async function openHall(phone) {
  const [answer] = await Promise.all([send('GET', `${phone.assets}packs/phone-hall.${phone.lang}.json`), style(`${phone.assets}packs/phone-hall.css`)]);
  if (!answer.ok) throw new Error(`the words of the hall did not come: ${answer.problem.status}`);
  return new Hall(phone, words({ ...page().words, ...answer.data }, phone.lang));
}

/** Added, and there; it does not wait for ever. @param {string} href */
function style(href) {
  return new Promise((done) => {
    const link = el('link', { rel: 'stylesheet', href, on: { load: done, error: done } });
    document.head.append(link);
    setTimeout(done, STYLE_MS);
  });
}

/** Of one symposium, on one phone: polls above everything, the tab with questions, and the signs. */
export class Hall {
  #box = one(document, '#hall', HTMLElement);
  #polls = el('div', { class: 'polls' });
  #pill;
  /** @type {Map<string, PollCard>} */
  #cards = new Map();
  /** Results of this page's own votes. @type {Map<string, Tally>} */
  #told = new Map();
  /** When a result may be asked for again, by poll. @type {Map<string, number>} */
  #nextAsk = new Map();
  /** Why a vote did not count, by poll. @type {Map<string, string>} */
  #problems = new Map();
  /** Polls that were open while somebody looked: their result comes up here. @type {Set<string>} */
  #seen = new Set();
  /** @type {Set<string>} */
  #away = new Set();
  /** How questions stood, to tell when that changes. @type {Map<string, string>} */
  #stands = new Map();
  /** @type {Map<string, string>} */
  #codes = new Map();
  /** @type {Reactions | null} */
  #reactions = null;
  #isFirst = true;
  #pastDrawn = '';

  /**
   * @param {Phone} phone
   * @param {Translate} t
   */
  constructor(phone, t) {
    this.phone = phone;
    /** @type {Talk} */
    this.talk = { t, lang: phone.lang };
    this.voted = new Voted(phone.slug);
    this.clock = new SteadyClock();
    const setClock = () => this.clock.set(phone.live.clock.now());
    setClock();
    phone.live.addEventListener('tick', setClock);
    document.addEventListener('visibilitychange', setClock); // While a phone sleeps, only its own clock goes on.
    /** @type {Outbox<Vote>} */
    this.outbox = new Outbox(phone.slug, VOTES);
    this.sender = new Sender(this.outbox, lockOf(phone.slug, VOTES), (vote) => this.#bring(vote));
    this.questions = new Questions({
      talk: this.talk,
      api: phone.api,
      say: phone.say,
      nowMs: () => this.clock.now(),
      sessions: () => phone.where().sessions,
      own: phone.own,
      wants: (post) => this.#wants(post),
      want: (post, on) => void this.#want(post, on),
      ask: phone.ask,
    });
    this.#pill = el('button', { type: 'button', class: 'button primary hall-pill', hidden: true, on: { click: () => this.#toFront() } });
    this.#box.append(this.#polls, this.#pill);
    this.sender.addEventListener('change', () => {
      void this.#dropRefused();
      this.draw();
    });
    this.outbox.addEventListener('change', () => void this.#sentElsewhere());
    const watch = new IntersectionObserver(() => this.#drawPill(), { rootMargin: `-${HEAD_PX}px 0px 0px` });
    watch.observe(this.#polls);
    window.addEventListener('beforeunload', (event) => {
      if (!this.outbox.durable && this.outbox.all.length > 0) event.preventDefault();
    });
    window.setInterval(() => this.#tick(), TICK_MS);
    void this.#begin();
  }

  async #begin() {
    await this.outbox.ready;
    if (this.voted.tookPart) await this.#askOwn();
    this.draw();
    void this.flush();
  }

  /** Somebody came to the tab with questions. */
  look() {
    this.questions.settle();
  }

  /** Of a card that was scanned, for a binding poll. @param {string} poll @param {string} code */
  useCode(poll, code) {
    this.#codes.set(poll, code);
    for (const [key, card] of this.#cards) if (key.startsWith(`${poll} `)) card.fillCode(code);
    this.draw();
  }

  /** Send the votes that wait; told to a person when one can't count. */
  async flush() {
    await this.sender.flush();
    this.draw();
  }

  draw() {
    const hall = hallOf(this.phone.live.view);
    this.questions.draw(hall.questions, hall.switches.questions);
    this.#tellStands(hall.questions);
    this.#drawPolls(hall.polls);
    this.#drawPast(hall.polls);
    this.#drawReactions(hall.switches);
    this.#isFirst = false;
  }

  /* --- votes --------------------------------------------------------------------------------------------------- */

  /**
   * @param {Poll} poll
   * @param {readonly number[]} answers
   * @param {string} code
   */
  async #cast(poll, answers, code) {
    this.#problems.delete(poll.id);
    const key = poll.kind === 'statements' ? `vote ${poll.id} ${answers[0]}` : `vote ${poll.id}`;
    await this.#put({ kind: 'vote', key, at: Date.now(), poll: poll.id, opening: poll.opening, answers, ...(code ? { code } : {}), request: uuid() });
  }

  /**
   * @param {string} post
   * @param {boolean} on
   */
  async #want(post, on) {
    this.phone.say(this.talk.t(on ? 'question.says-want' : 'question.says-want-not'));
    await this.#put({ kind: 'want', key: `want ${post}`, at: Date.now(), post, on });
  }

  /** It takes the place of the one that waits. @param {Vote} vote */
  async #put(vote) {
    this.sender.problems.delete(vote.key);
    this.voted.begin();
    const kept = this.outbox.put(vote);
    this.draw();
    if (await kept) void sendLater(this.phone.slug);
    await this.flush();
  }

  /**
   * @param {Vote} vote
   * @returns {Promise<Problem | null>}
   */
  async #bring(vote) {
    const answer = await cast(this.phone.api, vote);
    if (!answer.ok) return answer.problem;
    this.#counted(vote, answer.data);
    return null;
  }

  /**
   * @param {Vote} vote
   * @param {ToldPoll | null} told
   */
  #counted(vote, told) {
    if (vote.kind === 'want') {
      this.voted.want(vote.post, vote.on);
      return this.questions.rest.voted(vote.post);
    }
    const [byCode, many] = [vote.code !== undefined, told?.kind === 'statements'];
    // Whoever voted by a code is not known to the server: then it is what was sent.
    const mine = told && many ? answered(told, told.mine ?? this.voted.answers(vote.poll), [vote.answers]) : vote.answers;
    this.voted.vote(vote.poll, mine, byCode);
    if (byCode) this.#codes.delete(vote.poll);
    if (told?.tally) this.#told.set(vote.poll, told.tally);
    this.#askLater(vote.poll);
    if (!many) this.phone.say(this.talk.t('vote.in'));
  }

  /** What never can count is told once, and waits no longer. */
  async #dropRefused() {
    for (const vote of this.outbox.all) {
      if (!this.sender.isRefused(vote.key)) continue;
      const problem = this.sender.problems.get(vote.key);
      this.sender.problems.delete(vote.key);
      await this.outbox.done(vote);
      if (problem) this.#tellRefused(vote, problem);
      this.draw();
    }
  }

  /**
   * @param {Vote} vote
   * @param {Problem} problem
   */
  #tellRefused(vote, { code }) {
    const { t } = this.talk;
    if (vote.kind === 'want') return this.phone.say(t(code === 'answered' ? 'refused.want-answered' : 'refused.want-gone'));
    const words = t(`refused.${code}`);
    const told = words === `refused.${code}` ? t('refused.other') : words;
    this.#problems.set(vote.poll, told);
    this.phone.say(told);
  }

  /** What the server has of this phone. */
  async #askOwn() {
    const answer = await send('GET', `${this.phone.api}/own`);
    if (answer.ok) this.voted.take(answer.data);
  }

  /** Another tab, or the service worker, sent what waited. */
  async #sentElsewhere() {
    await this.#askOwn();
    this.draw();
  }

  /* --- results that are seen after one's own vote -------------------------------------------------------------- */

  /** @param {string} poll */
  #askLater(poll) {
    this.#nextAsk.set(poll, performance.now() + RESULTS_MS + Math.random() * JITTER_MS);
  }

  /** @param {Polled} poll */
  #wantsResult(poll) {
    if (poll.reveal !== 'voted' || poll.tally.result || !(this.voted.answers(poll.id) ?? this.#answerTo(poll.id))) return false;
    return isOpen(poll) ? performance.now() >= (this.#nextAsk.get(poll.id) ?? 0) : !this.#nextAsk.has(`${poll.id} closed`);
  }

  /** @param {Polled} poll */
  async #askResult(poll) {
    this.#askLater(poll.id);
    if (!isOpen(poll)) this.#nextAsk.set(`${poll.id} closed`, 0);
    const answer = await send('GET', `${this.phone.api}/polls/${poll.id}`);
    if (!answer.ok || !answer.data?.tally) return;
    this.#told.set(poll.id, answer.data.tally);
    this.draw();
  }

  /** @param {Polled} poll @returns {Tally} */
  #tallyOf({ id, tally }) {
    const told = this.#told.get(id);
    return tally.result || !told?.result ? tally : { n: Math.max(tally.n, told.n), result: told.result };
  }

  /* --- polls --------------------------------------------------------------------------------------------------- */

  /** @param {readonly Polled[]} polls */
  #drawPolls(polls) {
    const shown = this.#inFront(polls);
    for (const poll of shown) this.#card(poll, shown[0] === poll, polls).draw(this.#now(poll, polls));
    const wanted = shown.flatMap((poll) => this.#cards.get(keyOf(poll)) ?? []);
    for (const [key, card] of this.#cards) {
      if (wanted.includes(card)) continue;
      card.root.remove();
      this.#cards.delete(key);
    }
    // Moving a card takes its focus away: only what is out of place moves.
    wanted.forEach(({ root }, at) => {
      if (this.#polls.children[at] !== root) this.#polls.insertBefore(root, this.#polls.children[at] ?? null);
    });
    this.#drawCodeReady(polls);
    this.#drawPill();
  }

  /** What is open now; where nothing is, what was until now. @param {readonly Polled[]} polls */
  #inFront(polls) {
    const { room, sessions } = this.phone.where();
    const open = polls.filter(isOpen);
    for (const { id } of open) this.#seen.add(id);
    const mine = (/** @type {Polled} */ poll) => Number(concerns(poll, { room, sessions }));
    if (open.length > 0) return open.sort((a, b) => mine(b) - mine(a) || b.opened - a.opened);
    const closed = polls.filter((poll) => (this.#seen.has(poll.id) || this.#problems.has(poll.id)) && !this.#away.has(keyOf(poll)));
    return closed.sort((a, b) => b.closed - a.closed).slice(0, 1);
  }

  /**
   * @param {Polled} poll
   * @param {boolean} isFirst
   * @param {readonly Polled[]} polls
   */
  #card(poll, isFirst, polls) {
    const found = this.#cards.get(keyOf(poll));
    if (found) return found;
    const { t, lang } = this.talk;
    const now = this.#now(poll, polls);
    // Who is typing keeps what they look at: then it is one line, and opens when they want it. So it is for who has voted before.
    const opens = isFirst && !this.phone.isTyping() && now.mine === null && now.words === null;
    const card = new PollCard(now, {
      talk: this.talk,
      nowMs: () => this.clock.now(),
      say: this.phone.say,
      cast: (which, answers, code) => void this.#cast(which, answers, code),
      answer: (which, text) => void this.#answer(which, text),
      putAway: (which) => this.#putAway(which),
      changed: () => this.#drawPill(),
    }, opens || !isOpen(poll));
    this.#cards.set(keyOf(poll), card);
    if (isOpen(poll)) this.phone.say(t('poll.says-open', { title: inLang(poll.title, lang).text }));
    return card;
  }

  /**
   * @param {Polled} poll
   * @param {readonly Polled[]} polls
   * @returns {PollNow}
   */
  #now(poll, polls) {
    const before = polls.find(({ id }) => id === poll.again);
    const waiting = this.outbox.all.flatMap((vote) => (vote.kind === 'vote' && vote.poll === poll.id ? [vote] : []));
    const sent = this.voted.answers(poll.id);
    const mine = poll.kind === 'statements' ? answered(poll, sent, waiting.map(({ answers }) => answers)) : waiting.at(-1)?.answers ?? sent;
    const goes = waiting.some(({ key }) => key === this.sender.sending);
    return {
      poll,
      tally: this.#tallyOf(poll),
      before: before?.tally ?? null,
      mine: mine?.some((each) => each !== 0) || poll.kind !== 'statements' ? mine : null,
      where: goes ? 'goes' : waiting.length > 0 ? 'waits' : sent ? 'in' : 'none',
      problem: this.#problems.get(poll.id) ?? this.#whyWaits(waiting),
      code: this.#codes.get(poll.id) ?? '',
      words: poll.kind === 'words' ? this.#answerTo(poll.id) : null,
    };
  }

  /** @param {readonly Vote[]} waiting */
  #whyWaits(waiting) {
    const problem = waiting.map(({ key }) => this.sender.problems.get(key)).find(Boolean);
    const n = problem?.retryAfter ?? 30;
    if (problem?.status === 429) return this.talk.t('refused.rate', { n });
    return problem?.status === 503 ? this.talk.t('refused.busy', { n }) : '';
  }

  /** @param {Poll} poll */
  #putAway(poll) {
    this.#away.add(keyOf(poll));
    this.#problems.delete(poll.id);
    this.draw();
    one(document, '#main', HTMLElement).focus({ preventScroll: true });
  }

  /** What is open is above everything; who has scrolled, or looks elsewhere, is told so. */
  #drawPill() {
    const card = [...this.#cards.values()].find(({ root }) => root.dataset['state'] === 'vote');
    const box = this.#polls.getBoundingClientRect();
    const outOfSight = box.height > 0 && box.bottom <= HEAD_PX;
    this.#pill.hidden = !card || !outOfSight;
    if (card) this.#pill.textContent = `${this.talk.t('poll.open')}: ${this.talk.t('poll.unfold')}`;
  }

  #toFront() {
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
    for (const area of [window, one(document, 'main', HTMLElement)]) area.scrollTo({ top: 0, behavior: still ? 'instant' : 'smooth' });
    const first = this.#polls.querySelector('h2');
    first?.setAttribute('tabindex', '-1');
    if (first instanceof HTMLElement) first.focus({ preventScroll: true });
  }

  /** A code was scanned before its poll is open. @param {readonly Polled[]} polls */
  #drawCodeReady(polls) {
    const early = [...this.#codes.keys()].some((id) => !polls.some((poll) => poll.id === id));
    const found = this.#box.querySelector('.code-ready');
    if (!early) found?.remove();
    else if (!found) this.#box.prepend(el('p', { class: 'code-ready banner card' }, el('span', {}, this.talk.t('vote.code-ready'))));
  }

  /** What came out before, in the tab with questions. @param {readonly Polled[]} polls */
  #drawPast(polls) {
    const past = polls.filter((poll) => !isOpen(poll)).sort((a, b) => b.closed - a.closed);
    const drawn = JSON.stringify([past, past.map(({ id }) => this.voted.answers(id))]);
    if (drawn === this.#pastDrawn) return;
    this.#pastDrawn = drawn;
    const { t } = this.talk;
    const place = one(document, '#polls-past', HTMLElement);
    place.hidden = past.length === 0;
    place.replaceChildren(el('h2', {}, t('polls.title')), ...past.map((poll) => this.#pastCard(poll, polls)));
  }

  /**
   * @param {Polled} poll
   * @param {readonly Polled[]} polls
   */
  #pastCard(poll, polls) {
    const nothing = () => {};
    const voter = { talk: this.talk, nowMs: () => this.clock.now(), say: nothing, cast: nothing, answer: nothing, putAway: nothing, changed: nothing };
    const card = new PollCard(this.#now(poll, polls), voter, true);
    card.rest();
    return card.root;
  }

  /* --- answers in one's own words ------------------------------------------------------------------------------ */

  /**
   * It is a post, and goes the way of posts.
   *
   * @param {Poll} poll
   * @param {string} text
   */
  async #answer(poll, text) {
    for (const { key } of this.phone.unsent().filter((unsent) => unsent.poll === poll.id)) await this.phone.drop(key);
    await this.phone.post({ key: uuid(), text, name: '', photos: [], poll: poll.id, at: Date.now() });
    this.draw();
  }

  /** @param {string} poll */
  #answerTo(poll) {
    const unsent = this.phone.unsent().findLast((each) => each.poll === poll);
    if (unsent) return { text: unsent.text, state: this.talk.t('state.unsent') };
    const own = this.phone.own().filter((each) => each.poll === poll && stateOf(each) !== 'withdrawn').sort((a, b) => b.received - a.received)[0];
    return own ? { text: own.text, state: this.talk.t(`state.${stateOf(own)}`) } : null;
  }

  /* --- questions ----------------------------------------------------------------------------------------------- */

  /** @param {string} post */
  #wants(post) {
    const waiting = this.outbox.get(`want ${post}`);
    return waiting?.kind === 'want' ? { on: waiting.on, waits: this.sender.problems.has(waiting.key) } : { on: this.voted.wants(post), waits: false };
  }

  /** @param {readonly Asked[]} questions */
  #tellStands(questions) {
    for (const { post, stand, text } of questions) {
      const before = this.#stands.get(post);
      this.#stands.set(post, stand);
      if (this.#isFirst || before === stand || (stand !== 'on-stage' && !(stand === 'answered' && before))) continue;
      this.phone.say(this.talk.t(`question.says-${stand}`, { text: text.slice(0, 100) }));
    }
  }

  /* --- the rest ------------------------------------------------------------------------------------------------ */

  /** @param {HallSwitches} switches */
  #drawReactions({ reactions }) {
    if (reactions && !this.#reactions) this.#reactions = new Reactions(this.phone.api, this.talk);
    if (!this.#reactions) return;
    if (reactions && !this.#reactions.root.isConnected) this.#box.append(this.#reactions.root);
    if (!reactions) this.#reactions.root.remove();
  }

  #tick() {
    if (document.hidden) return;
    for (const card of this.#cards.values()) card.tick();
    void this.questions.tick();
    for (const poll of hallOf(this.phone.live.view).polls) {
      if (this.#wantsResult(poll)) void this.#askResult(poll);
    }
  }
}

/** Opened again it is another one. @param {Poll} poll */
function keyOf({ id, opening }) {
  return `${id} ${opening}`;
}
