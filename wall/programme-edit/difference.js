/** @import {Wire, WireSession} from './model.js' */
import { clock, dayOf } from '../lib/programme.js';

/**
 * What differs between two programmes, and what two people's changes give together: pure.
 *
 * @typedef {{name: string, before: unknown, after: unknown}} Field
 * @typedef {{id: string, title: string, fields: readonly Field[]}} Changed
 *
 * @typedef {object} Difference
 * @property {readonly WireSession[]} added
 * @property {readonly WireSession[]} removed
 * @property {readonly Changed[]} changed
 * @property {{added: readonly string[], removed: readonly string[], renamed: readonly {before: string, after: string}[], ordered: boolean}} rooms By name.
 *
 * @typedef {{id: string, title: string, time: string, room: string}} Noted
 *
 * @typedef {object} Told A difference in words, as the server tells that of an import.
 * @property {readonly Noted[]} added
 * @property {readonly Noted[]} removed
 * @property {readonly {id: string, title: string, fields: readonly {name: string, before: string, after: string}[]}[]} changed
 * @property {readonly string[]} roomsAdded
 * @property {readonly string[]} roomsRemoved
 * @property {readonly {before: string, after: string}[]} [roomsRenamed]
 * @property {boolean} [roomsOrdered]
 * @property {number} [kept] Sessions that were made here, and stay.
 *
 * @typedef {{id: string, title: string, field: string}} Collision Both changed the same thing, and not to the same.
 */

/** @type {readonly (keyof WireSession)[]} */
const FIELDS = ['title', 'subtitle', 'speakers', 'start', 'end', 'room', 'kind', 'questionsS', 'lang', 'track', 'abstract', 'url', 'hashtag', 'noPhotos'];

/**
 * @param {Wire} before
 * @param {Wire} after
 * @returns {Difference}
 */
export function difference(before, after) {
  const [old, now] = [byId(before.sessions), byId(after.sessions)];
  const changed = after.sessions.flatMap((session) => {
    const was = old.get(session.id);
    const fields = was ? fieldsOf(was, session) : [];
    return fields.length > 0 ? [{ id: session.id, title: session.title, fields }] : [];
  });
  return { added: after.sessions.filter(({ id }) => !old.has(id)), removed: before.sessions.filter(({ id }) => !now.has(id)), changed, rooms: roomsOf(before, after) };
}

/**
 * Whether nothing differs.
 *
 * @param {Difference} difference
 */
export function isSame({ added, removed, changed, rooms }) {
  return added.length + removed.length + changed.length + rooms.added.length + rooms.removed.length + rooms.renamed.length === 0 && !rooms.ordered;
}

/**
 * How many things differ.
 *
 * @param {Difference} difference
 */
export function count({ added, removed, changed, rooms }) {
  return added.length + removed.length + changed.length + rooms.added.length + rooms.removed.length + rooms.renamed.length + Number(rooms.ordered);
}

/**
 * The difference between two programmes in words.
 *
 * @param {Wire} before
 * @param {Wire} after
 * @returns {Told}
 */
export function told(before, after) {
  const { added, removed, changed, rooms } = difference(before, after);
  const [old, now] = [byId(before.sessions), byId(after.sessions)];
  const inWords = changed.map(({ id, title }) => {
    const [was, is] = [wordsOf(old.get(id), before, after.zone), wordsOf(now.get(id), after, after.zone)];
    const names = Object.keys(is).filter((name) => was[name] !== is[name]);
    return { id, title, fields: names.map((name) => ({ name, before: was[name] ?? '', after: is[name] ?? '' })) };
  });
  return {
    added: added.map((session) => noted(session, after)), removed: removed.map((session) => noted(session, before)), changed: inWords,
    roomsAdded: rooms.added, roomsRemoved: rooms.removed, roomsRenamed: rooms.renamed, roomsOrdered: rooms.ordered,
  };
}

/**
 * @param {WireSession} session
 * @param {Wire} wire
 * @returns {Noted}
 */
function noted(session, wire) {
  return { id: session.id, title: session.title, time: timeOf(session, wire.zone), room: roomOf(session, wire) };
}

/**
 * @param {WireSession | undefined} session
 * @param {Wire} wire
 * @param {string} zone
 * @returns {Record<string, string>}
 */
function wordsOf(session, wire, zone) {
  if (!session) return {};
  const { title, subtitle, speakers, kind, questionsS, lang, track, abstract, url, hashtag, noPhotos } = session;
  return {
    time: timeOf(session, zone), room: roomOf(session, wire), noPhotos: noPhotos ? 'yes' : 'no', kind, title, subtitle,
    speakers: speakers.map(({ name }) => name).join(', '), lang, track, questions: `${Math.round(questionsS / 60)} min`, hashtag, url, abstract,
    about: speakers.map(({ about }) => about).filter(Boolean).join('\n'),
  };
}

/**
 * "2026-11-12 10:00–10:45", with the day it ends on where that is another.
 *
 * @param {WireSession} session
 * @param {string} zone
 */
function timeOf({ start, end }, zone) {
  const [from, to] = [start / 1_000, end / 1_000];
  const until = dayOf(from, zone) === dayOf(to, zone) ? '' : `${dayOf(to, zone)} `;
  return `${dayOf(from, zone)} ${clock('nl', zone, from)}–${until}${clock('nl', zone, to)}`;
}

