/** @import {DeskPost, Media, Translate} from '../types.js' */
/** @import {State} from './state.js' */
import { isolate } from '../elements/doer.js';
import { waited } from '../elements/waited.js';
import { el } from '../lib/html.js';
import { icon } from '../lib/icon.js';
import { emojiText } from '../elements/emoji-text.js';
import { face, nameOf } from '../elements/people.js';
import { dayTimeSeconds } from '../lib/time.js';
import { family } from './state.js';
import { sourceOf, whyWords } from './words.js';

/** So many different texts are written out; more helps nobody. */
const TEXTS_MAX = 100;
const NAMES_MAX = 4;

/** The post in focus, whole; or the chosen ones. */
export class PostView {
  /** What is on the page now; when nothing of it was replaced, nothing is drawn. @type {ReadonlyArray<unknown>} */
  #drawn = [];
  #about = '';

  /**
   * @param {HTMLElement} root
   * @param {object} parts
   * @param {Translate} parts.t
   * @param {string} parts.lang
   * @param {() => number} parts.now
   * @param {(ids: ReadonlyArray<string>) => void} parts.unselect
   * @param {() => void} parts.toList
   * @param {() => void} parts.edit
   * @param {(id: string | null) => string} parts.session Its title.
   * @param {(id: string) => string} parts.poll What it asks.
   */
  constructor(root, { t, lang, now, unselect, toList, edit, session, poll }) {
    this.poll = poll;
    this.root = root;
    this.session = session;
    this.content = el('div', { class: 'post-content' });
    root.append(this.content);
    this.t = t;
    this.lang = lang;
    this.now = now;
    this.unselect = unselect;
    this.toList = toList;
    this.edit = edit;
  }

