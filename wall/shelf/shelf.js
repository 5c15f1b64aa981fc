/** The keepers' shelf: staff put papers at every session, a speaker at one. */

/** @import {Page, ProgrammeItem, Shelf as ShelfItem, Translate} from '../types.js' */
/** @import {Timed} from '../lib/programme.js' */
/** @import {Hour, KeptPaper} from './model.js' */
import { ask } from '../elements/ask.js';
import { enter } from '../elements/door/door.js';
import { fault } from '../elements/fault.js';
import { el, one } from '../lib/html.js';
import { send } from '../lib/http.js';
import { icon } from '../lib/icon.js';
import { keyed } from '../lib/keyed.js';
import { page as readPage, translate } from '../lib/page.js';
import { clock, dayName, dayOf, roomName } from '../lib/programme.js';
import { ProgrammeStore } from '../lib/programme-store.js';
import { Live } from '../live.js';
import { paperCard } from './card.js';
import { languageOptions } from './languages.js';
import { sections, titleOf } from './model.js';
import { editPaper } from './paper-form.js';
import { Uploads } from './uploads.js';

const SLIDES = /\.(pptx?|pptm|odp|key)$/i;
/** Figures grow by themselves: asked for again once a minute. */
const COUNTS_MS = 60_000;
const MIB = 2 ** 20;

/**
 * @typedef {Page & {session: string | null, maxBytes: number}} ShelfPage
 * @typedef {{total: number, distinct: number, hours: readonly Hour[]}} Count
 */

class Shelf {
  /** @type {readonly KeptPaper[]} */
  papers = [];
  /** @type {ReadonlyMap<string, Count>} */
  counts = new Map();
  #seq = -1;
  #loading = false;
  #again = false;
  /** Somebody chose the session of what is added; else it is the one that comes. */
  #hasChosen = false;

