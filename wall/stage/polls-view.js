/** @import {Tools} from './poll-card.js' */
/** @import {Known} from './polls.js' */
import { el } from '../lib/html.js';
import { icon } from '../lib/icon.js';
import { keyed } from '../lib/keyed.js';
import { dayTime } from '../lib/time.js';
import { inLang } from './polls.js';
import { PollCard } from './poll-card.js';
import { say } from './say.js';

/** For so long the last one that was closed stays in sight, with what can be done with it; unless another is open. */
const FRESH_MS = 10 * 60_000;

/** The polls: what is open large, drafts to start, and what was asked before. */
export class PollsView {
  /** @type {Map<string, PollCard>} */
  #cards = new Map();
  #drafts = el('ul', { role: 'list', class: 'card lines' });
  #closed = el('ul', { role: 'list', class: 'lines' });
  #before;
  #beforeName = el('summary');
  #none = el('p', { class: 'meta' });
  #unsaved = el('section', { class: 'stack', hidden: true });
  #typed = el('ul', { role: 'list', class: 'card lines' });

  /**
   * @param {HTMLElement} now Where open polls stand, above everything else.
   * @param {HTMLElement} root
   * @param {HTMLElement} count
   * @param {Tools & {make: () => void, go: (key: string) => void}} tools `make`: a new one; `go`: on with what was typed.
   */
  constructor(now, root, count, tools) {
    this.now = now;
    this.count = count;
    this.tools = tools;
    const { t } = tools;
    this.#none.textContent = t('stage.poll.none');
    this.#before = el('details', { class: 'on-more', hidden: true }, this.#beforeName, this.#closed);
    this.#unsaved.append(el('h3', {}, t('stage.poll.unsaved')), this.#typed);
    root.append(this.#none, this.#drafts, this.#unsaved, el('button', { class: 'button tint wide', type: 'button', data: { act: 'new-poll' }, on: { click: tools.make } }, icon('plus', 'small'), t('stage.poll.make')), this.#before);
  }

  /**
   * @param {ReadonlyArray<Known>} polls
   * @param {boolean} follows
   * @param {ReadonlyArray<{key: string, title: string}>} unsaved What was typed here and not saved.
   */
  render(polls, follows, unsaved) {
    const { t } = this.tools;
    this.#drawCards(polls, follows);
    const drafts = polls.filter(({ standing }) => standing === 'draft');
    const closed = polls.filter(({ standing }) => standing === 'closed');
    this.#drafts.hidden = drafts.length === 0;
    this.#none.hidden = polls.length > 0;
    this.#unsaved.hidden = unsaved.length === 0;
    this.#before.hidden = closed.length === 0;
    say(this.#beforeName, t('stage.poll.before', { n: closed.length }));
    say(this.count, drafts.length > 0 ? t('stage.poll.drafts', { n: drafts.length }) : '');
    this.#list(this.#drafts, drafts);
    this.#list(this.#closed, closed);
    keyed(this.#typed, unsaved, { key: ({ key }) => key, signature: ({ title }) => title, make: ({ key, title }) => this.#line(title || t('stage.poll.no-title'), '', t('stage.poll.go-on'), () => this.tools.go(key)) });
  }

  /**
   * @param {ReadonlyArray<Known>} polls
   * @param {boolean} follows
   */
  #drawCards(polls, follows) {
    const nowMs = this.tools.now();
    const open = polls.filter(({ standing }) => standing === 'open');
    const last = polls.find(({ standing, closed }) => standing === 'closed' && nowMs - closed / 1_000 < FRESH_MS);
    const large = open.length > 0 || !last ? open : [last];
    for (const [id, card] of this.#cards) {
      if (large.some((poll) => poll.id === id)) continue;
      card.root.remove();
      this.#cards.delete(id);
    }
    large.forEach((poll, at) => {
      const card = this.#cards.get(poll.id) ?? new PollCard(this.tools, false);
      this.#cards.set(poll.id, card);
      if (this.now.children[at] !== card.root) this.now.insertBefore(card.root, this.now.children[at] ?? null);
      card.render(poll, polls, follows);
    });
    this.now.hidden = large.length === 0;
  }

  /**
   * @param {HTMLElement} list
   * @param {Known[]} polls
   */
  #list(list, polls) {
    const { lang } = this.tools;
    keyed(list, polls, {
      key: ({ id }) => id,
      signature: (poll) => `${inLang(poll.title, lang).text} ${this.#words(poll)}`,
      make: (poll) => {
        const { text, lang: of } = inLang(poll.title, lang);
        const line = this.#line(text, of, this.#words(poll), () => this.tools.more(poll.id));
        line.dataset['poll'] = poll.id;
        return line;
      },
    });
  }

  /**
   * @param {string} title
   * @param {string} lang Empty: not known.
   * @param {string} words
   * @param {() => void} press
   */
  #line(title, lang, words, press) {
    return el('li', { class: 'line poll-line' }, el('button', { class: 'poll-open', type: 'button', on: { click: press } },
      el('span', { class: 'line-words' }, el('bdi', { class: 'poll-name', lang: lang || null }, title), el('span', { class: 'meta' }, words)), icon('next', 'small')));
  }

  /** @param {Known} poll */
  #words(poll) {
    const { t, lang, titleOf } = this.tools;
    const closed = poll.standing === 'closed' ? [dayTime(lang, poll.closed / 1_000), `${poll.n} ${t('stage.poll.people', { n: poll.n })}`] : [];
    const by = poll.standing === 'draft' && poll.withSession ? t('stage.poll.opens-with') : '';
    return [...closed, t(`stage.poll.kind.${poll.kind}`), poll.again ? t('stage.poll.second-time') : '', poll.binding ? t('stage.poll.binding') : '', by, titleOf(poll.session)].filter(Boolean).join(' · ');
  }
}
