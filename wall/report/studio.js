/** @import {Answer, Page, Translate} from '../types.js' */
/** @import {Command} from './keys.js' */
/** @import {Known, Naming, Posts, Row, Section, StudioPost, Tab} from './model.js' */
/** @import {Part} from './sections-view.js' */
/** @import {State} from './state.js' */
import { fault } from '../elements/fault.js';
import { el, one } from '../lib/html.js';
import { icon } from '../lib/icon.js';
import { keep, kept } from '../lib/keep.js';
import { dayTime } from '../lib/time.js';
import { askAlts, askNames, show, showHelp } from './dialogs.js';
import { Finding } from './finding.js';
import { command } from './keys.js';
import { ListView } from './list-view.js';
import { answerPlace, keepPlaces, knownOf, listsOf, pollRow, pollText, rowOf, target, withChoice, withMove, withPick, withPoll, withPull, withSection } from './model.js';
import { SectionsView, partsOf, titleOf } from './sections-view.js';
import { recall, recalled } from './tab.js';
import { Times } from './times.js';
import { PeopleView, SearchView, TabsView, ToolsView } from './top-view.js';
import { push, read } from './undo.js';

const SINGLE_KEYS = 'fontein.report.keys';
/** So long a screen reader needs to notice that there was nothing. */
const SAY_MS = 60;
/** A line that is lost for less long is nobody's concern. */
const LOST_MS = 3_000;
/** Colleagues are told where one is this often; `state.pulse` sees to it that it is not too often. */
const HERE_MS = 3_000;
/** One column at a time; `report.css` says the same. */
const narrow = window.matchMedia('(max-width: 1023px)');
const PANES = /** @type {const} */ (['parts', 'posts', 'text']);

/** The studio: parts of the report, the posts of one, its text; and one key or button for each choice. */
export class Studio {
  /** Key of the open part; empty before the first. */
  #part = '';
  /** @type {Tab} */
  #tab = 'chosen';
  /** @type {string | null} */
  #current = null;
  /** @type {readonly Row[]} */
  #rows = [];
  /** Changed here since this list was opened: they stay in their places. @type {Set<string>} */
  #stay = new Set();
  /** The question or poll whose answer is being written; empty: the text of the open part. */
  #answering = '';
  /** Another list than the one that was drawn last. */
  #anew = true;
  #scheduled = false;
  #busy = false;
  #lostSince = 0;
  /** @type {Promise<unknown>} */
  #turn = Promise.resolve();

