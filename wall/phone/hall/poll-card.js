/** @import {Poll, Tally} from '../../types.js' */
/** @import {Ballot, Room} from './ballots.js' */
/** @import {Talk} from './choices.js' */
import { el } from '../../lib/html.js';
import { icon } from '../../lib/icon.js';
import { ballotOf, wordsBallot } from './ballots.js';
import { inLang, tellAnswers } from './choices.js';
import { ResultView } from './result-view.js';
import { outcome } from './results.js';
import { Statements } from './statements.js';

/** Who only listens hears that a quiz is nearly over. In s. */
const SAID_LEFT_S = 10;

/**
 * What a card knows of its poll.
 *
 * @typedef {object} PollNow
 * @property {Poll} poll
 * @property {Tally} tally As far as this phone may see it.
 * @property {Tally | null} before Of the poll that asked the same before.
 * @property {readonly number[] | null} mine What this phone voted, sent or not; of statements as `answered` gives them.
 * @property {'none' | 'waits' | 'goes' | 'in'} where Its vote is.
 * @property {string} problem Why its vote did not count, or waits; in words.
 * @property {string} code Of the card that was scanned.
 * @property {{text: string, state: string} | null} words What it answered in its own words, and what became of that.
 *
 * @typedef {object} Voter What a card may ask of the phone.
 * @property {Talk} talk
 * @property {() => number} nowMs The server's clock.
 * @property {(words: string) => void} say
 * @property {(poll: Poll, answers: readonly number[], code: string) => void} cast
 * @property {(poll: Poll, text: string) => void} answer In one's own words.
 * @property {(poll: Poll) => void} putAway
 * @property {() => void} changed Somebody folded the card, or opens it: it may want another look.
 */

/** One poll on the phone: to vote in, then what was voted, then what came out. */
export class PollCard {
  #eyebrow = el('p', { class: 'eyebrow' });
  #left = el('b', { class: 'left', role: 'timer' });
  #title;
  #fold;
  #body = el('div', { class: 'poll-body' });
  #state = el('div', { class: 'vote-state', tabindex: '-1', hidden: true });
  #form = el('form', { class: 'vote-form', novalidate: true });
  #fault = el('p', { class: 'error', role: 'alert' });
  #result = new ResultView();
  #why = el('p', { class: 'meta' });
  #rule = el('p', { class: 'meta' });
  #change;
  #keep;
  #away;
  #send;
  #code = /** @type {HTMLInputElement | null} */ (null);
  /** Of a kind that is answered at once. @type {Ballot | null} */
  #ballot = null;
  /** @type {ReturnType<typeof wordsBallot> | null} */
  #words = null;
  /** @type {Statements | null} */
  #statements = null;
  /** Somebody asked to change their vote. */
  #changing = false;
  #saidLeft = false;
  /** It is only there to be read. */
  #rests = false;
  /** @type {PollNow} */
  #now;

