import assert from 'node:assert/strict';
import { test } from 'node:test';
import { direct, openPapers } from './direct.js';
import { effective } from './programme.js';

const at = (time) => Date.parse(`2026-11-12T${time}:00+01:00`);
const session = (id, room, start, end, more = {}) => ({ id, title: id, speakers: [], room, start: at(start) * 1000, end: at(end) * 1000, kind: 'talk', questionsS: 600, ...more });
const ROOMS = [{ id: 'groot', name: 'Grote zaal' }, { id: 'tuin', name: 'Tuinzaal' }];
const DAY = {
  seq: 1, zone: 'Europe/Amsterdam', rooms: ROOMS,
  sessions: [
    session('beraad', 'groot', '13:00', '14:00'),
    session('buur', 'groot', '14:00', '14:30'),
    session('thee', null, '14:30', '15:00', { kind: 'break', questionsS: 0 }),
    session('data', 'tuin', '13:00', '13:30', { questionsS: 0 }),
    session('foto', 'groot', '15:00', '15:10', { kind: 'other', questionsS: 0 }),
  ],
};
const paper = (id, of, open = true) => ({ id, session: of, open });
const SAFE = { stageSafe: true, papersS: 180 };
const STAGE = { id: 'links', room: 'groot', stage: true };
const HALL = { id: 'rechts', room: 'groot', stage: false };
const FOYER = { id: 'foyer' };
const say = (onStage) => ({ seq: 1, zone: DAY.zone, rooms: ROOMS, shifts: {}, onStage });
const show = (time, more = {}) => {
  const item = more.item ?? say({});
  const { scene, session: of = null, auto = false } = direct({ scene: { scene: 'fountain' }, direction: SAFE, screen: STAGE, papers: [], ...more, item, sessions: effective(DAY, item), nowMs: at(time) });
  return [scene, of, auto];
};

const FOUNTAIN = ['fountain', null, false];
const TABLE = [
  ['while somebody speaks: the title card', '13:10', {}, ['session', 'beraad', true]],
  ['at questions it opens', '13:50', {}, FOUNTAIN],
  ['at a break it opens', '14:40', {}, FOUNTAIN],
  ['at what is no talk it opens', '15:05', {}, FOUNTAIN],
  ['between sessions it opens', '12:00', {}, FOUNTAIN],
  ['the next one at once', '14:00', {}, ['session', 'buur', true]],
  ['switched off', '13:10', { direction: { stageSafe: false, papersS: 0 } }, FOUNTAIN],
  ['nobody said anything about it', '13:10', { direction: null }, FOUNTAIN],
  ['not behind the speaker', '13:10', { screen: HALL }, FOUNTAIN],
  ['a screen that was never paired', '13:10', { screen: FOYER }, FOUNTAIN],
  ['somebody said that the hall asks', '13:10', { item: say({ groot: { session: 'beraad', part: 'questions' } }) }, FOUNTAIN],
  ['and that the speaker goes on', '13:55', { item: say({ groot: { session: 'beraad', part: 'talk' } }) }, ['session', 'beraad', true]],
  ['somebody said that nothing is on', '13:10', { item: say({ groot: { session: null, part: null } }) }, FOUNTAIN],
  ['it runs out of its time, as somebody said', '14:10', { item: say({ groot: { session: 'beraad', part: 'talk' } }) }, ['session', 'beraad', true]],

  ['what a person chose stays', '13:10', { scene: { scene: 'join' } }, ['join', null, false]],
  ['also for a room', '13:10', { scene: { scene: 'fountain', rooms: { groot: { scene: 'day' } } } }, ['day', null, false]],
  ['the screen’s own comes before its room’s', '13:10', { scene: { scene: 'join', screens: { links: { scene: 'blank' } }, rooms: { groot: { scene: 'day' } } } }, ['blank', null, false]],
  ['the room’s comes before that of all', '13:10', { screen: HALL, scene: { scene: 'join', rooms: { groot: { scene: 'day' }, tuin: { scene: 'blank' } } } }, ['day', null, false]],
  ['a fountain of its own while all show something else', '14:40', { scene: { scene: 'join', screens: { links: { scene: 'fountain' } } } }, FOUNTAIN],
  ['nothing known of a scene', '14:40', { scene: undefined }, FOUNTAIN],
  ['a title card of no session: the one on stage', '13:10', { scene: { scene: 'session' } }, ['session', 'beraad', false]],
  ['a title card when nothing is on', '12:00', { scene: { scene: 'session' } }, ['session', null, false]],
  ['a title card of a session', '13:10', { scene: { scene: 'session', session: 'data' } }, ['session', 'data', false]],

  ['after a session its papers, not behind the next speaker', '14:01', { papers: [paper('p', 'beraad')] }, ['session', 'buur', true]],
  ['but beside', '14:01', { screen: HALL, papers: [paper('p', 'beraad')] }, ['papers', 'beraad', true]],
  ['and behind, where it is a break', '14:31', { papers: [paper('p', 'buur')] }, ['papers', 'buur', true]],
  ['for so long', '14:33', { papers: [paper('p', 'buur')] }, FOUNTAIN],
  ['not when they are closed', '14:31', { papers: [paper('p', 'buur', false)] }, FOUNTAIN],
  ['not when it was switched off', '14:31', { direction: { stageSafe: true, papersS: 0 }, papers: [paper('p', 'buur')] }, FOUNTAIN],
  ['not of another room', '13:31', { screen: HALL, papers: [paper('p', 'data')] }, FOUNTAIN],
  ['a screen of no room: what ended in the house', '13:31', { screen: FOYER, papers: [paper('p', 'data')] }, ['papers', 'data', true]],
  ['not while it goes on, as somebody said', '14:01', { screen: HALL, papers: [paper('p', 'beraad')], item: say({ groot: { session: 'beraad', part: 'questions' } }) }, FOUNTAIN],
  ['papers of no session: of the one on stage', '13:10', { scene: { scene: 'papers' }, papers: [paper('p', 'beraad')] }, ['papers', 'beraad', false]],
  ['or of the last that had any', '14:20', { scene: { scene: 'papers' }, papers: [paper('p', 'beraad')] }, ['papers', 'beraad', false]],
  ['or of none', '12:00', { scene: { scene: 'papers' }, papers: [paper('p', 'beraad')] }, ['papers', null, false]],
];
for (const [name, time, more, expected] of TABLE) {
  test(name, () => assert.deepEqual(show(time, more), expected));
}

