/** @import {Direction, Paper, PairedScreen, Post, ProgrammeItem, Scene, SceneItem, SceneValue, Shelf, Switch, View} from '../types.js' */
/** @import {Asked, Hall, Polled} from './hall.js' */
/** @import {Timed} from './programme.js' */
import { nextUp } from './asked.js';
import { valuesOf } from './changes.js';
import { direct, openPapers } from './direct.js';
import { concerns, hallOf, pollNow, questionOnStage } from './hall.js';

/** Without a word from the server for longer than this, a screen shows nobody's words: a hide could not reach it. */
export const LEASE_MS = 60_000;

/**
 * What a wall shows now. 'safe': the title, the coming hour and the join code, no posts.
 *
 * @typedef {object} Showing
 * @property {Scene | 'safe' | 'pair'} scene 'pair': the screen shows by which characters it can be paired.
 * @property {readonly Post[]} posts Those that may be in the picture; in the order of a playlist.
 * @property {string} title Of a slide of the organiser's; empty otherwise.
 * @property {string} text
 * @property {Timed | null} session Of a title card, of papers.
 * @property {readonly Paper[]} papers One, or those of a session.
 * @property {readonly Asked[]} questions One, or those that come up next.
 * @property {readonly Polled[]} polls One, and after it that in which the same was asked before.
 *
 * @typedef {object} Here Which screen this is, and what is on in the house.
 * @property {{id: string} & Partial<PairedScreen>} screen
 * @property {readonly Timed[]} sessions As `effective` gives them.
 * @property {ProgrammeItem | null | undefined} item
 * @property {number} nowMs The server's clock.
 */

/** @type {Here} */
const NOWHERE = { screen: { id: '' }, sessions: [], item: null, nowMs: 0 };

/**
 * @param {View} view
 * @param {number} silentMs Since the server was last heard.
 * @param {Here} [here]
 * @returns {Showing}
 */
export function showing(view, silentMs, here = NOWHERE) {
  const stop = /** @type {Switch | undefined} */ (view.entries.get('stop'));
  if (silentMs > LEASE_MS || stop?.on) return slide('safe');
  const scene = /** @type {Partial<SceneItem> | undefined} */ (view.entries.get('scene'));
  const direction = /** @type {Direction | undefined} */ (view.entries.get('direction'));
  const { papers = [] } = /** @type {Partial<Shelf>} */ (view.entries.get('shelf') ?? {});
  const hall = hallOf(view);
  const value = direct({ scene, direction, papers, hall, ...here });
  switch (value.scene) {
    case 'spotlight':
      return chosen(view, 'spotlight', [value.post]);
    case 'playlist':
      return chosen(view, 'playlist', value.posts ?? []);
    case 'join':
    case 'title':
    case 'blank':
      return slide(value.scene);
    case 'text':
      return words(value) ?? fountain(view);
    case 'programme':
    case 'day':
      return here.sessions.length > 0 ? slide(value.scene) : fountain(view);
    case 'session':
    case 'paper':
    case 'papers':
      return ofProgramme(value, here.sessions, papers) ?? fountain(view);
    case 'question':
    case 'questions':
    case 'poll':
      return ofHall(value, hall, here) ?? fountain(view);
    default:
      return fountain(view); // Also a scene of a newer server than this page.
  }
}

/**
 * @param {SceneValue} value
 * @param {readonly Timed[]} sessions
 * @param {readonly Paper[]} papers
 * @returns {Showing | null} null: what it is about is not there, or not open.
 */
function ofProgramme({ scene, session: id, paper }, sessions, papers) {
  const [one] = papers.filter((each) => each.id === paper);
  const session = sessions.find((each) => each.id === (scene === 'paper' ? one?.session : id)) ?? null;
  const open = openPapers(papers, id);
  if (scene === 'session') return session && { ...slide('session'), session };
  if (scene === 'paper') return one ? { ...slide('paper'), session, papers: [one] } : null;
  return open.length > 0 ? { ...slide('papers'), session, papers: open } : null;
}

/**
 * @param {SceneValue} value
 * @param {Hall} hall
 * @param {Here} here
 * @returns {Showing | null} null: what it is about is not there.
 */
function ofHall({ scene, post, poll: id }, hall, { screen, sessions }) {
  const where = { sessions, room: screen.room ?? null };
  if (scene === 'questions') {
    const questions = hall.questions.filter((each) => (each.stand === 'open' || each.stand === 'on-stage') && concerns(each, where));
    const stands = questions.filter(({ stand }) => stand === 'on-stage');
    return questions.length > 0 || hall.switches.questions ? { ...slide('questions'), questions: [...stands, ...nextUp(questions.filter((each) => !stands.includes(each)))] } : null;
  }
  if (scene === 'question') {
    const question = post ? hall.questions.find((each) => each.post === post) : questionOnStage(hall, where);
    return question ? { ...slide('question'), questions: [question] } : null;
  }
  const poll = id ? hall.polls.find((each) => each.id === id) : pollNow(hall, where);
  const before = hall.polls.find((each) => each.id === poll?.again);
  return poll ? { ...slide('poll'), polls: before ? [poll, before] : [poll] } : null;
}

/** @param {View} view @returns {Showing} */
function fountain(view) {
  const posts = /** @type {Post[]} */ (valuesOf(view, 'post:'));
  return posts.length > 0 ? { ...slide('fountain'), posts } : slide('join');
}

/**
 * Those that may still be seen; when none is left, all of them: a hidden post must not leave a hole.
 *
 * @param {View} view
 * @param {'spotlight' | 'playlist'} scene
 * @param {readonly (string | null | undefined)[]} ids
 * @returns {Showing}
 */
function chosen(view, scene, ids) {
  const known = new Map(/** @type {Post[]} */ (valuesOf(view, 'post:')).map((post) => [post.id, post]));
  const posts = [...new Set(ids)].flatMap((id) => known.get(id ?? '') ?? []);
  return posts.length > 0 ? { ...slide(scene), posts } : fountain(view);
}

/**
 * @param {Partial<SceneValue>} value
 * @returns {Showing | null} null: there is nothing on it.
 */
function words({ title, text }) {
  return title || text ? { ...slide('text'), title: title ?? '', text: text ?? '' } : null;
}

/** @param {Scene | 'safe'} scene @returns {Showing} */
function slide(scene) {
  return { scene, posts: [], title: '', text: '', session: null, papers: [], questions: [], polls: [] };
}

/** Longest title, and longest word in it, that fits beside the join code on a 4:3 screen, in characters; larger type first. */
const TITLE_SIZES = [{ size: 'large', title: 24, word: 10 }, { size: 'middle', title: 44, word: 13 }, { size: 'small', title: 80, word: 17 }];

/**
 * How large the title of a slide is, so that a long one never pushes the join address out of the picture.
 *
 * @param {string} title
 * @returns {string} large, middle, small or tiny.
 */
export function titleSize(title) {
  const word = Math.max(...title.split(/[\s-]+/u).map((one) => one.length));
  return TITLE_SIZES.find((limit) => title.length <= limit.title && word <= limit.word)?.size ?? 'tiny';
}
