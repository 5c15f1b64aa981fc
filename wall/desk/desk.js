/** The desk: the queue, the post in focus, and one key or button per decision. */

/** @import {Brake, Counts, DeskPost, Page, ProgrammeItem, PulseFrame, Switch, Translate} from '../types.js' */
/** @import {IllSources} from './ill-sources.js' */
/** @import {Command, Where} from './keys.js' */
import { isolate } from '../elements/doer.js';
import { enter } from '../elements/door/door.js';
import { HoldButton } from '../elements/hold/hold.js';
import { nameOf } from '../elements/people.js';
import { applyTheme } from '../elements/theme.js';
import { one } from '../lib/html.js';
import { page as readPage, translate } from '../lib/page.js';
import { ProgrammeStore } from '../lib/programme-store.js';
import { Store } from '../lib/store.js';
import { Live } from '../live.js';
import { Actions } from './actions.js';
import { AskedView } from './asked-view.js';
import { BarView } from './bar-view.js';
import { REASONS } from './decisions.js';
import { askBan, askEdit, askErase, askSession, askStop, showHelp, showMore } from './dialogs.js';
import { HistoryView } from './history-view.js';
import { heardOf, networkOf, toTell } from './ill-sources.js';
import { command } from './keys.js';
import { ListView } from './list-view.js';
import { NoticesView } from './notices-view.js';
import { PostView } from './post-view.js';
import { QuestionsDesk } from './questions-desk.js';
import { SideView } from './side-view.js';
import { RulesDialog } from './rules-dialog.js';
import { SessionFilter } from './session-filter.js';
import { byDay, common, titleOf } from './sessions.js';
import { family, posts as postsOf, start, taken } from './state.js';
import { StripView } from './strip-view.js';
import { newest } from './strip.js';
import { PeopleView, PolicyView, SearchView, TabsView } from './top-view.js';
import { WhereaboutsDialog } from './whereabouts-dialog.js';
import { known } from './words.js';

/** New posts are told at most this often: a screen reader must not be talked over. */
const TELL_EVERY_MS = 10_000;
const SINGLE_KEYS = 'fontein.desk.keys';

class Desk {
  #scheduled = false;
  #held = -1;
  #told = 0;
  /** @type {string | null} */
  #current = null;
  #said = '';
  /** By id. @type {ReadonlyMap<string, import('../lib/programme.js').Timed>} */
  #sessions = new Map();
  /** @type {IllSources} */
  #ill = new Map();
  /** Those that somebody here knows of. @type {ReadonlySet<string>} */
  #illAside = new Set();
  /** Which way the last command came in. @type {'pointer' | 'key'} */
  #by = 'pointer';