/**
 * @param {WireSession} session
 * @param {Wire} wire
 */
function roomOf({ room }, { rooms }) {
  return rooms.find(({ id }) => id === room)?.name ?? '';
}

/**
 * @param {Wire} before
 * @param {Wire} after
 * @returns {Difference['rooms']}
 */
function roomsOf(before, after) {
  const [old, now] = [byId(before.rooms), byId(after.rooms)];
  const renamed = after.rooms.flatMap(({ id, name }) => {
    const was = old.get(id);
    return was && was.name !== name ? [{ before: was.name, after: name }] : [];
  });
  const order = (/** @type {Wire} */ of, /** @type {Map<string, unknown>} */ other) => of.rooms.filter(({ id }) => other.has(id)).map(({ id }) => id).join(' ');
  return {
    added: after.rooms.filter(({ id }) => !old.has(id)).map(({ name }) => name),
    removed: before.rooms.filter(({ id }) => !now.has(id)).map(({ name }) => name),
    renamed,
    ordered: order(before, now) !== order(after, old),
  };
}

/**
 * @param {WireSession} before
 * @param {WireSession} after
 * @returns {Field[]}
 */
function fieldsOf(before, after) {
  return FIELDS.filter((name) => !same(before[name], after[name])).map((name) => ({ name, before: before[name], after: after[name] }));
}

/**
 * What two people made of one programme, put together: whatever only one of them changed is as they changed it; where both did, it
 * is as in *mine*.
 *
 * @param {Wire} base What both began with.
 * @param {Wire} mine
 * @param {Wire} theirs
 * @returns {{wire: Wire, collisions: readonly Collision[]}}
 */
export function merge(base, mine, theirs) {
  /** @type {Collision[]} */
  const collisions = [];
  const [was, my, their] = [byId(base.sessions), byId(mine.sessions), byId(theirs.sessions)];
  const sessions = [...new Set([...their.keys(), ...my.keys()])].flatMap((id) => {
    const [a, b, c] = [was.get(id), my.get(id), their.get(id)];
    if (b && c) return [together(a ?? c, b, c, collisions)];
    const left = b ?? c;
    if (!left || !a) return left ? [left] : [];
    // One of them removed it. What the other changed since is not thrown away in silence.
    if (same(left, a)) return [];
    collisions.push({ id, title: left.title, field: 'removed' });
    return b ? [b] : [];
  });
  const wire = { ...theirs, ...changedOf(base, mine, ['version', 'zone', 'origin']), rooms: roomsTogether(base, mine, theirs), sessions };
  return { wire: withItsRooms(wire, [mine, theirs]), collisions };
}

/**
 * @param {WireSession} was
 * @param {WireSession} mine
 * @param {WireSession} theirs
 * @param {Collision[]} collisions
 * @returns {WireSession}
 */
function together(was, mine, theirs, collisions) {
  const changed = FIELDS.filter((name) => !same(was[name], mine[name]));
  for (const field of changed) {
    if (!same(was[field], theirs[field]) && !same(mine[field], theirs[field])) collisions.push({ id: mine.id, title: mine.title, field });
  }
  return { ...theirs, ...Object.fromEntries(changed.map((name) => [name, mine[name]])) };
}

/**
 * @param {Wire} base
 * @param {Wire} mine
 * @param {readonly ('version' | 'zone' | 'origin')[]} names
 */
function changedOf(base, mine, names) {
  return Object.fromEntries(names.filter((name) => base[name] !== mine[name]).map((name) => [name, mine[name]]));
}

/**
 * @param {Wire} base
 * @param {Wire} mine
 * @param {Wire} theirs
 */
function roomsTogether(base, mine, theirs) {
  const [was, my, their] = [byId(base.rooms), byId(mine.rooms), byId(theirs.rooms)];
  const mineLead = !same(base.rooms.map(({ id }) => id), mine.rooms.map(({ id }) => id));
  const order = mineLead ? [...mine.rooms, ...theirs.rooms] : [...theirs.rooms, ...mine.rooms];
  const gone = (/** @type {string} */ id) => was.has(id) && !(my.has(id) && their.has(id));
  return [...byId(order).keys()].filter((id) => !gone(id)).map((id) => {
    const [before, a, b] = [was.get(id), my.get(id), their.get(id)];
    const name = a && before && a.name === before.name ? b?.name ?? a.name : (a ?? b)?.name ?? '';
    return { id, name };
  });
}

/**
 * A room that one removed, and the other put a session in, stays.
 *
 * @param {Wire} wire
 * @param {readonly Wire[]} known
 * @returns {Wire}
 */
function withItsRooms(wire, known) {
  const have = new Set(wire.rooms.map(({ id }) => id));
  const used = new Set(wire.sessions.map(({ room }) => room));
  const missing = [...byId(known.flatMap(({ rooms }) => rooms)).values()].filter(({ id }) => used.has(id) && !have.has(id));
  return { ...wire, rooms: [...wire.rooms, ...missing] };
}

/**
 * @template {{readonly id: string}} T
 * @param {readonly T[]} things
 * @returns {Map<string, T>}
 */
function byId(things) {
  return new Map(things.map((each) => [each.id, each]));
}

/**
 * @param {unknown} a
 * @param {unknown} b
 */
function same(a, b) {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