  /**
   * @param {object} parts
   * @param {Page} parts.page
   * @param {Translate} parts.t
   * @param {State} parts.state
   * @param {{open: (place: string, about: {title: string, kind?: string}) => void, flush: () => Promise<void>, insert: (post: string) => void, focus: () => void}} parts.writing
   * @param {() => void} parts.files Opens what can be fetched.
   */
  constructor({ page, t, state, writing, files }) {
    this.page = page;
    this.t = t;
    this.state = state;
    this.writing = writing;
    this.files = files;
    this.times = new Times(page.lang, state.draft.zone);
    this.#done = read(recalled(this.#doneKey));
    const part = (/** @type {string} */ id) => one(document, `#${id}`, HTMLElement);
    this.root = part('studio');
    this.title = part('posts-title');
    this.proposal = part('proposal');
    this.empty = part('empty');
    this.standing = part('standing');
    this.notices = part('notices');
    this.spoken = part('say');
    this.sections = new SectionsView(part('parts'), { t, lang: page.lang, open: (key) => void this.open(key), name: (names) => void this.#set({ names }), set: (change) => void this.#set(change) });
    this.tabs = new TabsView(part('tabs'), { t, choose: (tab) => this.#openTab(tab), search: () => this.run('search') });
    this.finding = new Finding(page.api, () => this.#drawSoon());
    this.search = new SearchView(part('search'), { t, search: (words) => this.finding.look(words), close: () => this.#closeSearch(), down: () => this.#toList() });
    this.list = new ListView(part('list'), t('studio.list'));
    this.tools = new ToolsView(part('post-tools'), { t, run: (name) => this.run(name) });
    this.people = new PeopleView(part('people'), t);
    this.nav = this.#makeNav(part('nav'));
    this.#listen();
  }

  #listen() {
    const button = (/** @type {string} */ id) => one(document, `#${id}`, HTMLButtonElement);
    this.state.subscribe(() => this.#drawSoon());
    document.addEventListener('keydown', (event) => this.#keyDown(event));
    button('undo').addEventListener('click', () => this.run('undo'));
    button('files-button').addEventListener('click', () => this.files());
    button('freeze').addEventListener('click', () => void this.#freeze());
    document.addEventListener('written', (event) => this.#keep(push(this.#done, { seq: /** @type {CustomEvent<number>} */ (event).detail, what: 'text.did' })));
    window.setInterval(() => this.#beat(), HERE_MS);
  }

  start() {
    const known = recalled(this.#partKey);
    const parts = partsOf(this.state.draft, this.t);
    const first = parts.find(({ key }) => key === known) ?? parts.find(({ section }) => section && section.posts > 0) ?? parts[0];
    for (const id of ['studio', 'tools']) one(document, `#${id}`, HTMLElement).hidden = false;
    document.body.classList.add('in');
    if (first) void this.open(first.key);
  }

  get #partKey() {
    return `fontein.report.part.${this.page.slug}`;
  }

  get #doneKey() {
    return `fontein.report.done.${this.page.epoch}`;
  }

  // Where one is

  /** @returns {Part | undefined} */
  get #open() {
    return partsOf(this.state.draft, this.t).find(({ key }) => key === this.#part);
  }

  /** @returns {Section | null} */
  get #section() {
    return this.#open?.section ?? null;
  }

  /** @returns {Row | null} */
  get #row() {
    return this.#rows.find((row) => row.id === this.#current) ?? null;
  }

  /**
   * Go to a part of the report.
   * @param {string} key
   */
  async open(key) {
    const part = partsOf(this.state.draft, this.t).find((each) => each.key === key);
    if (!part) return;
    const other = key !== this.#part;
    this.#part = key;
    recall(this.#partKey, key);
    this.#show(part.section ? 'posts' : 'text');
    if (narrow.matches && part.section) this.title.focus(); // the list that was pressed is out of sight now
    if (!other && this.#tab !== 'found') return;
    this.#newList(this.#tab === 'found' || !part.section ? 'chosen' : this.#tab);
    this.search.render(false);
    this.state.pulse(part.place || part.key);
    this.#drawSoon();
    await Promise.all([this.writing.flush(), this.state.look(part.section?.id ?? '')]);
    if (this.#part !== key) return; // somebody was quicker
    this.#openText(part);
    this.#draw();
  }

  /** The text of a part, where it has one. @param {Part} part */
  #openText(part) {
    this.#answering = '';
    if (part.place) this.writing.open(part.place, { title: part.section ? part.title : '' });
  }

  /** @param {Tab} tab */
  #openTab(tab) {
    if (tab !== 'found') this.search.render(false);
    if (tab !== 'questions' && this.#answering && this.#open) this.#openText(this.#open);
    this.#newList(tab);
    this.#draw();
  }

  /** @param {Tab} tab */
  #newList(tab) {
    this.#tab = tab;
    this.#stay.clear();
    this.#current = null;
    this.#anew = true;
  }

  /**
   * Where there is room for one column: which.
   * @param {typeof PANES[number]} pane
   */
  #show(pane) {
    this.root.dataset['pane'] = pane;
    for (const [name, button] of this.nav) {
      if (name === pane) button.setAttribute('aria-current', 'true');
      else button.removeAttribute('aria-current');
    }
  }

  /** @param {HTMLElement} root */
  #makeNav(root) {
    const signs = { parts: 'stack', posts: 'message', text: 'pencil' };
    const buttons = new Map(PANES.map((pane) => [pane, el('button', { type: 'button', class: 'nav-button', on: { click: () => this.#goTo(pane) } }, icon(signs[pane], 'small'), el('span', {}, this.t(`studio.nav.${pane}`)))]));
    root.append(...buttons.values());
    return buttons;
  }

  /** @param {typeof PANES[number]} pane */
  #goTo(pane) {
    this.#show(pane);
    this.#draw();
  }

  // Keys and buttons

  /** @param {KeyboardEvent} event */
  #keyDown(event) {
    const { target: to } = event;
    const typed = to instanceof HTMLTextAreaElement || to instanceof HTMLSelectElement || (to instanceof HTMLElement && to.isContentEditable)
      || (to instanceof HTMLInputElement && to.type !== 'checkbox' && to.type !== 'radio');
    const arrows = (to instanceof HTMLInputElement && to.type === 'radio') || (to instanceof Element && to.closest('#text') !== null);
    const name = command(event, { field: typed, arrows, dialog: document.querySelector('dialog[open]') !== null, on: kept(SINGLE_KEYS) !== 'off', deaf: !this.state.reachable });
    if (!name) return;
    event.preventDefault();
    this.run(name);
  }

  /** @param {Command} name */
  run(name) {
    switch (name) {
      case 'next':
        return this.#go(1);
      case 'previous':
        return this.#go(-1);
      case 'next-section':
        return this.#goPart(1);
      case 'previous-section':
        return this.#goPart(-1);
      case 'choose':
        return void this.choose();
      case 'pull':
        return void this.pull();
      case 'up':
        return void this.#move(-1);
      case 'down':
        return void this.#move(1);
      case 'merge':
        return void this.#mergeUp();
      case 'names':
        return void this.name();
      case 'insert':
        return this.insert();
      case 'answer':
        return this.answer();
      case 'undo':
        return void this.#undo();
      case 'search':
        return this.#search();
      case 'help':
        return showHelp(this.t, this.page, kept(SINGLE_KEYS) !== 'off', (on) => keep(SINGLE_KEYS, on ? 'on' : 'off'));
      case 'close':
        return this.#tab === 'found' ? this.#closeSearch() : this.#hush();
    }
  }

  /** @param {1 | -1} direction */
  #go(direction) {
    if (this.#rows.length === 0) return;
    const at = this.#rows.findIndex((row) => row.id === this.#current);
    const to = at < 0 ? 0 : Math.min(this.#rows.length - 1, Math.max(0, at + direction));
    this.#select(this.#rows[to]?.id ?? null);
    this.list.show();
    this.list.focusCurrent();
  }

  /** @param {string | null} id */
  #select(id) {
    this.#current = id;
    this.#draw();
  }

  /** @param {1 | -1} direction */
  #goPart(direction) {
    const parts = partsOf(this.state.draft, this.t);
    const at = parts.findIndex(({ key }) => key === this.#part) + direction;
    const to = parts[at];
    if (!to) return;
    this.say(to.title);
    void this.open(to.key).then(() => to.section && this.#part === to.key && !narrow.matches && this.#toList());
  }

  #toList() {
    this.#select(this.#current ?? this.#rows[0]?.id ?? null);
    this.list.focusCurrent();
  }

  #search() {
    this.#show('posts');
    this.search.render(true);
    if (this.#tab !== 'found') this.#newList('found');
    this.#draw();
    this.search.field.focus();
    this.search.field.select();
  }

  #closeSearch() {
    const inside = this.search.root.contains(document.activeElement);
    this.search.render(false);
    this.finding.look('');
    this.#newList('chosen');
    this.#draw();
    if (inside) this.#toList();
  }

  // What one does with a post. One after the other: the second key is about what the first one made.

  /**
   * @param {() => Promise<void>} act
   * @returns {Promise<unknown>}
   */
  #inTurn(act) {
    this.#turn = this.#turn.then(act, act);
    return this.#turn;
  }

  /** @param {string | null} [id] */
  choose(id = this.#current) {
    const row = this.#rows.find((each) => each.id === id);
    const section = row && this.#sectionOf(row.id);
    if (!row || !section) return Promise.resolve();
    this.#select(row.id);
    if (row.poll) return this.#choosePoll(row, section);
    if (!row.post.end) this.#stay.add(row.id);
    const choice = row.chosen || row.post.end ? 'out' : 'in';
    return this.#inTurn(async () => {
      const answer = await this.state.change('POST', 'report/choices', { posts: [row.id], choice },
        (draft) => withChoice(draft, draft.sections.find(({ id: each }) => each === section.id) ?? section, this.#postsOf(section), row.id, choice));
      this.#note(answer, `studio.did.${choice}`);
    });
  }

  /**
   * A poll is in the report, or not: that stands at the top of what is written at it.
   *
   * @param {Row} row
   * @param {Section} section
   */
  #choosePoll(row, section) {
    const chosen = !row.chosen;
    return this.#inTurn(async () => {
      await this.writing.flush();
      const place = answerPlace(row.id);
      const standing = this.state.draft.texts[place]?.text ?? null;
      const body = { text: pollText(standing?.text ?? '', chosen), base: standing?.seq ?? 0 };
      const answer = await this.state.change('PUT', `report/texts/${encodeURIComponent(place)}`, body, (draft) => withPoll(draft, section.id, row.id, chosen));
      this.#note(answer, `studio.did.${chosen ? 'in' : 'out'}`);
    });
  }

  /** @param {string | null} [id] Write the answer to a question, or what is told at a poll. */
  answer(id = this.#current) {
    const row = this.#rows.find((each) => each.id === id);
    if (!row?.question && !row?.poll) return this.say(this.t('studio.answer.none'));
    this.#select(row.id);
    this.#answering = row.id;
    const title = row.poll ? row.poll.title[this.page.lang] ?? Object.values(row.poll.title)[0] ?? '' : row.post.text;
    this.writing.open(answerPlace(row.id), { title, kind: row.poll ? 'poll' : 'answer' });
    this.#show('text');
    this.#draw();
    this.writing.focus();
  }

  /** @param {string | null} [id] */
  pull(id = this.#current) {
    const row = this.#rows.find((each) => each.id === id);
    const section = row && this.#sectionOf(row.id);
    if (!row || row.post.end || row.poll || !section) return Promise.resolve();
    const pull = row.pull ? 'out' : 'in';
    // What is large stands in the thread too.
    const first = pull === 'in' && !row.chosen ? this.choose(row.id) : Promise.resolve();
    this.#select(row.id);
    return first.then(() => this.#inTurn(async () => {
      const answer = await this.state.change('POST', 'report/choices', { posts: [row.id], pull }, (draft) => withPull(draft, section.id, row.id, pull));
      this.#note(answer, `studio.did.${pull === 'in' ? 'pull' : 'unpull'}`);
    }));
  }

  /** @param {1 | -1} direction */
  #move(direction) {
    return this.#inTurn(async () => {
      const section = this.#section;
      const row = this.#row;
      if (!section || !row || this.#tab !== 'chosen' || !row.chosen) return this.say(this.t('studio.move.chosen'));
      if (row.below) return this.say(this.t('studio.move.answer'));
      const to = target(section, row.id, direction);
      if (!to) return this.say(this.t(direction < 0 ? 'studio.move.first' : 'studio.move.last'));
      this.#stay.clear();
      const moved = this.state.change('POST', 'report/moves', { section: section.id, post: row.id, after: to.after }, (draft) => withMove(draft, section.id, row.id, to.after));
      this.#draw();
      this.list.show();
      const answer = await moved;
      this.#note(answer, 'studio.did.move', { section: section.id, post: row.id, after: to.before });
      this.list.show();
    });
  }

  #mergeUp() {
    const at = this.#rows.findIndex((row) => row.id === this.#current);
    const above = this.#rows.slice(0, Math.max(0, at)).findLast((row) => !row.post.end);
    const row = this.#rows[at];
    if (!row || row.post.end || row.poll || above?.poll) return Promise.resolve();
    if (!above || this.#tab === 'found') return Promise.resolve(this.say(this.t('studio.merge.first')));
    return this.merge(row.id, above.id);
  }

  /**
   * Count one post under another.
   *
   * @param {string} id
   * @param {string} into
   */
  merge(id, into) {
    const section = this.#sectionOf(id);
    this.#stay.delete(id);
    if (this.#current === id) this.#current = into;
    const stays = section?.chosen.includes(id) && !section.chosen.includes(into);
    return this.#inTurn(async () => {
      // What stood in the report goes on standing in it, under the other one.
      if (stays) this.#note(await this.state.change('POST', 'report/choices', { posts: [into], choice: 'in' }), 'studio.did.in');
      const answer = await this.state.change('POST', 'report/choices', { posts: [id], into }, (draft) => {
        const merged = withPick(draft, id, { into });
        return section ? withSection(merged, section.id, ({ chosen }) => ({ chosen: chosen.filter((each) => each !== id) })) : merged;
      });
      this.#note(answer, 'studio.did.merge');
    });
  }

  /** @param {string} id Counted by itself again. */
  part(id) {
    return this.#inTurn(async () => {
      this.#note(await this.state.change('POST', 'report/quotes', { posts: [id], into: null }, (draft) => withPick(draft, id, { into: null })), 'studio.did.part');
    });
  }

  /** @param {string | null} [id] */
  async name(id = this.#current) {
    const row = this.#rows.find((each) => each.id === id);
    if (!row || row.post.end || row.poll) return;
    this.#select(row.id);
    const chosen = await askNames(this.t, row, this.state.draft.names);
    this.list.focusCurrent();
    if (chosen === null) return;
    const names = chosen === 'as-all' ? null : chosen;
    await this.#inTurn(async () => {
      this.#note(await this.state.change('POST', 'report/quotes', { posts: [row.id], names }, (draft) => withPick(draft, row.id, { names })), 'studio.did.names');
    });
  }

  /** @param {string | null} [id] */
  insert(id = this.#current) {
    const row = this.#rows.find((each) => each.id === id);
    if (!row || row.post.end || row.poll) return;
    if (!this.#open?.place && !this.#answering) return this.say(this.t('studio.insert.nowhere'));
    this.#show('text');
    this.writing.insert(row.id);
  }

  /** @param {string} id */
  async describe(id) {
    const row = this.#rows.find((each) => each.id === id);
    if (!row) return;
    if (this.page.badge?.role !== 'organiser') return void show(this.t, this.t('studio.describe'), el('p', {}, this.t('studio.describe.who')));
    const alts = await askAlts(this.t, row);
    if (!alts) return;
    const answer = await this.state.change('PATCH', `posts/${row.id}`, { revision: row.post.revision, alts });
    if (answer.ok) this.say(this.t('studio.did.describe'));
    else this.#fail(answer.problem);
  }

  /** @param {{names?: Naming, lang?: string, cover?: string}} change */
  #set(change) {
    return this.#inTurn(async () => {
      const { names, lang, cover } = this.state.draft;
      const now = { names, lang, cover, ...change };
      this.#note(await this.state.change('PUT', 'report/settings', now, (draft) => ({ ...draft, .../** @type {any} */ (now) })), 'studio.did.settings');
    });
  }

  // Undo

  /** @type {readonly import('./undo.js').Done[]} */
  #done = [];

  /**
   * @param {Answer<{seq: number}>} answer
   * @param {string} what
   * @param {import('./undo.js').Done['back']} [back]
   */
  #note(answer, what, back) {
    if (!answer.ok) return this.#fail(answer.problem);
    this.#keep(push(this.#done, { seq: answer.data.seq, what, ...(back ? { back } : {}) }));
    this.say(this.t(what));
  }

  /** @param {readonly import('./undo.js').Done[]} done */
  #keep(done) {
    this.#done = done;
    recall(this.#doneKey, JSON.stringify(done));
    this.#drawSoon();
  }

  #undo() {
    return this.#inTurn(async () => {
      const last = this.#done.at(-1);
      if (!last) return this.say(this.t('studio.undo.nothing'));
      this.#stay.clear();
      let answer = await this.state.change('POST', 'undos', { seq: last.seq });
      const moved = !answer.ok && answer.problem.code === 'decided-since' ? last.back : undefined;
      // A colleague moved others since: theirs stays, and this post goes back by itself.
      if (moved) answer = await this.state.change('POST', 'report/moves', moved);
      if (!answer.ok && [0, 429, 503, 507].includes(answer.problem.status)) return this.#fail(answer.problem);
      this.#keep(this.#done.slice(0, -1));
      this.say(answer.ok ? this.t('studio.undone', { what: this.t(last.what) }) : this.t('studio.undo.since'), !answer.ok);
    });
  }

  // What is said

  /**
   * @param {string} words
   * @param {boolean} [aloud] It is to be seen too.
   */
  say(words, aloud = false) {
    // Emptied first: the same words twice are said twice.
    this.spoken.textContent = '';
    window.setTimeout(() => (this.spoken.textContent = words), SAY_MS);
    this.notices.replaceChildren(...(aloud ? [this.#notice('info', words)] : []));
  }

  #hush() {
    this.notices.replaceChildren();
  }

  /** @param {import('../types.js').Problem} problem */
  #fail(problem) {
    this.notices.replaceChildren(this.#notice('warning', fault(this.t, problem), 'danger'));
  }

  /**
   * @param {string} sign
   * @param {string} words
   * @param {string} [kind]
   */
  #notice(sign, words, kind = '') {
    return el('div', { class: `banner ${kind}`, role: kind ? 'alert' : null }, icon(sign, 'small'), el('p', {}, words),
      el('button', { type: 'button', class: 'button quiet', on: { click: () => this.#hush() } }, this.t('close')));
  }

  async #freeze() {
    if (this.#busy) return;
    this.#busy = true;
    await this.#turn;
    await this.writing.flush();
    const { openFreeze } = await import('./text/freeze.js');
    this.#busy = false;
    const done = await openFreeze({ page: this.page, t: this.t, state: this.state });
    if (done && 'way' in done) await this.#follow(done.way);
  }

  /** To what is to be looked at before a version. @param {import('./text/checks.js').Way} way */
  async #follow(way) {
    const { draft } = this.state;
    const parts = partsOf(draft, this.t);
    if (way.kind === 'names') {
      this.#show('parts');
      one(document, 'input[name="studio-names"]:checked', HTMLInputElement).focus();
    } else if (way.kind === 'text') {
      const part = parts.find(({ place }) => place === way.place);
      const kind = way.place.startsWith('answer:') ? { kind: 'answer' } : {};
      if (part) await this.open(part.key);
      else this.writing.open(way.place, { title: way.place, ...kind }); // of what is not in the report any more
      this.#show('text');
      this.writing.focus();
    } else {
      const [post = ''] = way.posts;
      await Promise.all(draft.sections.map(({ id }) => this.state.load(id)));
      const part = parts.find(({ section }) => section && (section.chosen.includes(post) || this.state.posts(section.id)?.has(post)));
      if (!part) return;
      await this.open(part.key);
      this.#openTab(part.section?.questions.some((question) => question.post === post) ? 'questions' : 'chosen');
      this.#select(post);
      this.list.show();
      this.list.focusCurrent();
    }
  }

  /** Now and then: say where one is, and whether the line is lost. */
  #beat() {
    const part = this.#open;
    if (part && this.state.isHere) this.state.pulse(this.#answering ? answerPlace(this.#answering) : part.place || part.key);
    if (this.state.reachable) this.#lostSince = 0;
    else this.#lostSince ||= performance.now();
    this.#drawSoon();
  }

  // Drawing

  /** What the posts of all sections are known by. */
  #marks = '';

  /** A search is about what is there now. */
  #searchAgain() {
    const marks = this.state.draft.sections.map(({ mark }) => mark).join();
    if (marks !== this.#marks && this.#tab === 'found') this.finding.again();
    this.#marks = marks;
  }

  #drawSoon() {
    if (this.#scheduled) return;
    this.#scheduled = true;
    requestAnimationFrame(() => {
      this.#scheduled = false;
      this.#draw();
    });
  }

  #draw() {
    const { state, t } = this;
    if (state.out) return this.#leave();
    this.#searchAgain();
    const { draft } = state;
    const part = this.#open;
    const section = part?.section ?? null;
    this.sections.render({ draft, open: this.#part, writers: state.writers(), times: this.times });
    this.people.render(state.writers());
    this.root.classList.toggle('without-posts', !section && this.#tab !== 'found');
    this.root.classList.toggle('without-text', !part?.place && !this.#answering);
    text(this.title, this.#tab === 'found' ? t('studio.search') : part?.title ?? '');
    this.#drawRows(section);
    this.#drawStanding();
    one(document, '#undo', HTMLButtonElement).setAttribute('aria-disabled', String(this.#done.length === 0));
  }

  /** @param {Section | null} section */
  #drawRows(section) {
    const posts = section ? this.state.posts(section.id) : undefined;
    const known = section && posts ? this.#knownOf(section, posts) : null;
    const lists = known?.lists ?? { chosen: [], open: [], questions: [], photos: [] };
    const missing = lists.photos.some((post) => known?.chosen.has(post.id) && post.photos.some((photo) => !photo.alt));
    this.tabs.render(this.#tab, { chosen: section?.chosen.length ?? null, open: known && lists.open.length, questions: section && section.questions.length + section.polls.length, photos: known && lists.photos.length }, missing);
    this.#rows = this.#tab === 'found' ? this.#foundRows() : known ? this.#inPlace(known, lists[this.#tab]) : [];
    if (this.#tab === 'questions' && known) this.#rows = [...this.#rows, ...known.section.polls.map(pollRow)];
    if (this.#current === null || !this.#rows.some((row) => row.id === this.#current)) this.#current = this.#rows[0]?.id ?? null;
    this.list.render(this.#rows, this.#current, this.#rowParts);
    const found = this.#tab === 'found' && this.#current !== null ? this.#sectionOf(this.#current) : null;
    if (found) void this.state.load(found.id); // what a search tells of a post is short: the rest comes now
    if (this.#anew) this.list.toTop();
    this.#anew = posts === undefined && section !== null;
    this.#drawEmpty(section, posts !== undefined);
    const proposed = this.#tab === 'chosen' && this.#rows.length > 0 && this.#rows.every((row) => !row.said);
    this.proposal.hidden = !proposed;
    if (proposed) text(this.proposal, this.t('studio.proposal'));
    this.#drawTools(section);
  }

  /** What rows are made with, kept as long as nothing is another. @type {(Known & {lists: ReturnType<typeof listsOf>}) | null} */
  #known = null;

  /**
   * @param {Section} section
   * @param {Posts} posts
   */
  #knownOf(section, posts) {
    const { draft } = this.state;
    const last = this.#known;
    if (last && last.draft === draft && last.section === section && last.posts === posts) return last;
    const known = knownOf(draft, section, posts);
    this.#known = { ...known, lists: listsOf(known) };
    return this.#known;
  }

  /**
   * @param {Known} known
   * @param {readonly StudioPost[]} posts
   * @returns {Row[]}
   */
  #inPlace(known, posts) {
    const now = posts.map((post) => post.id);
    const ids = this.#stay.size === 0 || this.#anew ? now : keepPlaces(this.#rows.map((row) => row.id), now, this.#stay);
    const here = new Set(now);
    return ids.flatMap((id) => {
      const post = known.posts.get(id);
      const stays = here.has(id) || (known.draft.picks[id]?.into ?? null) === null; // what was merged meanwhile is in no list
      return post && stays ? [rowOf(known, post)] : [];
    });
  }

  #foundRows() {
    return this.finding.posts.filter((post) => !this.state.gone.has(post.id)).flatMap((post) => {
      const section = this.#sectionOf(post.id, this.finding.sessionOf(post.id));
      const posts = section && this.state.posts(section.id);
      return section ? [rowOf(knownOf(this.state.draft, section, posts ?? new Map()), posts?.get(post.id) ?? post)] : [];
    });
  }

  /**
   * Where a post belongs.
   *
   * @param {string} id
   * @param {string | null} [session] The one that its own facts name.
   * @returns {Section | null}
   */
  #sectionOf(id, session = this.finding.sessionOf(id)) {
    if (this.#tab !== 'found') return this.#section;
    const { sections } = this.state.draft;
    return sections.find((each) => each.id === session || each.chosen.includes(id) || this.state.posts(each.id)?.has(id))
      ?? sections.find(({ kind }) => kind === 'other') ?? null;
  }

  /** @param {Section} section */
  #postsOf(section) {
    return this.state.posts(section.id) ?? new Map();
  }

  get #rowParts() {
    const { t, times } = this;
    const found = this.#tab === 'found';
    return {
      t, times, lang: this.page.lang, names: this.state.draft.names, today: this.page.symposium?.date ?? '',
      sectionOf: (/** @type {string} */ id) => {
        const section = found ? this.#sectionOf(id) : null;
        return section ? titleOf(section, t) : '';
      },
      open: (/** @type {string} */ id) => this.#select(id),
      choose: (/** @type {string} */ id) => void this.choose(id),
      pull: (/** @type {string} */ id) => void this.pull(id),
      name: (/** @type {string} */ id) => void this.name(id),
      insert: (/** @type {string} */ id) => this.insert(id),
      merge: (/** @type {string} */ id, /** @type {string} */ into) => void this.merge(id, into),
      part: (/** @type {string} */ id) => void this.part(id),
      describe: (/** @type {string} */ id) => void this.describe(id),
      answer: (/** @type {string} */ id) => this.answer(id),
    };
  }

  /**
   * @param {Section | null} section
   * @param {boolean} known Its posts are there.
   */
  #drawEmpty(section, known) {
    const found = this.#tab === 'found';
    this.empty.hidden = this.#rows.length > 0 || (!section && !found);
    if (this.empty.hidden) return;
    const key = found ? `studio.empty.found.${this.finding.state}` : known ? `studio.empty.${this.#tab}` : 'loading';
    if (this.empty.dataset['key'] === key) return;
    this.empty.dataset['key'] = key;
    this.empty.replaceChildren(icon(found ? 'search' : known ? 'message' : 'clock'), el('p', {}, this.t(key)));
  }

  /** @param {Section | null} section */
  #drawTools(section) {
    const row = this.#row;
    const at = this.#rows.findIndex((each) => each === row);
    const moves = section && row && this.#tab === 'chosen' && row.chosen && !row.below;
    this.tools.render(row && { chosen: row.chosen, pull: row.pull, gone: row.post.end !== null, poll: row.poll !== null }, {
      up: Boolean(moves && target(section, row.id, -1)), down: Boolean(moves && target(section, row.id, 1)), merge: at > 0 && row?.post.end === null && row.poll === null && this.#tab !== 'found',
    });
  }

  #drawStanding() {
    const { savedAt } = this.state;
    const lost = this.#lostSince > 0 && performance.now() - this.#lostSince > LOST_MS;
    const n = this.state.draft.versions.at(-1)?.number ?? 0;
    const draft = n > 0 ? this.t('studio.draft.after', { n }) : this.t('studio.draft');
    const words = lost ? this.t('studio.lost') : savedAt ? this.t('studio.saved', { draft, time: dayTime(this.page.lang, savedAt) }) : draft;
    this.standing.classList.toggle('warn', lost);
    text(this.standing, words);
  }

  /** The access was withdrawn: nothing stays on the page. */
  #leave() {
    this.root.hidden = true;
    one(document, '#tools', HTMLElement).hidden = true;
    this.list.render([], null, this.#rowParts);
    for (const dialog of document.querySelectorAll('dialog[open]')) /** @type {HTMLDialogElement} */ (dialog).close();
    this.notices.replaceChildren(el('div', { class: 'banner danger', role: 'alert' }, icon('lock', 'small'), el('p', {}, this.t('revoked'))));
  }
}

/**
 * @param {HTMLElement} element
 * @param {string} words
 */
function text(element, words) {
  if (element.textContent !== words) element.textContent = words;
}
