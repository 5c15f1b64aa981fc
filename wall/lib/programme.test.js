import assert from 'node:assert/strict';
import { test } from 'node:test';
import { byTime, clock, comingHour, currentDay, dayName, dayOf, effective, justEnded, nowAndNext, ofDay, onStage, partOf, progress, roomName, running } from './programme.js';

const ZONE = 'Europe/Amsterdam';
/** A winter's day in Amsterdam: an hour before UTC. */
const at = (time, day = '2026-11-12') => Date.parse(`${day}T${time}:00+01:00`);
const session = (id, room, start, end, more = {}) => ({ id, title: id, speakers: [], room, start: at(start) * 1000, end: at(end) * 1000, kind: 'talk', questionsS: 0, ...more });
const DAY = {
  seq: 7, zone: ZONE, rooms: [{ id: 'groot', name: 'Grote zaal' }, { id: 'tuin', name: 'Tuinzaal' }],
  sessions: [
    session('niet', 'tuin', '14:05', '14:50'),
    session('beraad', 'groot', '13:00', '14:00', { questionsS: 600 }),
    session('open', 'groot', '14:05', '14:50'),
    session('koffie', null, '14:50', '15:10', { kind: 'break' }),
    session('buur', 'groot', '15:10', '16:00'),
  ],
};
const item = (more = {}) => ({ seq: 7, zone: ZONE, rooms: DAY.rooms, shifts: {}, onStage: {}, ...more });
const ids = (sessions) => sessions.map(({ id }) => id);
const on = (said, time, room = 'groot') => {
  const { session: one, part, chosen } = onStage(effective(DAY, said), said, at(time), room);
  return [one?.id ?? null, part, chosen];
};

test('in the order of time, then of rooms', () => assert.deepEqual(ids(effective(DAY)), ['beraad', 'open', 'niet', 'koffie', 'buur']));

test('what is shifted begins and ends later, and says how much', () => {
  const late = effective(DAY, item({ shifts: { beraad: 6, buur: -5 } }));
  const [first] = late;
  assert.deepEqual([first.startMs, first.endMs, first.plannedMs, first.late], [at('13:06'), at('14:06'), at('13:00'), 6]);
  assert.equal(late.at(-1).startMs, at('15:05'));
});

test('a session that ends before it begins ends as it begins', () => {
  const [one] = effective({ ...DAY, sessions: [session('x', null, '14:00', '13:00')] });
  assert.equal(one.endMs, one.startMs);
});

const STAGE = [
  ['before anything', '12:59', {}, [null, 'talk', false]],
  ['as it begins', '13:00', {}, ['beraad', 'talk', false]],
  ['the last minutes are the hall’s', '13:50', {}, ['beraad', 'questions', false]],
  ['at its end it is over', '14:00', {}, [null, 'talk', false]],
  ['a break for all', '14:55', {}, ['koffie', 'talk', false]],
  ['late: not begun yet', '13:05', { shifts: { beraad: 6 } }, [null, 'talk', false]],
  ['late: not over yet', '14:03', { shifts: { beraad: 6 } }, ['beraad', 'questions', false]],
  ['somebody said that it goes on', '14:10', { onStage: { groot: { session: 'beraad', part: null } } }, ['beraad', 'questions', true]],
  ['and that somebody speaks', '14:10', { onStage: { groot: { session: 'beraad', part: 'talk' } } }, ['beraad', 'talk', true]],
  ['somebody said that the hall asks', '13:10', { onStage: { groot: { session: 'beraad', part: 'questions' } } }, ['beraad', 'questions', true]],
  ['somebody said that nothing is on', '13:10', { onStage: { groot: { session: null, part: null } } }, [null, 'talk', true]],
  ['nothing is on, also when there is a break for all', '14:55', { onStage: { groot: { session: null, part: null } } }, [null, 'talk', true]],
  ['another room does not count', '13:10', { onStage: { tuin: { session: 'niet', part: null } } }, ['beraad', 'talk', false]],
  ['a session of another room, here', '13:10', { onStage: { groot: { session: 'niet', part: null } } }, ['niet', 'talk', true]],
  ['and there no longer', '14:10', { onStage: { groot: { session: 'niet', part: null } } }, [null, 'talk', false], 'tuin'],
  ['a room that the programme does not know: only what is for all', '13:10', {}, [null, 'talk', false], 'kelder'],
  ['no room, one session', '13:10', {}, ['beraad', 'talk', false], null],
  ['no room, two sessions: neither', '14:10', {}, [null, 'talk', false], null],
  ['no room, somebody said which', '14:10', { onStage: { '': { session: 'niet', part: 'questions' } } }, ['niet', 'questions', true], null],
  ['no room, somebody said so of the one room', '14:03', { onStage: { groot: { session: 'beraad', part: 'talk' } } }, ['beraad', 'talk', true], null],
];
for (const [name, time, more, expected, room = 'groot'] of STAGE) {
  test(`on stage: ${name}`, () => assert.deepEqual(on(item(more), time, room), expected));
}

