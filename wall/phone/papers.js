/** @import {Paper, Translate} from '../types.js' */
/** @import {ProgrammeStore} from '../lib/programme-store.js' */
/** @import {Timed} from '../lib/programme.js' */
/** @import {Group} from './papers-order.js' */
import { el, one } from '../lib/html.js';
import { icon } from '../lib/icon.js';
import { keep, kept } from '../lib/keep.js';
import { clock, currentDay, dayName, dayOf, onStage, roomName } from '../lib/programme.js';
import { bestFile, firstSession, grouped, kindName, sizeWords, totalSize } from './papers-order.js';

const TIMEOUT_MS = 15_000;

/**
 * The tab with what there is to read: the session that is on first. Asked for when somebody looks, and when the shelf changes while
 * they do; what came last stays on the phone, so that the list is there without a network too.
 */
export class PapersTab {
  #root = one(document, '#papers-list', HTMLElement);
  #choice = one(document, '#papers-session', HTMLSelectElement);
  #choiceCard = one(document, '#papers-choice', HTMLElement);
  /** @type {readonly Paper[] | null} */
  #papers = null;
  #etag = '';
  /** Of the shelf that was asked for last. */
  #seq = -1;
  #failed = false;
  #busy = false;
  #open = false;
  #drawn = '';
  /** By hand: stays while the page is open. */
  #chosen = '';
  /** Files that this phone fetched: ids of papers with the number of the file. */
  #read = new Set();