  /**
   * @param {PollNow} now
   * @param {Voter} voter
   * @param {boolean} open Whether it shows more than its question.
   */
  constructor(now, voter, open) {
    this.voter = voter;
    this.#now = now;
    this.open = open;
    const { t, lang } = voter.talk;
    const { poll } = now;
    const title = inLang(poll.title, lang);
    this.#title = el('h2', { id: `poll-${poll.id}`, lang: title.lang, dir: 'auto' }, title.text);
    this.#body.id = `poll-body-${poll.id}`;
    this.#fold = el('button', { type: 'button', class: 'button quiet fold', 'aria-controls': this.#body.id, 'aria-describedby': this.#title.id, on: { click: () => this.#toggle() } });
    this.#change = el('button', { type: 'button', class: 'button quiet', on: { click: () => this.#again() } }, t(poll.kind === 'words' ? 'vote.change-words' : 'vote.change'));
    this.#keep = el('button', { type: 'button', class: 'button quiet', on: { click: () => this.#leave() } }, t('vote.keep'));
    this.#away = el('button', { type: 'button', class: 'button quiet plain', on: { click: () => voter.putAway(poll) } }, t('poll.put-away'));
    this.#send = el('button', { class: 'button primary big wide' }, t(poll.kind === 'words' ? 'vote.send-words' : 'vote.send'));
    this.#fillForm(poll, now);
    this.#rule.textContent = poll.kind === 'words' ? t('poll.words-rule') : t(poll.binding ? 'poll.binding' : 'poll.indicative');
    this.root = el('section', { class: 'poll card', 'aria-labelledby': this.#title.id, data: { poll: poll.id } });
    this.#body.append(this.#state, this.#form, this.#result.root, this.#why, el('p', { class: 'poll-actions' }, this.#change, this.#keep, this.#away), this.#rule);
    this.root.append(el('div', { class: 'poll-head' }, this.#eyebrow, this.#left, this.#fold), this.#title, this.#body);
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.draw(now);
  }

  /** Which poll, as it was opened; opened again it is another card. */
  get opening() {
    return this.#now.poll.opening;
  }

  /** @param {PollNow} now */
  draw(now) {
    const { talk, say } = this.voter;
    if (this.#now.poll.closed === 0 && now.poll.closed > 0) say(talk.t('poll.says-closed', { title: inLang(now.poll.title, talk.lang).text }));
    this.#now = now;
    const { poll, problem } = now;
    const hadForm = this.#form.contains(document.activeElement) || document.activeElement === this.#change;
    const [voting, closed] = [this.#isVoting(), poll.closed > 0];
    this.root.dataset['state'] = closed ? 'closed' : voting ? 'vote' : 'voted';
    this.#statements?.draw(now.mine ?? []);
    this.#form.hidden = !voting;
    this.#drawHead();
    this.#drawState(voting);
    this.#drawResult(voting);
    if (voting) this.#say(problem || (this.#form.dataset['fault'] ?? ''));
    this.#change.hidden = voting || closed || poll.binding || this.#isOver() || !this.#hasVoted();
    this.#keep.hidden = !(voting && this.#changing && poll.kind !== 'statements' && !closed);
    this.#away.hidden = !closed;
    this.#rule.hidden = closed && poll.kind === 'words';
    this.#body.hidden = !this.open;
    this.tick();
    // What had the focus is gone: it stays on this card, and nothing scrolls.
    if (hadForm && !voting) this.#state.focus({ preventScroll: true });
  }

  /** Called now and then: what only the clock changes. */
  tick() {
    const { poll } = this.#now;
    const leftS = poll.endsAt === null || poll.closed > 0 ? null : Math.max(0, Math.ceil((poll.endsAt / 1_000 - this.voter.nowMs()) / 1_000));
    this.#left.hidden = leftS === null;
    if (leftS === null) return;
    const { t } = this.voter.talk;
    this.#left.textContent = t('poll.left', { time: `${Math.floor(leftS / 60)}:${String(leftS % 60).padStart(2, '0')}` });
    this.root.classList.toggle('hurry', leftS <= SAID_LEFT_S);
    if (leftS === 0 && !this.#form.hidden) this.draw(this.#now);
    if (leftS > SAID_LEFT_S || leftS === 0 || this.#saidLeft || this.#hasVoted()) return;
    this.#saidLeft = true;
    this.voter.say(t('poll.left-says', { n: leftS }));
  }

  /** Whether it can be voted in now. */
  #isVoting() {
    const { poll, mine, problem } = this.#now;
    if (poll.closed > 0 || this.#isOver()) return false;
    if (this.#changing || (problem && this.#now.where === 'none')) return true;
    if (poll.kind === 'statements') return !mine || poll.options.some((_, at) => !mine[at]);
    return !this.#hasVoted();
  }

  #isOver() {
    const { endsAt } = this.#now.poll;
    return endsAt !== null && this.voter.nowMs() >= endsAt / 1_000;
  }

  #hasVoted() {
    const { mine, words } = this.#now;
    return words !== null || (mine?.length ?? 0) > 0;
  }

  #drawHead() {
    const { t } = this.voter.talk;
    const { poll } = this.#now;
    const kind = poll.binding ? 'poll.open-binding' : poll.kind === 'quiz' ? 'poll.open-quiz' : poll.kind === 'statements' ? 'poll.open-statements' : 'poll.open';
    this.#eyebrow.textContent = poll.closed > 0 ? t('poll.closed') : t(kind);
    this.#fold.setAttribute('aria-expanded', String(this.open));
    this.#fold.replaceChildren(t(this.open ? 'poll.fold' : this.#isVoting() ? 'poll.unfold' : 'poll.look'), icon(this.open ? 'up' : 'down', 'small'));
  }

  /** @param {boolean} voting */
  #drawState(voting) {
    const { talk } = this.voter;
    const { poll, mine, where, words, problem } = this.#now;
    const told = words ? talk.t('vote.your-words', { answer: words.text }) : mine && mine.length > 0 ? this.#tell(mine) : poll.closed > 0 && !this.#rests ? talk.t('vote.none') : '';
    const state = words ? words.state : where === 'waits' ? problem || talk.t('vote.waits') : where === 'goes' ? talk.t('vote.goes') : where === 'in' && poll.closed === 0 ? talk.t('vote.in') : '';
    const over = poll.closed === 0 && this.#isOver() ? talk.t('poll.over') : '';
    const done = poll.kind === 'statements' && !voting && poll.closed === 0 && !over ? talk.t('vote.statements-done') : '';
    const late = poll.closed > 0 && where === 'none' ? problem : '';
    const lines = [over, done, late, this.#grade(), told, state].filter(Boolean);
    this.#state.hidden = voting || lines.length === 0;
    if (this.#state.textContent !== lines.join('')) this.#state.replaceChildren(...lines.map((line) => el('p', { dir: 'auto', class: line === late ? 'late' : line === state ? 'meta' : '' }, line)));
  }

  /** @param {readonly number[]} mine */
  #tell(mine) {
    const { talk } = this.voter;
    const answer = tellAnswers(this.#now.poll, mine, talk);
    return this.#now.poll.kind === 'statements' ? answer : talk.t('vote.yours', { answer });
  }

  /** Of a quiz that is over. */
  #grade() {
    const { t, lang } = this.voter.talk;
    const { poll, mine } = this.#now;
    if (poll.kind !== 'quiz' || poll.right === null || !mine) return '';
    return mine[0] === poll.right ? t('vote.right') : t('vote.wrong', { answer: inLang(poll.options[poll.right], lang).text });
  }

  /** @param {boolean} voting */
  #drawResult(voting) {
    const { talk } = this.voter;
    const { poll, tally, before, mine } = this.#now;
    const closed = poll.closed > 0;
    // Who still has to choose is not told first what others chose, unless that was meant.
    const shows = tally.result !== null && (closed || !voting || poll.reveal === 'live');
    this.#result.root.hidden = !shows;
    if (shows && tally.result) this.#result.draw(talk.t(closed ? 'result.title' : 'result.so-far'), outcome(poll, tally.result, { mine, before, talk }));
    const how = shows || poll.reveal === 'live' ? '' : poll.reveal === 'voted' && !this.#hasVoted() ? talk.t('result.after-vote') : poll.reveal === 'closed' ? talk.t('result.hidden') : '';
    const who = tally.n > 0 ? `${talk.t('poll.voters', { n: tally.n })}.` : '';
    this.#why.textContent = [who, closed ? '' : how].filter(Boolean).join(' ');
  }

  /**
   * @param {Poll} poll
   * @param {PollNow} now
   */
  #fillForm(poll, now) {
    const { t } = this.voter.talk;
    /** @type {Room} */
    const room = { talk: this.voter.talk, fault: (words) => this.#wrong(words), say: (words) => this.voter.say(words) };
    if (poll.again) this.#form.append(el('p', { class: 'meta' }, t('poll.again')));
    if (poll.kind === 'statements') {
      this.#statements = new Statements(poll, room, (statement, answer) => this.#answerOne(statement, answer));
      this.#statements.answers = now.mine ?? [];
      this.#statements.begin();
      this.#form.append(this.#statements.root);
    } else if (poll.kind === 'words') {
      this.#words = wordsBallot(poll, now.words?.text ?? '', room);
      this.#form.append(this.#words.root);
    } else {
      this.#ballot = ballotOf(poll, now.mine, room);
      this.#form.append(this.#ballot.root);
    }
    const label = el('p', { class: 'field', hidden: !poll.binding });
    if (poll.binding) {
      this.#code = el('input', { id: `code-${poll.id}`, class: 'input code', autocomplete: 'off', autocapitalize: 'characters', spellcheck: 'false', maxlength: 40, value: now.code });
      this.#code.addEventListener('input', () => this.#wrong(''));
      label.append(el('label', { for: this.#code.id }, t('vote.code')), this.#code, el('span', { class: 'hint' }, t('vote.code-binding')));
    }
    this.#form.append(label, this.#fault);
    if (poll.kind !== 'statements') this.#form.append(this.#send);
  }

  /** It is one of those that were: there is nothing to do but read. */
  rest() {
    this.#rests = true;
    this.draw(this.#now);
    this.#fold.remove();
    this.#away.remove();
    const id = `past-${this.#now.poll.id}`;
    this.#title.id = id;
    this.root.setAttribute('aria-labelledby', id);
    this.#body.id = `past-body-${this.#now.poll.id}`;
  }

  /** A code was scanned. @param {string} code */
  fillCode(code) {
    if (this.#code && !this.#code.value) this.#code.value = code;
  }

  #submit() {
    const { poll } = this.#now;
    if (poll.kind === 'statements') return;
    const [read, code] = [(this.#words ?? this.#ballot)?.read() ?? '', this.#code?.value.trim() ?? ''];
    const fault = typeof read === 'string' ? read : poll.binding && !code ? this.voter.talk.t('vote.code-empty') : '';
    this.#wrong(fault);
    if (fault || typeof read === 'string') return this.#showFault(typeof read !== 'string');
    this.#changing = false;
    if ('text' in read) this.voter.answer(poll, read.text);
    else this.voter.cast(poll, read, code);
  }

  /** To where it is mended. @param {boolean} isCode */
  #showFault(isCode) {
    const field = isCode ? this.#code : this.#form.querySelector('input, textarea');
    if (field instanceof HTMLElement) field.focus();
  }

  /**
   * @param {number} statement
   * @param {number} answer
   */
  #answerOne(statement, answer) {
    const { poll, mine } = this.#now;
    const left = poll.options.filter((_, at) => at !== statement && !mine?.[at]).length;
    if (left === 0 && statement === poll.options.length - 1) this.#changing = false;
    this.voter.cast(poll, [statement, answer], '');
  }

  #again() {
    this.#changing = true;
    this.#statements?.again();
    this.draw(this.#now);
    const first = this.#form.querySelector('input:checked, textarea, input, button');
    if (first instanceof HTMLElement) first.focus({ preventScroll: true });
  }

  #leave() {
    this.#changing = false;
    this.#wrong('');
    this.draw(this.#now);
    this.#state.focus({ preventScroll: true });
  }

  #toggle() {
    this.open = !this.open;
    this.draw(this.#now);
    this.voter.changed();
  }

  /** What is wrong with what was filled in. @param {string} words */
  #wrong(words) {
    this.#form.dataset['fault'] = words;
    this.#say(words);
  }

  /** @param {string} words */
  #say(words) {
    if (this.#fault.textContent !== words) this.#fault.textContent = words;
  }
}
