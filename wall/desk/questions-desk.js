/** @import {DeskPost, Lang, Poll, Translate} from '../types.js' */
/** @import {Timed} from '../lib/programme.js' */
/** @import {Live} from '../live.js' */
/** @import {Actions} from './actions.js' */
/** @import {Wanted} from './asked.js' */
/** @import {AskedView} from './asked-view.js' */
/** @import {Command} from './keys.js' */
/** @import {Day} from './sessions.js' */
/** @import {State} from './state.js' */
import { askAnswer } from './answer-dialog.js';
import { inWords, openPolls } from './asked.js';
import { askSession } from './dialogs.js';
import { KindFilter, OrderFilter } from './kind-filter.js';
import { QuestionBar } from './question-bar.js';
import { QuestionView } from './question-view.js';
import { common } from './sessions.js';
import { VotesDialog } from './votes-dialog.js';

/** The part of the desk where the hall asks and is asked: what is drawn of it, and what its keys do. */
export class QuestionsDesk {
  /** The question in sight. @type {string | null} */
  #current = null;
  /** What was typed about answers, and is not at the server. @type {Map<string, {name: string, text: string}>} */
  #answers = new Map();
  /** Whether there is a question or an answer among these. @type {{posts: ReadonlyMap<string, DeskPost> | null, asks: boolean}} */
  #looked = { posts: null, asks: false };

  /**
   * @param {(id: string) => HTMLElement} part Of the page.
   * @param {object} parts
   * @param {Translate} parts.t
   * @param {Lang} parts.lang
   * @param {Live} parts.live
   * @param {Actions} parts.actions
   * @param {AskedView} parts.list
   * @param {(command: Command) => void} parts.run
   * @param {(id: string | null) => string} parts.session Its title.
   * @param {() => ReadonlyMap<string, Timed>} parts.sessions
   * @param {(keep?: string | null) => ReadonlyArray<Day>} parts.days
   */
  constructor(part, { t, lang, live, actions, list, run, session, sessions, days }) {
    this.t = t;
    this.lang = lang;
    this.live = live;
    this.actions = actions;
    this.list = list;
    this.sessions = sessions;
    this.days = days;
    this.kind = new KindFilter(part('kind-filter'), { t, choose: (kind) => void actions.ofKind(kind) });
    this.order = new OrderFilter(part('order-filter'), { t, choose: (order) => actions.asking.order(order) });
    this.view = new QuestionView(part('question'), {
      t, lang, session, asking: actions.asking, watching: actions.watching, toList: () => actions.toList(), votes: (key) => void this.votes(key),
      answer: (question) => void this.#answer(question), lookAt: (question) => this.#lookAt(question), move: () => run('move'), hasProgramme: () => sessions().size > 0,
    });
    this.bar = new QuestionBar(part('decide-question'), { t, run });
    this.queueBar = part('decide');
  }

  // --- what keys do ------------------------------------------------------------------------------------------

  /**
   * What a command means while the questions are open.
   *
   * @param {Command} name
   * @returns {boolean} Whether it means something else than at the queue.
   */
  run(name) {
    const { asking } = this.actions;
    switch (name) {
      case 'next':
        return did(this.#go(1));
      case 'previous':
        return did(this.#go(-1));
      case 'select':
        return did(asking.select());
      case 'extend-next':
        return did(asking.extend(1));
      case 'extend-previous':
        return did(asking.extend(-1));
      case 'alike':
        return did(asking.selectAlike());
      case 'on-stage':
      case 'later':
        return did(asking.stand(name));
      case 'answered':
        return did(asking.focus && this.#answer(asking.focus));
      case 'merge':
        return did(asking.merge());
      case 'split':
        return did(asking.split());
      case 'question':
        return did(asking.turnOff());
      case 'votes':
        return did(this.loudestVotes());
      case 'move':
        return did(this.#move());
      case 'close':
        return this.#close();
      default:
        return false;
    }
  }

  /** @param {1 | -1} direction */
  #go(direction) {
    const inList = this.list.hasFocus;
    this.actions.asking.go(direction);
    this.list.render(this.actions.core.state, this.actions.asking);
    if (inList) this.list.focusCurrent(this.actions.core.state.asked.current);
  }

  #close() {
    const { asked, history } = this.actions.core.state;
    if (asked.selected.size > 0) return did(this.actions.asking.clear());
    return history.open ? false : did(this.actions.toList());
  }

  /** @param {boolean} open */
  show(open) {
    if (this.actions.core.state.asked.open !== open) this.actions.asking.show(open);
  }

  /** The chosen questions, or the one in focus, to another session. */
  async #move() {
    const { asking, changing, deciding } = this.actions;
    const these = asking.chosen.length > 0 ? asking.chosen : asking.focus ? [asking.focus] : [];
    if (these.length === 0) return;
    if (this.sessions().size === 0) return changing.noSessions();
    const now = common(these);
    const chosen = await askSession(this.t, { n: these.length, now, days: this.days(now) });
    if (chosen !== undefined) await deciding.move(these.map(({ post, session, name, text }) => ({ id: post, session, author: { name }, text, revision: 0 })), chosen);
  }

  /** @param {Wanted} question Who answered it, and what? */
  async #answer(question) {
    const { asking } = this.actions;
    const speakers = this.sessions().get(question.session ?? '')?.speakers.map(({ name }) => name) ?? [];
    const said = await askAnswer(this.t, question, speakers, this.#answers);
    if (said && (await asking.answered(question, said === 'not' ? null : said))) this.#answers.delete(question.post);
  }

  /** @param {Wanted} question */
  #lookAt(question) {
    this.show(false);
    void this.actions.lookAt(question);
  }