test('papers that are open, of one session', () => {
  const all = [paper('a', 'x'), paper('b', 'y'), paper('c', 'x', false), paper('d', null)];
  assert.deepEqual(openPapers(all, 'x').map(({ id }) => id), ['a']);
});

test('whatever is said: a title card only of a talk, behind a speaker, while somebody speaks; papers only that are there', () => {
  let seed = 7;
  const chance = (n) => (seed = (seed * 48271) % 2147483647) % n;
  const tally = {};
  for (let walk = 0; walk < 2_000; walk += 1) {
    const item = say(chance(3) ? {} : { groot: { session: [null, 'beraad', 'thee', 'weg'][chance(4)], part: [null, 'talk', 'questions'][chance(3)] } });
    const papers = DAY.sessions.filter(() => chance(2)).map(({ id }) => paper(`p${id}`, id, chance(2) === 1));
    const direction = { stageSafe: chance(2) === 1, papersS: [0, 180, 900][chance(3)] };
    const screen = [STAGE, HALL, FOYER][chance(3)];
    const sessions = effective(DAY, item);
    const nowMs = at('12:00') + chance(240) * 60_000;
    const found = direct({ scene: {}, sessions, item, direction, papers, screen, nowMs });
    const of = sessions.find(({ id }) => id === found.session);
    tally[found.scene] = (tally[found.scene] ?? 0) + 1;
    if (found.scene === 'session') assert.ok(screen.stage && direction.stageSafe && of.kind === 'talk');
    if (found.scene === 'papers') assert.ok(direction.papersS > 0 && openPapers(papers, of.id).length > 0 && of.endMs <= nowMs && nowMs < of.endMs + direction.papersS * 1000);
    if (found.scene === 'fountain') assert.equal(found.session, undefined);
  }
  assert.ok(tally.session > 20 && tally.papers > 20 && tally.fountain > 20, JSON.stringify(tally));
});