  /**
   * @param {Page} page
   * @param {Translate} t
   */
  constructor(page, t) {
    this.page = page;
    this.t = t;
    const { lang, api } = page;
    this.store = new Store({ ...start(), keys: keysKept() });
    this.live = new Live(api, 'desk');
    this.programme = new ProgrammeStore(api);
    const now = () => this.live.clock.now();
    const session = (/** @type {string | null} */ id) => titleOf(this.#sessions, id);
    const part = (/** @type {string} */ id) => one(document, `#${id}`, HTMLElement);
    const run = (/** @type {Command} */ name) => this.run(name, this.#by);
    const poll = (/** @type {string} */ id) => this.questions.pollTitle(id);
    this.list = new ListView(part('queue-scroll'), { t, now, session, poll, open: (id) => this.actions.open(id), select: (id) => this.actions.select(id), more: () => void this.actions.rest.more() });
    this.asked = new AskedView(part('asked'), { t, now, session, open: (id) => this.actions.asking.open(id), select: (id) => this.actions.asking.select(id), reorder: () => this.actions.asking.reorder() });
    this.actions = new Actions({ store: this.store, live: this.live, list: this.list, questionList: this.asked, api, t, lang, me: page.badge?.name ?? '' });
    const { actions } = this;
    this.tabs = new TabsView(part('tabs'), { t, now, oldest: part('oldest'), choose: (tab) => this.#tab(tab), questions: () => this.questions.show(true), search: () => this.run('search', 'pointer') });
    this.filter = new SessionFilter(part('session-filter'), { t, choose: (id) => void actions.ofSession(id) });
    this.search = new SearchView(part('search'), { t, search: (words) => actions.search(words), close: () => this.#closeSearch(), down: () => this.#toFound(), where: (address) => this.#whereabouts(address) });
    this.people = new PeopleView(part('people'), t);
    this.policy = new PolicyView(part('policy'), { t, choose: (policy) => actions.house.policy(policy) });
    this.post = new PostView(part('post'), { t, lang, now, unselect: (ids) => actions.unselect(ids), toList: () => actions.toList(), edit: () => this.run('edit', 'pointer'), session, poll });
    this.questions = new QuestionsDesk(part, { t, lang, live: this.live, actions, list: this.asked, run, session, sessions: () => this.#sessions, days: (keep) => this.#days(keep) });
    this.side = new SideView(part('side'), {
      t, selectAlike: () => void actions.selectAlike(),
      allOf: (post) => this.#allOf(post),
      session, hasProgramme: () => this.#sessions.size > 0, move: () => this.run('move', 'pointer'), turn: () => this.run('question', 'pointer'),
      erase: page.badge?.role === 'organiser' ? (post) => void this.#erase(post) : null,
    });
    this.bar = new BarView(part('decide'), { t, run });
    this.strip = new StripView(part('last'), { t, lang, undo: () => actions.deciding.undo(), correct: (reason) => actions.deciding.correct(reason), look: (id) => actions.open(id) });
    this.history = new HistoryView(part('history'), {
      t, lang, me: actions.core.me, session, close: () => this.run('history', 'pointer'), filter: (filter) => actions.chronicle.filter(filter),
      older: () => void actions.chronicle.older(), undo: (seq) => void actions.deciding.undoEntry(seq),
    });
    this.notices = new NoticesView(part('notices'), {
      t, lang, backOn: () => this.#backOn(), dismiss: () => actions.house.dismissFault(),
      lookAtBrake: () => void actions.house.lookAtBrake(), releaseBrake: () => void actions.house.releaseBrake(),
      votes: (key) => void this.questions.votes(key), votesInOrder: (key) => actions.watching.inOrder(key), sourcesAside: () => this.#sourcesAside(),
    });
    this.hold = one(document, 'fontein-hold', HoldButton);
    this.say = part('say');
    /** What goes away with the access. @type {NodeListOf<HTMLElement>} */
    this.inside = document.querySelectorAll('.panes, #policy, .desk-tools');
    this.#listen();
  }

  start() {
    if (location.hash === '#where') this.#whereabouts();
    this.live.start();
    window.setInterval(() => this.#tick(), 1_000);
    this.#draw();
  }

  #listen() {
    this.store.addEventListener('change', () => this.#draw());
    this.programme.addEventListener('change', () => this.#newProgramme());
    narrow.addEventListener('change', () => this.#placeSide());
    this.#placeSide();
    this.live.addEventListener('pulse', (event) => this.#pulse(/** @type {CustomEvent<PulseFrame>} */ (event).detail));
    for (const name of ['view', 'cover']) this.live.addEventListener(name, () => this.actions.sync());
    this.live.addEventListener('state', () => this.#stateChanged());
    this.live.addEventListener('view', () => {
      this.programme.follow(/** @type {ProgrammeItem | undefined} */ (this.live.view.entries.get('programme')));
      this.#draw();
    });
    this.hold.addEventListener('held', () => void this.#stopNow());
    this.hold.addEventListener('ask', () => void this.#askStop());
    one(document, '#history-button', HTMLButtonElement).addEventListener('click', () => this.run('history', 'pointer'));
    one(document, '#rules-button', HTMLButtonElement).addEventListener('click', () => void new RulesDialog(this.t, this.page).open());
    one(document, '#more-button', HTMLButtonElement).addEventListener('click', () => showMore(this.t, this.page));
    document.addEventListener('keydown', (event) => this.#keyDown(event));
    document.addEventListener('keyup', (event) => {
      if (event.key === '0') this.hold.release();
    });
    document.addEventListener('click', (event) => {
      this.#by = event.detail === 0 ? 'key' : 'pointer';
    }, { capture: true });
  }

  /** @param {PulseFrame} pulse */
  #pulse(pulse) {
    if (pulse.topic !== 'source') return;
    const before = this.#ill;
    this.#ill = heardOf(before, pulse, performance.now());
    if (this.#ill !== before) this.#draw();
  }

  get #illNow() {
    return toTell(this.#ill, this.#illAside, performance.now());
  }

  #sourcesAside() {
    this.#illAside = new Set([...this.#illAside, ...this.#illNow]);
    this.#draw();
  }

  #newProgramme() {
    const { sessions } = this.programme;
    this.#sessions = new Map(sessions.map((each) => [each.id, each]));
    this.filter.offer(this.#days());
    for (const view of [this.list, this.questions, this.post, this.side, this.history]) view.renamed();
    this.#draw();
  }

  /** @param {string | null} [keep] A session that is offered whatever it is. */
  #days(keep = null) {
    const { sessions, item } = this.programme;
    return byDay(sessions, { lang: this.page.lang, zone: item?.zone ?? 'UTC', keep });
  }

  /** Where there is no room beside the post, what helps to decide stands below it. */
  #placeSide() {
    const side = one(document, '#side', HTMLElement);
    if (narrow.matches) one(document, '#post', HTMLElement).append(side);
    else one(document, '#post', HTMLElement).after(side);
    side.setAttribute('role', narrow.matches ? 'group' : 'complementary');
  }

  #stateChanged() {
    if (this.live.state === 'ended') void this.actions.house.ended();
    this.#draw();
  }

  get #deaf() {
    return this.live.state !== 'live';
  }

  /** @param {KeyboardEvent} event */
  #keyDown(event) {
    const name = command(event, this.#where(event));
    if (!name) return;
    event.preventDefault();
    this.run(name, 'key');
  }

  /**
   * @param {KeyboardEvent} event
   * @returns {Where}
   */
  #where(event) {
    const { target } = event;
    const typed = target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement
      || (target instanceof HTMLInputElement && (target.type !== 'checkbox'));
    return { field: typed, dialog: document.querySelector('dialog[open]') !== null, on: this.store.value.keys, deaf: this.#deaf, asked: this.store.value.asked.open };
  }

  /**
   * @param {Command} name
   * @param {'pointer' | 'key'} by
   */
  run(name, by) {
    const { actions } = this;
    if (this.store.value.asked.open && this.questions.run(name)) return;
    switch (name) {
      case 'show':
      case 'reject':
      case 'hide':
      case 'pin':
      case 'star':
        return actions.deciding.decide(name, by);
      case 'reason-1':
      case 'reason-2':
      case 'reason-3':
      case 'reason-4':
        return this.#correct(Number(name.at(-1)) - 1);
      case 'undo':
        return actions.deciding.undo();
      case 'next':
        return this.#go(1);
      case 'previous':
        return this.#go(-1);
      case 'select':
        return actions.select();
      case 'extend-next':
        return actions.extend(1);
      case 'extend-previous':
        return actions.extend(-1);
      case 'alike':
        return void actions.selectAlike();
      case 'ban':
        return void this.#ban();
      case 'edit':
        return void this.#edit();
      case 'move':
        return void this.#move();
      case 'question':
        return void actions.asking.turn(this.#meantPosts());
      case 'questions':
        return this.#showQuestions();
      case 'votes':
        return this.questions.loudestVotes();
      case 'search':
        return this.#search();
      case 'where':
        return this.#whereabouts();
      case 'history':
        return this.#toggleHistory();
      case 'stop':
        return this.hold.press();
      case 'back-on':
        return this.#takeBack();
      case 'help':
        return showHelp(this.t, this.store.value.keys, (on) => this.#switchKeys(on));
      case 'close':
        return this.#close();
      default: // What belongs to the questions does nothing to the queue.
    }
  }

  /** @param {import('./state.js').Tab} tab */
  #tab(tab) {
    this.questions.show(false);
    void this.actions.tab(tab);
  }

  /** To the questions, or back to the queue. */
  #showQuestions() {
    const open = !this.store.value.asked.open;
    this.questions.show(open);
    this.#drawNow();
    if (open) this.asked.focusCurrent(this.store.value.asked.current);
    else this.list.focusCurrent(this.store.value.current);
  }

  /** The chosen posts, or the one in focus with what it stands for. */
  #meantPosts() {
    const state = this.store.value;
    const map = postsOf(state, this.live.view);
    const ids = state.selected.size > 0 ? [...state.selected] : family(state, state.focus?.id ?? null);
    return ids.flatMap((id) => map.get(id) ?? []);
  }

  /** @param {1 | -1} direction */
  #go(direction) {
    const inList = this.list.hasFocus;
    this.actions.go(direction);
    this.#drawNow();
    if (inList) this.list.focusCurrent(this.store.value.current);
  }

  /** @param {number} at */
  #correct(at) {
    const reason = REASONS[at];
    if (reason) this.actions.deciding.correct(reason);
  }

  async #ban() {
    const { focus, selected } = this.store.value;
    if (!focus || selected.size > 0) return;
    const chosen = await askBan(this.t, focus);
    if (chosen) await this.actions.deciding.ban(focus, chosen === 'earlier');
  }

  async #edit() {
    const { focus, selected } = this.store.value;
    if (!focus || selected.size > 0) return;
    if (focus.media.length === 0) return this.#sessions.size > 0 ? this.#move() : this.actions.changing.nothingToEdit();
    const change = await askEdit(this.t, focus, this.#days(focus.session));
    if (change?.alts) await this.actions.changing.amend(focus, { alts: change.alts });
    if (change?.session !== undefined) await this.actions.deciding.move([focus], change.session);
  }

  /** The chosen posts, or the one in focus with what it stands for, to another session. */
  async #move() {
    const posts = this.#meantPosts();
    if (posts.length === 0) return;
    if (this.#sessions.size === 0) return this.actions.changing.noSessions();
    const now = common(posts);
    const chosen = await askSession(this.t, { n: posts.length, now, days: this.#days(now) });
    if (chosen !== undefined) await this.actions.deciding.move(posts, chosen);
  }

  #search() {
    this.questions.show(false);
    if (this.store.value.tab !== 'found') void this.actions.openSearch();
    this.#drawNow();
    this.search.focus();
  }

  /** @param {string} [address] */
  #whereabouts(address) {
    new WhereaboutsDialog(this.t, this.page, (post) => void this.actions.lookAt({ post: post.id, text: post.text })).show(address);
  }

  /** @param {DeskPost} post */
  #allOf(post) {
    void this.actions.openSearch({ key: post.authorKey, name: nameOf(this.t, post.author) });
    this.#drawNow();
    this.search.focus();
  }

  #toFound() {
    this.actions.go(1);
    this.#drawNow();
    this.list.focusCurrent(this.store.value.current);
  }

  #closeSearch() {
    void this.actions.closeSearch();
    this.#drawNow();
    this.list.focusCurrent(this.store.value.current);
  }

  /** @param {DeskPost} post */
  async #erase(post) {
    if (await askErase(this.t, post)) await this.actions.changing.erase(post);
  }

  /** What stands on top: the emergency stop, else the brake. */
  #takeBack() {
    if (this.#stop?.on) this.#backOn();
    else void this.actions.house.releaseBrake();
  }

  async #askStop() {
    if (await askStop(this.t)) await this.#stopNow();
  }

  async #stopNow() {
    await this.actions.house.stop(true);
    this.#drawNow();
    const focused = document.activeElement;
    const nowhere = focused === null || focused === document.body || this.hold.contains(focused);
    if (nowhere) this.notices.focusBackOn();
  }

  #backOn() {
    if (this.#stop?.on && this.notices.mayGoOn) void this.actions.house.stop(false);
  }

  #toggleHistory() {
    const open = this.store.value.history.open;
    void this.actions.chronicle.toggle();
    if (open) one(document, '#history-button', HTMLButtonElement).focus();
  }