  /**
   * @param {State} state
   * @param {ReadonlyMap<string, DeskPost>} posts
   * @param {string | null} reader The colleague who reads this too.
   */
  render(state, posts, reader) {
    this.root.hidden = state.asked.open;
    const chosen = [...state.selected].flatMap((id) => posts.get(id) ?? []);
    const others = family(state, state.focus?.id ?? null).slice(1).flatMap((id) => posts.get(id) ?? []);
    const drawn = chosen.length > 0 ? chosen : [state.focus, state.notice, state.tab, reader, ...others];
    if (drawn.length === this.#drawn.length && drawn.every((part, at) => part === this.#drawn[at])) return;
    this.#drawn = drawn;
    const back = el('button', { class: 'button quiet to-list', type: 'button', on: { click: this.toList } }, icon('up', 'small to-list-icon'), this.t('desk.to-list'));
    this.content.replaceChildren(back, ...(chosen.length > 0 ? this.#chosen(chosen) : state.focus ? this.#one(state.focus, state, others, reader) : this.#none(state)));
    const before = chosen.length > 0 ? 'chosen' : (state.focus?.id ?? '');
    if (before !== this.#about) this.root.scrollTop = 0;
    this.#about = before;
  }

  /** @param {State} state */
  #none(state) {
    const read = state.tab === 'held';
    return [el('div', { class: 'empty' }, icon('fontein', 'large'),
      el('p', { class: 'empty-title' }, this.t(read ? 'desk.empty.held' : 'desk.empty.choose')),
      read ? el('p', { class: 'meta' }, this.t('desk.empty.held-text')) : null)];
  }

  /** @param {ReadonlyArray<DeskPost>} chosen */
  #chosen(chosen) {
    const items = sameWords(chosen).slice(0, TEXTS_MAX).map((same) => {
      const [post] = same;
      if (!post) return null;
      const name = nameOf(this.t, post.author);
      const out = el('button', { class: 'button quiet plain', type: 'button', 'aria-label': this.t('desk.unselect', { name: isolate(name) }), on: { click: () => this.unselect(same.map(({ id }) => id)) } }, icon('close', 'small'));
      const words = el('div', { class: 'chosen-words' },
        el('p', {}, el('bdi', { class: 'row-name' }, name), ' ', el('span', { class: 'row-source' }, sourceOf(this.t, post))),
        el('p', { class: 'chosen-text', dir: 'auto', lang: post.lang }, emojiText(post.text, post.emojis)));
      return el('li', {}, words, same.length > 1 ? times(same.length) : null, out);
    });
    return [el('h2', { class: 'chosen-title' }, this.t('desk.selected', { n: chosen.length })), el('ul', { role: 'list', class: 'chosen card' }, items.filter((item) => item !== null))];
  }

  /**
   * @param {DeskPost} post
   * @param {State} state
   * @param {ReadonlyArray<DeskPost>} others That say the same: a decision is for them too.
   * @param {string | null} reader
   */
  #one(post, state, others, reader) {
    return [
      this.#head(post),
      reader === null ? null : el('p', { class: 'why notice', role: 'status' }, icon('eye', 'small'), el('strong', {}, this.t('desk.looks-at', { name: isolate(reader) }))),
      state.notice?.post === post.id ? this.#notice(state.notice) : this.#why(post),
      this.#asks(post),
      ...this.#remarks(post),
      el('p', { class: 'post-text', dir: 'auto', lang: post.lang }, emojiText(post.text, post.emojis)),
      ...this.#together(post, others),
      ...post.media.map((photo, n) => this.#photo(photo, n === 0)),
    ].filter((part) => part !== null);
  }

  /**
   * What else this row stands for, in their own words: what is nearly the same may not be.
   *
   * @param {DeskPost} post
   * @param {ReadonlyArray<DeskPost>} others
   */
  #together(post, others) {
    if (others.length === 0) return [];
    const texts = sameWords([post, ...others]).map((same) => {
      const names = same.slice(0, NAMES_MAX).map((each) => isolate(nameOf(this.t, each.author))).join(', ');
      return el('li', {}, el('div', { class: 'chosen-words' }, el('p', { class: 'chosen-text', dir: 'auto', lang: same[0]?.lang }, same[0]?.text),
        el('p', { class: 'meta' }, names, same.length > NAMES_MAX ? ' …' : '')), same.length > 1 ? times(same.length) : null);
    });
    return [el('h3', { class: 'together-title' }, this.t('desk.together-with', { n: others.length + 1 })),
      el('ul', { role: 'list', class: 'chosen card' }, texts.slice(0, TEXTS_MAX))];
  }

  /** @param {DeskPost} post */
  #head(post) {
    const facts = [sourceOf(this.t, post), post.lang ? this.#language(post.lang) : '', post.author.handle, this.session(post.session)].filter(Boolean);
    const right = post.status === 'held'
      ? el('p', { class: 'post-age' }, el('span', { class: 'post-waits', data: { since: post.waitsSince ?? post.received } }, this.#waits(post)), el('span', { class: 'meta' }, this.t('desk.waits')))
      : el('p', { class: 'post-age' }, el('span', { class: 'chip' }, this.t(`desk.status.${post.status}`)));
    const title = el('div', { class: 'post-names' },
      el('h2', {}, el('bdi', {}, nameOf(this.t, post.author))),
      el('p', { class: 'meta' }, el('bdi', {}, facts.join(' · ')), post.permalink ? [' · ', el('a', { href: post.permalink, target: '_blank', rel: 'noopener noreferrer' }, this.t('desk.at-source'))] : null));
    return el('header', { class: 'post-head' }, face(post.author), title, right);
  }

  /** @param {DeskPost} post */
  #waits(post) {
    return waited(this.now() - (post.waitsSince ?? post.received) / 1000);
  }

  /** @param {string} tag */
  #language(tag) {
    try {
      const name = new Intl.DisplayNames([this.lang], { type: 'language' }).of(tag) ?? tag;
      return name.charAt(0).toUpperCase() + name.slice(1);
    } catch {
      // A network may send any string as a language.
      return tag;
    }
  }

  /** @param {DeskPost} post */
  #why(post) {
    if (!['held', 'rejected', 'hidden', 'shown'].includes(post.status)) return null;
    const time = post.decidedAt ? dayTimeSeconds(this.lang, post.decidedAt / 1000) : undefined;
    const { rule, found } = whyWords(this.t, post.why, post.status, { by: post.decidedBy, reason: post.reason, time });
    if (!rule) return null;
    const shown = post.status === 'shown';
    const person = !shown && post.status !== 'held' && Boolean(post.decidedBy);
    const plain = shown || person || post.status === 'hidden' || post.why?.rule === 'policy';
    return el('p', { class: `why ${plain ? 'plain' : 'warn'}` }, icon(shown ? 'check' : person || post.status === 'hidden' ? 'hidden' : plain ? 'clock' : 'warning', 'small'),
      el('span', {}, el('strong', {}, rule), found ? ` ${found}` : ''));
  }