  /**
   * @param {object} phone
   * @param {string} phone.slug
   * @param {string} phone.api
   * @param {Translate} phone.t
   * @param {string} phone.lang
   * @param {ProgrammeStore} phone.programme
   * @param {() => {room: string | null, nowMs: number}} phone.where
   */
  constructor({ slug, api, t, lang, programme, where }) {
    this.t = t;
    this.lang = lang;
    this.slug = slug;
    this.api = api;
    this.programme = programme;
    this.where = where;
    this.keptAs = `fontein-papers-${slug}`;
    this.readAs = `fontein-read-${slug}`;
    this.#read = new Set((kept(this.readAs) ?? '').split(' ').filter(Boolean));
    this.#recall();
    this.#choice.addEventListener('change', () => {
      this.#chosen = this.#choice.value;
      this.draw();
    });
  }

  /** @param {boolean} open Whether somebody looks at this tab. */
  show(open) {
    this.#open = open;
    if (open) {
      void this.#fetch();
      this.draw();
    }
  }

  /** The shelf is another one. @param {number | undefined} seq */
  follow(seq) {
    if (seq === undefined || seq === this.#seq) return;
    this.#seq = seq;
    if (this.#open) void this.#fetch();
  }

  async #fetch() {
    if (this.#busy) return;
    this.#busy = true;
    const asked = this.#seq;
    this.#failed = !(await this.#ask(asked));
    this.#busy = false;
    if (asked !== this.#seq && !this.#failed) void this.#fetch(); // Changed meanwhile.
    this.draw();
  }

  /**
   * @param {number} seq A node that is behind waits until it has this.
   * @returns {Promise<boolean>}
   */
  async #ask(seq) {
    /** @type {Record<string, string>} */
    const headers = { Accept: 'application/json', ...(seq > 0 ? { 'Fontein-Seq': String(seq) } : {}) };
    if (this.#etag && this.#papers) headers['If-None-Match'] = this.#etag;
    try {
      const answer = await fetch(`${this.api}/papers`, { headers, credentials: 'same-origin', cache: 'no-store', signal: AbortSignal.timeout(TIMEOUT_MS) });
      if (answer.status === 304) return true;
      if (!answer.ok) return false;
      const { papers } = await answer.json();
      if (!Array.isArray(papers)) return false;
      this.#papers = papers;
      this.#etag = answer.headers.get('ETag') ?? '';
      keep(this.keptAs, JSON.stringify({ papers, etag: this.#etag }));
      return true;
    } catch (fault) {
      console.info('the papers did not come', fault);
      return false;
    }
  }

  #recall() {
    try {
      const { papers, etag } = JSON.parse(kept(this.keptAs) ?? '{}');
      if (!Array.isArray(papers)) return;
      this.#papers = papers;
      this.#etag = String(etag ?? '');
    } catch (fault) {
      console.info('the papers of the last visit cannot be read', fault);
    }
  }

  /* --- drawing ----------------------------------------------------------------------------------------------- */

  /** Draw what is known now, where somebody looks and something changed: nothing moves under a finger. */
  draw() {
    if (!this.#open) return;
    const { room, nowMs } = this.where();
    const { sessions, item } = this.programme;
    const on = onStage(sessions, item, nowMs, room).session;
    const papers = this.#papers ?? [];
    const first = firstSession(papers, sessions, nowMs, [this.#chosen, on && papers.some(({ session }) => session === on.id) ? on.id : null]);
    const groups = grouped(papers, sessions, nowMs, first);
    const signature = JSON.stringify([papers, first, groups.map(({ session }) => [session?.id, session?.startMs, this.#when(session, nowMs)]), [...this.#read], this.#failed, this.#papers === null]);
    if (signature === this.#drawn) return;
    this.#drawn = signature;
    this.#drawChoice(groups, first, nowMs);
    this.#root.replaceChildren(...this.#notes(papers), ...groups.flatMap((group, at) => this.#group(group, at === 0 && group.session?.id === first, nowMs)), ...this.#foot(papers));
  }

  /** @param {readonly Paper[]} papers */
  #notes(papers) {
    const lines = [];
    if (this.#failed && this.#papers) lines.push(el('p', { class: 'meta' }, this.t('papers.old')));
    if (this.#failed && !this.#papers) lines.push(el('p', { class: 'empty', role: 'alert' }, this.t('papers.failed')));
    else if (!this.#papers) lines.push(el('p', { class: 'empty' }, this.t('loading')));
    else if (papers.length === 0) lines.push(el('p', { class: 'empty' }, this.t('papers.empty')));
    return lines;
  }

  /**
   * @param {readonly Group[]} groups
   * @param {string | null} first
   * @param {number} nowMs
   */
  #drawChoice(groups, first, nowMs) {
    const withSession = /** @type {{session: Timed}[]} */ (groups.filter(({ session }) => session));
    this.#choiceCard.hidden = first === null;
    const chosen = withSession.find(({ session }) => session.id === first)?.session;
    one(document, '#papers-when', HTMLElement).textContent = chosen ? this.#when(chosen, nowMs) : '';
    const byTime = [...withSession].sort((a, b) => a.session.startMs - b.session.startMs);
    this.#choice.replaceChildren(...byTime.map(({ session }) => el('option', { value: session.id, selected: session.id === first }, session.title)));
  }

  /**
   * "Nu in de Grote zaal", "Straks, 14:15", "vrijdag 13 november, 11:00".
   *
   * @param {Timed | null} session
   * @param {number} nowMs
   */
  #when(session, nowMs) {
    if (!session) return this.t('papers.loose');
    const zone = this.programme.programme?.zone ?? '';
    const room = roomName(this.programme.programme, session.room);
    const time = clock(this.lang, zone, session.startMs);
    if (session.startMs <= nowMs && nowMs < session.endMs) return room ? this.t('papers.now-in', { room }) : this.t('papers.now');
    if (dayOf(session.startMs, zone) !== currentDay(this.programme.sessions, nowMs, zone)) return `${dayName(this.lang, dayOf(session.startMs, zone))}, ${time}`;
    return this.t(session.startMs > nowMs ? 'papers.soon' : 'papers.earlier', { time });
  }

  /**
   * @param {Group} group
   * @param {boolean} first Its title stands in the card above.
   * @param {number} nowMs
   * @returns {HTMLElement[]}
   */
  #group({ session, papers }, first, nowMs) {
    const heading = el('h2', { class: first ? 'visually-hidden' : 'papers-when' }, this.#when(session, nowMs));
    const title = session && !first ? el('p', { class: 'meta', dir: 'auto', lang: session.lang || null }, session.title) : null;
    const list = papers.length > 0 ? el('ul', { class: 'card papers', role: 'list' }, papers.map((paper) => this.#row(paper))) : el('p', { class: 'empty' }, this.t('papers.none-here'));
    const size = totalSize(papers);
    const files = papers.filter(({ open }) => open).flatMap(({ files: each }) => each).length;
    const all = first && session && files > 1
      ? el('a', { class: 'button wide papers-all', href: `/${this.slug}/papers.zip?session=${encodeURIComponent(session.id)}` }, icon('download', 'small'), this.t('papers.all-of-session', { size: sizeWords(size, this.lang) }))
      : null;
    return [heading, title, list, all].filter((each) => each !== null);
  }

  /** @param {readonly Paper[]} papers */
  #foot(papers) {
    if (papers.length === 0) return [];
    return [el('p', { class: 'papers-foot' }, el('a', { href: `/${this.slug}/papers` }, this.t('papers.all')))];
  }

  /** @param {Paper} paper */
  #row(paper) {
    const languages = new Set(paper.files.map((each) => each.lang));
    const lang = languages.size === 1 ? [...languages][0] || null : null; // Of its title; in several it is anybody's guess.
    return el('li', { data: { paper: paper.id } },
      el('a', { class: 'paper-main', href: `/${this.slug}/papers/${paper.id}` },
        el('span', { class: 'paper-title', dir: 'auto', lang }, paper.title),
        paper.authors.length > 0 ? el('span', { class: 'meta', dir: 'auto' }, paper.authors.join(', ')) : null,
        el('span', { class: 'meta' }, ...this.#facts(paper))),
      this.#action(paper));
  }

  /**
   * "PDF · 24 blz. · 1,8 MB · Nederlands · code F7".
   *
   * @param {Paper} paper
   * @returns {(string | HTMLElement)[]}
   */
  #facts(paper) {
    if (!paper.open) {
      const opens = paper.opensAt === null ? this.t('papers.closed') : this.t('papers.opens', { time: this.#moment(paper.opensAt / 1_000) });
      return [opens];
    }
    const file = bestFile(paper, this.lang);
    const facts = [
      file ? kindName(file.type) : paper.link ? this.t('papers.link') : this.t('papers.no-file'),
      file?.pages ? this.t('papers.pages', { n: file.pages }) : '',
      file ? sizeWords(file.size, this.lang) : '',
      [...new Set(paper.files.map(({ lang }) => lang && languageName(lang, this.lang)))].filter(Boolean).join(', '),
    ].filter(Boolean).join(' · ');
    return paper.code ? [`${facts} · `, el('span', { class: 'paper-code' }, this.t('papers.code'), ' ', el('b', {}, paper.code))] : [facts];
  }

  /** @param {number} ms */
  #moment(ms) {
    const zone = this.programme.programme?.zone ?? this.programme.item?.zone ?? '';
    const time = clock(this.lang, zone, ms);
    return dayOf(ms, zone) === dayOf(this.where().nowMs, zone) ? time : `${dayName(this.lang, dayOf(ms, zone))}, ${time}`;
  }

  /** @param {Paper} paper */
  #action(paper) {
    const file = bestFile(paper, this.lang);
    if (!paper.open) return el('span', { class: 'paper-act locked' }, icon('lock'));
    if (!file) return el('a', { class: 'paper-act', href: `/${this.slug}/papers/${paper.id}`, tabindex: '-1', 'aria-hidden': 'true' }, icon(paper.link ? 'link' : 'next'));
    const key = `${paper.id}/${file.id}`;
    const read = this.#read.has(key);
    const label = this.t(read ? 'papers.fetch-again' : 'papers.fetch', { title: paper.title });
    const fetched = () => {
      this.#read.add(key);
      keep(this.readAs, [...this.#read].join(' '));
      setTimeout(() => this.draw());
    };
    return el('a', { class: `paper-act ${read ? 'done' : ''}`, href: `/${this.slug}/papers/${paper.id}/file/${file.id}`, 'aria-label': label, on: { click: fetched } }, icon(read ? 'check' : 'download'));
  }
}

/**
 * @param {string} lang BCP 47.
 * @param {string} reader
 */
function languageName(lang, reader) {
  try {
    return new Intl.DisplayNames([reader], { type: 'language' }).of(lang) ?? lang;
  } catch {
    return lang; // What somebody wrote there is no language tag.
  }
}