  #close() {
    if (this.store.value.selected.size > 0) this.actions.clear();
    else if (this.store.value.history.open) this.#toggleHistory();
    else if (this.store.value.search) this.#closeSearch();
    else this.actions.toList();
  }

  /** @param {boolean} on */
  #switchKeys(on) {
    this.actions.house.switchKeys(on);
    keepKeys(on);
  }

  get #stop() {
    return /** @type {Switch | null} */ (this.live.view.entries.get('stop') ?? null);
  }

  // --- drawing -----------------------------------------------------------------------------------------------

  #draw() {
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      this.#drawNow();
    });
  }

  #drawNow() {
    const state = this.store.value;
    const { view, state: live } = this.live;
    const posts = postsOf(state, view);
    const counts = /** @type {Counts | null} */ (view.entries.get('counts') ?? null);
    const pause = /** @type {Switch | null} */ (view.entries.get('pause') ?? null);
    const policy = /** @type {{policy: string, brake?: Brake | null}} */ (view.entries.get('policy') ?? { policy: '' });
    const others = taken(state);
    this.notices.render(state, live, this.#stop, pause, policy.brake ?? null, this.questions.loudest, this.#illNow.map((id) => known(this.t, 'source', networkOf(id))));
    this.hold.hidden = this.#stop?.on === true;
    this.policy.render(policy.policy);
    this.people.render(state);
    this.tabs.render(state, counts, posts, this.actions.asking.all.size);
    this.search.render(state);
    this.filter.render(state);
    this.questions.render(state, posts, this.#deaf);
    this.list.render(state, posts, counts?.held ?? 0, others);
    this.post.render(state, posts, state.current ? (others.get(state.current)?.name ?? null) : null);
    this.side.render(state, posts);
    this.bar.render(state, posts, this.#deaf);
    this.strip.render(state, this.#deaf);
    this.history.render(state);
    one(document, '#history-button', HTMLButtonElement).setAttribute('aria-expanded', String(state.history.open));
    document.body.classList.toggle('history-open', state.history.open);
    document.body.classList.toggle('asked-open', state.asked.open);
    document.body.dataset['page'] = state.page;
    for (const inside of this.inside) inside.hidden = state.out !== null;
    if (state.out) this.say.textContent = '';
    this.#follow(state, posts);
    this.#tellNew(counts?.held ?? 0);
  }

  /**
   * Keep the current row in sight, and say what is in focus now.
   *
   * @param {import('./state.js').State} state
   * @param {ReadonlyMap<string, DeskPost>} posts
   */
  #follow(state, posts) {
    const last = newest(state.done);
    const done = last ? `${last.n} ${last.decision} ${last.reason} ${last.undone}` : '';
    if (state.current !== this.#current) this.list.scrollTo(state.current);
    if (done !== this.#said && last && last.n > 0) {
      const focus = state.current ? posts.get(state.current) : null;
      const now = state.asked.open ? '' : focus ? this.t('desk.now', { name: isolate(nameOf(this.t, focus.author)), text: isolate(focus.text) }) : this.t('desk.empty.held');
      this.say.textContent = `${this.strip.title(last)}. ${now}`;
    }
    this.#current = state.current;
    this.#said = done;
  }

  /** @param {number} held */
  #tellNew(held) {
    const more = held - this.#held;
    const now = performance.now();
    if (this.#held < 0 || held < this.#held) this.#held = held;
    if (more <= 0 || this.#held < 0 || now - this.#told < TELL_EVERY_MS) return;
    this.#held = held;
    this.#told = now;
    this.say.textContent = this.t('desk.new', { n: more });
  }

  #tick() {
    this.actions.tick();
    this.list.tick();
    this.questions.tick();
    this.post.tick();
    this.tabs.tick();
  }
}

function keysKept() {
  try {
    return localStorage.getItem(SINGLE_KEYS) !== 'off';
  } catch {
    // Storage may be forbidden: then the keys are on.
    return true;
  }
}

/** @param {boolean} on */
function keepKeys(on) {
  try {
    localStorage.setItem(SINGLE_KEYS, on ? 'on' : 'off');
  } catch {
    console.info('desk: the choice is kept until this page closes');
  }
}

/** The post and what stands beside it are one column. */
const narrow = window.matchMedia('(max-width: 1023px)');
applyTheme();
customElements.define('fontein-hold', HoldButton);
const page = readPage();
const t = translate();
if (await enter(page, t, { roles: ['moderator', 'organiser'] })) new Desk(page, t).start();