  /** @param {DeskPost} post A question, or the answer to one of ours. */
  #asks({ question, poll, to }) {
    const { t } = this;
    if (poll) return el('p', { class: 'remark asks' }, icon('bars', 'small'), el('span', {}, el('strong', {}, t('desk.answers', { title: isolate(this.poll(poll)) })), ` ${t('desk.answers.text')}`));
    if (!question) return null;
    return el('p', { class: 'remark asks' }, icon('hand', 'small'), el('strong', {}, to ? t('desk.asks-to', { name: isolate(to) }) : t('desk.asks')));
  }

  /** @param {import('./state.js').Notice} notice */
  #notice(notice) {
    return el('p', { class: 'why notice', role: 'status' }, icon('info', 'small'), el('strong', {}, this.t(notice.words, notice.holes)));
  }

  /** @param {DeskPost} post */
  #remarks(post) {
    const { t } = this;
    return [
      post.warning ? el('p', { class: 'remark' }, icon('warning', 'small'), el('span', {}, t('desk.warning', { text: isolate(post.warning) }))) : null,
      post.revision > 1 ? el('p', { class: 'remark' }, icon('pencil', 'small'), el('span', {}, t('desk.revision', { n: post.revision }))) : null,
      post.whole === false ? el('p', { class: 'remark' }, icon('info', 'small'), el('span', {}, t('desk.cut'))) : null,
    ];
  }

  /**
   * @param {Media} photo
   * @param {boolean} first
   */
  #photo(photo, first) {
    const description = photo.alt
      ? el('figcaption', { dir: 'auto' }, this.t('desk.description', { text: isolate(photo.alt) }))
      : el('figcaption', {}, this.t('desk.photo-undescribed'));
    const picture = el('img', { src: photo.url, alt: photo.alt || this.t('photo.without-alt'), width: photo.width, height: photo.height, decoding: 'async' });
    const edit = first ? el('button', { class: 'button quiet', type: 'button', 'aria-keyshortcuts': 'E', on: { click: this.edit } }, this.t('desk.edit'), el('kbd', { 'aria-hidden': 'true' }, 'E')) : null;
    return el('figure', { class: 'post-photo' }, picture, el('div', { class: 'photo-foot' }, description, edit));
  }

  /** Sessions have other names. */
  renamed() {
    this.#drawn = [];
  }

  tick() {
    const age = this.root.querySelector('.post-waits');
    if (!(age instanceof HTMLElement)) return;
    const text = waited(this.now() - Number(age.dataset['since']) / 1000);
    if (age.textContent !== text) age.textContent = text;
  }
}

/**
 * Those with the very same words together, the most said first.
 *
 * @param {ReadonlyArray<DeskPost>} posts
 * @returns {ReadonlyArray<ReadonlyArray<DeskPost>>}
 */
function sameWords(posts) {
  /** @type {Map<string, DeskPost[]>} */
  const by = new Map();
  for (const post of posts) by.set(post.text, [...(by.get(post.text) ?? []), post]);
  return [...by.values()].sort((a, b) => b.length - a.length);
}

/** @param {number} n */
function times(n) {
  return el('span', { class: 'times' }, `${n}×`);
}