  /**
   * @param {ShelfPage} page
   * @param {Translate} t
   */
  constructor(page, t) {
    this.page = page;
    this.t = t;
    this.api = page.api;
    this.isStaff = page.badge?.role !== 'speaker';
    this.only = this.isStaff ? null : page.session;
    this.live = new Live(page.api, 'phone');
    this.programme = new ProgrammeStore(page.api);
    this.uploads = new Uploads({ api: page.api, slug: page.slug, t, lang: page.lang, arrived: (answer) => this.#arrived(answer) });
    this.session = one(document, '#add-session', HTMLSelectElement);
    this.language = one(document, '#add-lang', HTMLSelectElement);
    this.embargo = one(document, '#add-embargo', HTMLInputElement);
  }

  start() {
    const { t } = this;
    one(document, '#intro', HTMLElement).textContent = t(this.isStaff ? 'shelf.intro' : 'shelf.intro-speaker');
    one(document, '#files-hint', HTMLElement).textContent = t('shelf.files-hint', { n: Math.floor(this.page.maxBytes / MIB) });
    this.language.append(...languageOptions(t, ''));
    this.#listen();
    this.live.addEventListener('view', () => {
      this.programme.follow(/** @type {ProgrammeItem | undefined} */ (this.live.view.entries.get('programme')));
      const seq = /** @type {ShelfItem | undefined} */ (this.live.view.entries.get('shelf'))?.seq;
      if (seq !== undefined && seq !== this.#seq) void this.load();
    });
    this.programme.addEventListener('change', () => this.draw());
    this.live.start();
    if (this.isStaff) window.setInterval(() => void this.#loadCounts().then(() => this.draw()), COUNTS_MS);
    window.addEventListener('beforeunload', (event) => {
      if (this.uploads.busy) event.preventDefault();
    });
    return this.load();
  }

  async load() {
    this.#again = true;
    if (this.#loading) return;
    this.#loading = true;
    while (this.#again) {
      this.#again = false;
      const [answer] = await Promise.all([send('GET', `${this.api}/papers${this.only ? `?session=${encodeURIComponent(this.only)}` : ''}`), this.#loadCounts()]);
      if (answer.ok) {
        this.papers = answer.data.papers;
        this.#seq = answer.data.seq ?? this.#seq;
      } else this.tell(fault(this.t, answer.problem), 'warning');
    }
    this.#loading = false;
    this.draw();
  }

  async #loadCounts() {
    if (!this.isStaff) return;
    const answer = await send('GET', `${this.api}/papers/counts`);
    if (answer.ok) this.counts = new Map(answer.data.papers.map((/** @type {Count & {id: string}} */ count) => [count.id, count]));
  }

  #listen() {
    const files = one(document, '#files', HTMLInputElement);
    files.addEventListener('change', () => {
      void this.#add([...(files.files ?? [])]);
      files.value = '';
    });
    takeDrops(one(document, '#drop', HTMLElement), (dropped) => void this.#add(dropped));
    // Beside the box a dropped file would replace this page, and end what is under way.
    for (const event of ['dragover', 'drop']) document.addEventListener(event, (away) => away.preventDefault());
    one(document, '#without-file', HTMLElement).addEventListener('click', () => void this.#edit(null));
    this.session.addEventListener('change', () => {
      this.#hasChosen = true;
      this.#drawEmbargo();
    });
  }

  /* --- what is done ------------------------------------------------------------------------------------------ */

  /** Each file becomes a paper; one that was on its way goes on. @param {readonly File[]} files */
  async #add(files) {
    for (const file of files) {
      const known = this.uploads.unfinishedOf(file, this.papers.map(({ id }) => id));
      if (known) {
        this.uploads.begin(known, file, this.language.value);
        continue;
      }
      const session = this.#chosenSession();
      const body = { title: titleOf(file.name), session, form: SLIDES.test(file.name) ? 'slides' : 'paper', embargo: this.embargo.checked && session !== null };
      const answer = await send('POST', `${this.api}/papers`, body);
      if (!answer.ok) return this.tell(fault(this.t, answer.problem), 'warning');
      this.uploads.begin(answer.data.id, file, this.language.value);
    }
    await this.load();
  }

  #chosenSession() {
    return this.only ?? (this.session.value || null);
  }

  /** @param {KeptPaper | null} paper null: a new one. */
  async #edit(paper) {
    const start = paper ?? { title: '', authors: [], abstract: '', form: 'paper', embargo: this.embargo.checked, session: this.#chosenSession(), link: '' };
    const changed = await editPaper({ t: this.t, sessions: this.isStaff ? this.#choices() : null, start, isNew: paper === null, save: async (body) => {
      const answer = paper ? await send('PATCH', `${this.api}/papers/${paper.id}`, body) : await send('POST', `${this.api}/papers`, body);
      return answer.ok ? null : answer.problem;
    } });
    if (changed) await this.load();
  }

  /**
   * @param {KeptPaper} paper
   * @param {Record<string, unknown>} change
   */
  async #patch(paper, change) {
    const answer = await send('PATCH', `${this.api}/papers/${paper.id}`, change);
    if (!answer.ok) return this.tell(fault(this.t, answer.problem), 'warning');
    await this.load();
  }

  /**
   * @param {KeptPaper} paper
   * @param {number} file
   */
  async #dropFile(paper, file) {
    const { t } = this;
    const sure = await ask({ title: t('shelf.drop-file.title'), text: t('shelf.drop-file.text', { title: paper.title }), choices: [{ value: 'yes', label: t('shelf.drop-file.yes'), class: 'danger' }], cancel: t('cancel') });
    if (!sure) return;
    const answer = await send('DELETE', `${this.api}/papers/${paper.id}/files/${file}`);
    if (!answer.ok) this.tell(fault(t, answer.problem), 'warning');
    await this.load();
  }

  /**
   * Off the shelf at once, with a way back for staff; a speaker, who has none, is asked first.
   *
   * @param {KeptPaper} paper
   * @param {boolean} erase
   */
  async #remove(paper, erase) {
    const { t } = this;
    if (erase || !this.isStaff) {
      const kind = erase ? 'erase' : 'remove';
      const sure = await ask({ title: t(`shelf.${kind}.title`), text: t(`shelf.${kind}.text`, { title: paper.title }), choices: [{ value: 'yes', label: t(`shelf.${kind}.yes`), class: 'danger' }], cancel: t('cancel') });
      if (!sure) return;
    }
    this.uploads.forget(paper.id);
    const answer = await send('DELETE', `${this.api}/papers/${paper.id}${erase ? '?erase=1' : ''}`);
    if (!answer.ok) return this.tell(fault(t, answer.problem), 'warning');
    const undo = erase || !this.isStaff ? undefined : () => void this.#undo(answer.data.seq);
    this.tell(t(erase ? 'shelf.erased' : 'shelf.removed', { title: paper.title }), 'check', undo);
    await this.load();
    one(document, '#notices .banner', HTMLElement).focus();
  }

  /** @param {number} seq */
  async #undo(seq) {
    const answer = await send('POST', `${this.api}/undos`, { seq });
    this.tell(answer.ok ? this.t('shelf.undone') : fault(this.t, answer.problem), answer.ok ? 'check' : 'warning');
    await this.load();
  }