test('what runs, by the clock and by what was said', () => {
  const sessions = effective(DAY);
  assert.deepEqual(ids(running(sessions, item(), at('14:10'))), ['open', 'niet']);
  assert.deepEqual(ids(running(sessions, item({ onStage: { groot: { session: 'beraad', part: null } } }), at('14:10'))), ['beraad', 'niet']);
  assert.deepEqual(ids(running(sessions, null, at('14:55'), 'tuin')), ['koffie']);
});

test('now and next, of the same day only', () => {
  const sessions = effective({ ...DAY, sessions: [...DAY.sessions, { ...session('morgen', 'groot', '09:00', '10:00'), start: at('09:00', '2026-11-13') * 1000, end: at('10:00', '2026-11-13') * 1000 }] });
  const found = nowAndNext(sessions, item(), at('14:10'), { zone: ZONE, room: 'tuin' });
  assert.deepEqual([ids(found.now), ids(found.next)], [['niet'], ['koffie', 'buur']]);
});

test('a session that was begun before its time is not also to come', () => {
  const said = item({ onStage: { groot: { session: 'buur', part: null } } });
  const found = nowAndNext(effective(DAY, said), said, at('14:55'), { zone: ZONE });
  assert.deepEqual([ids(found.now), ids(found.next)], [['koffie', 'buur'], []]);
});

for (const [name, time, expected] of [
  ['what runs and what begins within it', '13:10', ['beraad', 'open', 'niet']],
  ['nothing within it: what is first', '10:00', ['beraad']],
  ['at the end of the day nothing', '17:00', []],
]) {
  test(`the coming hour: ${name}`, () => assert.deepEqual(ids(comingHour(effective(DAY), item(), at(time), ZONE)), expected));
}

test('sessions of one moment share their time', () => assert.deepEqual(byTime(effective(DAY)).map(ids), [['beraad'], ['open', 'niet'], ['koffie'], ['buur']]));

test('what just ended, in a room', () => {
  const sessions = effective(DAY);
  assert.deepEqual(ids(justEnded(sessions, at('14:02'), 'groot', 180)), ['beraad']);
  assert.deepEqual(ids(justEnded(sessions, at('14:03'), 'groot', 180)), []);
  assert.deepEqual(ids(justEnded(sessions, at('14:51'), null, 180)), ['open', 'niet']);
});

test('progress and part', () => {
  const [first] = effective(DAY);
  assert.deepEqual(['12:00', '13:00', '13:30', '15:00'].map((time) => progress(first, at(time))), [0, 0, 0.5, 1]);
  assert.equal(progress({ startMs: 5, endMs: 5 }, 5), 1);
  assert.deepEqual([partOf(first, at('13:49')), partOf(first, at('13:50')), partOf(null, 0)], ['talk', 'questions', 'talk']);
});

