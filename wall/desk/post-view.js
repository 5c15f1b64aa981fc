/** @import {DeskPost, Media, Translate} from '../types.js' */
/** @import {State} from './state.js' */
import { waited } from '../elements/waited.js';
import { el } from '../lib/html.js';
import { icon } from '../lib/icon.js';
import { emojiText } from '../elements/emoji-text.js';
import { face, nameOf } from '../elements/people.js';
import { isolate, sourceOf, whyWords } from './words.js';

/** The post in focus, whole; or the chosen ones. */
export class PostView {
  /** What is on the page now; when nothing of it was replaced, nothing is drawn. @type {ReadonlyArray<unknown>} */
  #drawn = [];

  /**
   * @param {HTMLElement} root
   * @param {object} parts
   * @param {Translate} parts.t
   * @param {string} parts.lang
   * @param {() => number} parts.now
   * @param {(id: string) => void} parts.unselect
   * @param {() => void} parts.toList
   */
  constructor(root, { t, lang, now, unselect, toList }) {
    this.root = root;
    this.t = t;
    this.lang = lang;
    this.now = now;
    this.unselect = unselect;
    this.toList = toList;
  }

  /**
   * @param {State} state
   * @param {ReadonlyMap<string, DeskPost>} posts
   */
  render(state, posts) {
    const chosen = [...state.selected].flatMap((id) => posts.get(id) ?? []);
    const drawn = chosen.length > 0 ? chosen : [state.focus, state.notice, state.tab];
    if (drawn.length === this.#drawn.length && drawn.every((part, at) => part === this.#drawn[at])) return;
    this.#drawn = drawn;
    const back = el('button', { class: 'button quiet to-list', type: 'button', on: { click: this.toList } }, icon('up', 'small to-list-icon'), this.t('desk.to-list'));
    this.root.replaceChildren(back, ...(chosen.length > 0 ? this.#chosen(chosen) : state.focus ? this.#one(state.focus, state) : this.#none(state)));
    this.root.scrollTop = 0;
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
    const items = chosen.map((post) => {
      const name = nameOf(this.t, post.author);
      const out = el('button', { class: 'button quiet plain', type: 'button', 'aria-label': this.t('desk.unselect', { name: isolate(name) }), on: { click: () => this.unselect(post.id) } }, icon('close', 'small'));
      const words = el('div', { class: 'chosen-words' },
        el('p', {}, el('bdi', { class: 'row-name' }, name), ' ', el('span', { class: 'row-source' }, sourceOf(this.t, post))),
        el('p', { class: 'chosen-text', dir: 'auto', lang: post.lang }, emojiText(post.text, post.emojis)));
      return el('li', {}, words, out);
    });
    return [el('h2', { class: 'chosen-title' }, this.t('desk.selected', { n: chosen.length })), el('ul', { role: 'list', class: 'chosen card' }, items)];
  }

  /**
   * @param {DeskPost} post
   * @param {State} state
   */
  #one(post, state) {
    return [
      this.#head(post),
      state.notice?.post === post.id ? this.#notice(state.notice) : this.#why(post),
      ...this.#remarks(post),
      el('p', { class: 'post-text', dir: 'auto', lang: post.lang }, emojiText(post.text, post.emojis)),
      ...post.media.map((photo) => this.#photo(photo)),
    ].filter((part) => part !== null);
  }

  /** @param {DeskPost} post */
  #head(post) {
    const facts = [sourceOf(this.t, post), post.lang ? this.#language(post.lang) : '', post.author.handle].filter(Boolean);
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
    if (post.status !== 'held' && post.status !== 'rejected') return null;
    const { rule, found } = whyWords(this.t, post.why, post.status, { by: post.decidedBy, reason: post.reason });
    if (!rule) return null;
    const person = post.status === 'rejected' && Boolean(post.decidedBy);
    const plain = person || post.why?.rule === 'policy';
    return el('p', { class: `why ${plain ? 'plain' : 'warn'}` }, icon(person ? 'hidden' : plain ? 'clock' : 'warning', 'small'),
      el('span', {}, el('strong', {}, rule), found ? ` ${found}` : ''));
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

  /** @param {Media} photo */
  #photo(photo) {
    const description = photo.alt
      ? el('figcaption', { dir: 'auto' }, this.t('desk.description', { text: isolate(photo.alt) }))
      : el('figcaption', {}, this.t('desk.photo-undescribed'));
    const picture = el('img', { src: photo.url, alt: photo.alt || this.t('photo.without-alt'), width: photo.width, height: photo.height, decoding: 'async' });
    return el('figure', { class: 'post-photo' }, picture, description);
  }

  tick() {
    const age = this.root.querySelector('.post-waits');
    if (!(age instanceof HTMLElement)) return;
    const text = waited(this.now() - Number(age.dataset['since']) / 1000);
    if (age.textContent !== text) age.textContent = text;
  }
}