  /** @param {{paper: KeptPaper}} answer */
  #arrived({ paper }) {
    this.tell(this.t('shelf.arrived', { title: paper.title }), 'check');
    void this.load();
  }

  /**
   * @param {string} words
   * @param {string} sign
   * @param {() => void} [undo]
   */
  tell(words, sign, undo) {
    const button = undo ? el('button', { type: 'button', class: 'button', on: { click: undo } }, this.t('shelf.undo')) : null;
    const banner = el('p', { class: `banner card ${sign === 'warning' ? 'warn' : ''}`, tabindex: '-1' }, icon(sign), el('span', {}, words), button);
    one(document, '#notices', HTMLElement).replaceChildren(banner);
  }

  /* --- drawing ----------------------------------------------------------------------------------------------- */

  draw() {
    this.#drawChoices();
    const rows = sections(this.papers, this.programme.sessions, this.only).filter(({ papers }) => papers.length > 0 || this.only !== null);
    const root = one(document, '#sections', HTMLElement);
    keyed(root, rows.length > 0 ? rows : [{ session: null, papers: [] }], {
      key: ({ session }) => session?.id ?? '-',
      signature: ({ session, papers }) => JSON.stringify([session?.title, session?.startMs, session?.room, papers.length === 0]),
      make: ({ session, papers }) => this.#section(session, papers.length === 0),
    });
    for (const { session, papers } of rows) this.#drawPapers(root, session, papers);
  }

  /**
   * @param {HTMLElement} root
   * @param {Timed | null} session
   * @param {readonly KeptPaper[]} papers
   */
  #drawPapers(root, session, papers) {
    const place = [...root.children].find((each) => /** @type {HTMLElement} */ (each).dataset['key'] === (session?.id ?? '-'));
    const list = place?.querySelector('.shelf-list');
    if (!(list instanceof HTMLElement)) return;
    keyed(list, papers, {
      key: ({ id }) => id,
      signature: (paper) => JSON.stringify([paper, this.counts.get(paper.id)]),
      make: (paper) => this.#card(paper),
    });
  }

  /** @param {KeptPaper} paper */
  #card(paper) {
    const card = paperCard(paper, {
      t: this.t,
      lang: this.page.lang,
      slug: this.page.slug,
      short: this.page.join.short,
      zone: this.programme.programme?.zone ?? '',
      count: this.counts.get(paper.id) ?? null,
      isStaff: this.isStaff,
      upload: this.uploads.place(paper, (change) => void this.#patch(paper, change)),
      newVersion: (file, lang) => this.uploads.begin(paper.id, file, lang),
      edit: () => void this.#edit(paper),
      dropFile: (file) => void this.#dropFile(paper, file),
      remove: () => void this.#remove(paper, false),
      erase: () => void this.#remove(paper, true),
    });
    takeDrops(card, ([file]) => file && this.uploads.begin(paper.id, file, ''));
    return card;
  }

  /**
   * @param {Timed | null} session
   * @param {boolean} empty
   */
  #section(session, empty) {
    const title = session ? session.title : this.t(this.only !== null || this.papers.length === 0 ? 'shelf.none' : 'shelf.loose');
    const heading = this.papers.length === 0 && !session ? el('p', { class: 'meta' }, this.t('shelf.empty')) : el('h2', { dir: 'auto', lang: session?.lang || null }, title);
    return el('section', { class: 'part' }, heading, session ? el('p', { class: 'meta' }, this.#when(session)) : null,
      empty && session ? el('p', { class: 'meta' }, this.t('shelf.empty')) : null, el('ul', { class: 'shelf-list', role: 'list' }));
  }

  /** @param {Timed} session */
  #when(session) {
    const zone = this.programme.programme?.zone ?? '';
    const { lang } = this.page;
    const room = roomName(this.programme.programme, session.room);
    const time = `${dayName(lang, dayOf(session.startMs, zone))}, ${clock(lang, zone, session.startMs)}–${clock(lang, zone, session.endMs)}`;
    return room ? `${time} · ${room}` : time;
  }

  /** The sessions that a paper can be put at, and the whole day. */
  #choices() {
    const zone = this.programme.programme?.zone ?? '';
    const talks = this.programme.sessions.filter(({ kind }) => kind !== 'break');
    const listed = talks.map(({ id, title, startMs }) => ({ id, title: `${clock(this.page.lang, zone, startMs)} ${title}` }));
    return [{ id: '', title: this.t('shelf.loose') }, ...listed];
  }

  #drawChoices() {
    one(document, '#add-session-field', HTMLElement).hidden = !this.isStaff;
    const choices = this.#choices();
    const signature = JSON.stringify(choices);
    if (this.session.dataset['signature'] !== signature) {
      const now = this.live.clock.now();
      const soon = this.programme.sessions.find(({ endMs, kind }) => endMs > now && kind !== 'break')?.id ?? '';
      const chosen = this.#hasChosen ? this.session.value : soon;
      this.session.replaceChildren(...choices.map(({ id, title }) => el('option', { value: id, selected: id === chosen }, title)));
      this.session.dataset['signature'] = signature;
    }
    this.#drawEmbargo();
  }

  /** Without a session there is no moment at which it would open. */
  #drawEmbargo() {
    const possible = this.#chosenSession() !== null;
    this.embargo.disabled = !possible;
    if (!possible) this.embargo.checked = false;
  }
}

/**
 * Files may be dropped on this.
 *
 * @param {HTMLElement} place
 * @param {(files: File[]) => unknown} take
 */
function takeDrops(place, take) {
  /** @param {DragEvent} event */
  const hasFiles = (event) => event.dataTransfer?.types.includes('Files') ?? false;
  place.addEventListener('dragover', (event) => {
    if (hasFiles(event)) place.classList.add('over');
  });
  place.addEventListener('dragleave', (event) => {
    if (!place.contains(/** @type {Node | null} */ (event.relatedTarget))) place.classList.remove('over');
  });
  place.addEventListener('drop', (event) => {
    place.classList.remove('over');
    const files = [...(event.dataTransfer?.files ?? [])];
    if (files.length > 0) take(files);
  });
}

const page = /** @type {ShelfPage} */ (readPage());
const t = translate();
if (await enter(page, t, { roles: ['organiser', 'moderator', 'speaker'] })) void new Shelf(page, t).start();