  // --- how votes come in -------------------------------------------------------------------------------------

  /** The newest burst of votes that nobody looked at. */
  get loudest() {
    const [first] = this.actions.watching.loud;
    return first ? { ...first, title: this.#topicTitle(first.key) } : null;
  }

  /** How the votes came in where that was odd; else those of the question in focus. */
  loudestVotes() {
    const { asking, core } = this.actions;
    const focus = core.state.asked.open ? asking.focus : null;
    const key = this.loudest?.key ?? (focus ? `question:${focus.post}` : null);
    if (key) void this.votes(key);
    else core.tell(this.t('desk.votes.all-quiet'));
  }

  /** @param {string} key Of a topic: how its votes came in, and which do not count. */
  async votes(key) {
    if (document.querySelector('dialog[open]')) return;
    await new VotesDialog({ t: this.t, lang: this.lang, actions: this.actions, key, title: this.#topicTitle(key) }).open();
  }

  /** @param {string} key What was voted on. */
  #topicTitle(key) {
    const id = key.slice(key.indexOf(':') + 1);
    return key.startsWith('poll:') ? this.pollTitle(id) : (this.actions.asking.all.get(id)?.text ?? '');
  }

  /** @param {string} id What a poll asks. */
  pollTitle(id) {
    const poll = /** @type {Poll | undefined} */ (this.live.view.entries.get(`poll:${id}`));
    return poll ? inWords(poll.title, this.lang) : this.t('desk.poll-unknown');
  }

  /** @param {string} key How many voted on a topic. */
  #countOf(key) {
    const id = key.slice(key.indexOf(':') + 1);
    if (key.startsWith('question:')) return this.actions.asking.all.get(id)?.votes ?? 0;
    return Number(/** @type {{n?: number} | undefined} */ (this.live.view.entries.get(`tally:${id}`))?.n ?? 0);
  }

  // --- drawing -----------------------------------------------------------------------------------------------

  /**
   * @param {State} state
   * @param {ReadonlyMap<string, DeskPost>} posts Of the open list.
   * @param {boolean} deaf There is no server.
   */
  render(state, posts, deaf) {
    const { asking } = this.actions;
    this.kind.render(state, this.#asks(posts));
    this.order.render(state);
    this.list.render(state, asking);
    this.view.render(state, openPolls(this.live.view), (key) => this.#countOf(key));
    this.bar.render(state, asking, deaf);
    this.queueBar.hidden = state.asked.open;
    if (state.asked.current !== this.#current) this.list.scrollTo(state.asked.current);
    this.#current = state.asked.current;
  }

  /** @param {ReadonlyMap<string, DeskPost>} posts Whether the hall asks something, or is asked. */
  #asks(posts) {
    for (const key of this.live.view.entries.keys()) if (key.startsWith('question:') || key.startsWith('poll:')) return true;
    if (posts !== this.#looked.posts) this.#looked = { posts, asks: [...posts.values()].some(({ question, poll }) => question || poll) };
    return this.#looked.asks;
  }

  /** Sessions have other names. */
  renamed() {
    this.list.renamed();
    this.view.renamed();
  }

  tick() {
    this.list.tick();
  }
}

/** @param {unknown} _ Done, or on its way. */
function did(_) {
  return true;
}
