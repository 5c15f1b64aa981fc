/** @import {Direction, Paper, PairedScreen, ProgrammeItem, SceneItem, SceneValue} from '../types.js' */
/** @import {Hall} from './hall.js' */
/** @import {Timed} from './programme.js' */
import { following } from './hall.js';
import { justEnded, onStage } from './programme.js';

/**
 * What one screen shows: what a person chose, and where nobody chose anything but the fountain, what the programme and the hall ask for. Pure,
 * so that all screens of a room are in step without talking, and the stage knows what each shows.
 *
 * @typedef {object} Situation
 * @property {Partial<SceneItem> | null | undefined} scene The view's item.
 * @property {readonly Timed[]} sessions As `effective` gives them.
 * @property {ProgrammeItem | null | undefined} item
 * @property {Direction | null | undefined} direction
 * @property {readonly Paper[]} [papers] On the shelf.
 * @property {Hall | null} [hall] What it asks and is asked.
 * @property {{id: string} & Partial<PairedScreen>} screen `room` and `stage` of a paired one.
 * @property {number} nowMs The server's clock.
 *
 * @typedef {SceneValue & {auto?: boolean}} Directed `auto`: nobody chose it; the programme or the hall asked for it.
 */

/**
 * The one's own comes before its room's, and that before what all show. Then:
 *
 * 1. A scene that a person chose stays, whatever runs. One that is about a session and names none is about the one on stage.
 * 2. A screen behind a speaker keeps to the title card while somebody speaks (`direction.stageSafe`); at questions, breaks and
 *    between sessions it opens.
 * 3. For `direction.papersS` seconds after a session its open papers are on the screens of its room.
 * 4. The fountain.
 *
 * Over the fountain, and over the title card of their session, come the question on stage and the open poll (`hall.js`).
 *
 * @param {Situation} situation
 * @returns {Directed}
 */
export function direct(situation) {
  const directed = byProgramme(situation);
  const { hall, sessions, screen, nowMs } = situation;
  const comes = hall ? following(hall, directed, { sessions, room: screen.room ?? null, nowMs }) : null;
  return comes ? { ...comes, auto: true } : directed;
}

/**
 * @param {Situation} situation
 * @returns {Directed}
 */
function byProgramme({ scene, sessions, item, direction, papers = [], screen, nowMs }) {
  const room = screen.room ?? null;
  const value = /** @type {SceneValue} */ (scene?.screens?.[screen.id] ?? scene?.rooms?.[room ?? ''] ?? scene ?? {});
  if (value.scene && value.scene !== 'fountain') return about(value, { sessions, item, papers, room, nowMs });
  const { session, part } = onStage(sessions, item, nowMs, room);
  const speaks = session !== null && session.kind === 'talk' && part === 'talk';
  if (speaks && screen.stage && direction?.stageSafe) return { scene: 'session', session: session.id, auto: true };
  if (!speaks || !screen.stage) {
    const ended = direction && direction.papersS > 0 ? withPapers(justEnded(sessions, nowMs, room, direction.papersS), papers, room, session) : null;
    if (ended) return { scene: 'papers', session: ended.id, auto: true };
  }
  return { scene: 'fountain' };
}

/**
 * @param {SceneValue} value
 * @param {{sessions: readonly Timed[], item: ProgrammeItem | null | undefined, papers: readonly Paper[], room: string | null, nowMs: number}} where
 * @returns {Directed}
 */
function about(value, { sessions, item, papers, room, nowMs }) {
  if ((value.scene !== 'session' && value.scene !== 'papers') || value.session) return value;
  const { session } = onStage(sessions, item, nowMs, room);
  if (value.scene === 'session') return session ? { ...value, session: session.id } : value;
  const day = 24 * 3_600;
  const last = session && openPapers(papers, session.id).length > 0 ? session : withPapers(justEnded(sessions, nowMs, room, day), papers, room, session);
  return last ? { ...value, session: last.id } : value;
}

/**
 * The last that ended and has something to read. A screen of no room is about the whole house: there only where one session
 * ended, or else it would take one room's papers for all.
 *
 * @param {readonly Timed[]} ended The last one first.
 * @param {readonly Paper[]} papers
 * @param {string | null} room
 * @param {Timed | null} still On stage, whatever its time.
 * @returns {Timed | null}
 */
function withPapers(ended, papers, room, still) {
  const found = ended.filter(({ id }) => id !== still?.id && openPapers(papers, id).length > 0);
  if (room === null && new Set(found.map((each) => each.room)).size > 1) return null;
  return found[0] ?? null;
}

/**
 * What can be fetched now, of one session.
 *
 * @param {readonly Paper[]} papers
 * @param {string | null | undefined} session
 * @returns {Paper[]}
 */
export function openPapers(papers, session) {
  return papers.filter((paper) => paper.open && paper.session === session);
}