for (const [name, ms, zone, day] of [
  ['a night belongs to the day before', at('03:59'), ZONE, '2026-11-11'],
  ['from four on it is the next', at('04:00'), ZONE, '2026-11-12'],
  ['over a month', at('01:00', '2026-12-01'), ZONE, '2026-11-30'],
  ['over a year', at('01:00', '2027-01-01'), ZONE, '2026-12-31'],
  ['in another zone', at('03:59'), 'Asia/Tokyo', '2026-11-12'],
  ['the night that the clock goes back', Date.parse('2026-10-25T02:30:00+01:00'), ZONE, '2026-10-24'],
  ['a zone that nobody knows counts as UTC', at('04:30'), 'Mars/Olympus', '2026-11-11'],
]) {
  test(`the day: ${name}`, () => assert.equal(dayOf(ms, zone), day));
}

test('the day that a programme is at', () => {
  const sessions = effective(DAY);
  assert.equal(currentDay(sessions, at('09:00'), ZONE), '2026-11-12');
  assert.equal(currentDay(sessions, at('09:00', '2026-11-01'), ZONE), '2026-11-12');
  assert.equal(currentDay(sessions, at('09:00', '2026-11-20'), ZONE), '2026-11-12');
  assert.equal(currentDay([], at('09:00'), ZONE), '');
  assert.equal(ofDay(sessions, '2026-11-12').length, 5);
});

test('times of the day are told in the zone of the programme', () => {
  assert.equal(clock('nl', ZONE, at('09:05')), '09:05');
  assert.equal(clock('en', 'Asia/Tokyo', at('09:05')), '17:05');
  assert.equal(clock('nl', 'Mars/Olympus', at('09:05')), '08:05');
  assert.equal(dayName('nl', '2026-11-12'), 'donderdag 12 november');
  assert.equal(dayName('nl', ''), '');
});

test('rooms have names', () => assert.deepEqual([roomName(DAY, 'tuin'), roomName(DAY, null), roomName(null, 'tuin')], ['Tuinzaal', '', '']));

test('without a programme there is nothing', () => assert.deepEqual(effective(null), []));

test('at any moment, whatever was said: in a room one thing, and each session in one place', () => {
  let seed = 1;
  const chance = (n) => (seed = (seed * 48271) % 2147483647) % n;
  for (let walk = 0; walk < 300; walk += 1) {
    const rooms = ['a', 'b', 'c'].map((id) => ({ id, name: id }));
    const sessions = Array.from({ length: 1 + chance(12) }, (_, n) => {
      const start = chance(600);
      return { ...session(`s${n}`, ['a', 'b', 'c', null][chance(4)], '09:00', '09:00'), start: start * 60e6, end: (start + chance(90)) * 60e6, questionsS: chance(2) * 600 };
    });
    const shifts = Object.fromEntries(sessions.filter(() => chance(3) === 0).map(({ id }) => [id, chance(60) - 20]));
    const stage = Object.fromEntries(rooms.filter(() => chance(4) === 0).map(({ id }) => [id, { session: chance(3) ? `s${chance(14)}` : null, part: [null, 'talk', 'questions'][chance(3)] }]));
    const said = { ...item({ shifts, onStage: stage }), rooms };
    const all = effective({ ...DAY, rooms, sessions }, said);
    const now = chance(700) * 60e3;
    const agenda = nowAndNext(all, said, now, { zone: 'UTC' });
    const running_ = ids(agenda.now);
    assert.equal(new Set(running_).size, running_.length);
    assert.ok(agenda.next.every(({ id, startMs }) => startMs > now && !running_.includes(id)));
    for (const { id: room } of rooms) {
      const { session: one, part, chosen } = onStage(all, said, now, room);
      if (stage[room]) assert.equal(one?.id ?? null, sessions.some(({ id }) => id === stage[room].session) ? stage[room].session : null);
      else if (one) assert.ok(one.startMs <= now && now < one.endMs);
      assert.equal(chosen, Boolean(stage[room]) && (one !== null || stage[room].session === null));
      assert.ok(['talk', 'questions'].includes(part));
      if (one) assert.ok(running(all, said, now, room).some(({ id }) => id === one.id));
    }
  }
});
