import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NOTHING, reduce } from './changes.js';
import { LEASE_MS, showing, titleSize } from './scene.js';

const post = (id) => ({ id, text: id });
const POSTS = { 'post:a': post('a'), 'post:b': post('b'), 'post:c': post('c') };
const view = (entries) => reduce(NOTHING, { type: 'snapshot', epoch: 'e', to: 1, view: entries });

const HERE = { screen: { id: 'x' }, sessions: [{ id: 's', title: 's', room: 'r', kind: 'talk', questionsS: 0, speakers: [], startMs: 0, endMs: 9 }], item: null, nowMs: 5 };

const TABLE = [
  ['posts and no stop: the fountain', POSTS, 0, 'fountain'],
  ['no posts yet: an invitation', {}, 0, 'join'],
  ['stopped: the safe slide, also with posts at hand', { ...POSTS, stop: { on: true } }, 0, 'safe'],
  ['stopped while blank: the safe slide', { stop: { on: true }, scene: { scene: 'blank' } }, 0, 'safe'],
  ['stopped while in the spotlight: the safe slide', { ...POSTS, stop: { on: true }, scene: { scene: 'spotlight', post: 'a' } }, 0, 'safe'],
  ['stop lifted: the fountain', { ...POSTS, stop: { on: false } }, 0, 'fountain'],
  ['the stage chose join', { ...POSTS, scene: { scene: 'join' } }, 0, 'join'],
  ['the stage chose blank', { ...POSTS, scene: { scene: 'blank' } }, 0, 'blank'],
  ['the stage chose the title', { ...POSTS, scene: { scene: 'title' } }, 0, 'title'],
  ['a scene that this page does not know: the fountain', { ...POSTS, scene: { scene: 'tomorrow' } }, 0, 'fountain'],
  ['a slide without a word on it: the fountain', { ...POSTS, scene: { scene: 'text', title: '', text: '' } }, 0, 'fountain'],
  ['a minute without the server: still the fountain', POSTS, LEASE_MS, 'fountain'],
  ['more than a minute: the safe slide', POSTS, LEASE_MS + 1, 'safe'],
];
for (const [name, entries, silentMs, scene] of TABLE) {
  test(name, () => assert.equal(showing(view(entries), silentMs).scene, scene));
}
test('a wall that has heard nothing yet invites', () => assert.equal(showing(NOTHING, 0).scene, 'join'));

test('a slide of the organiser brings its words, and no post', () => {
  const found = showing(view({ ...POSTS, scene: { scene: 'text', title: 'Lunch', text: 'Tot 13:30' } }), 0);
  assert.deepEqual(found, { scene: 'text', posts: [], title: 'Lunch', text: 'Tot 13:30', session: null, papers: [], questions: [], polls: [] });
});

test('the spotlight has its one post; without it the fountain is back', () => {
  const spot = (entries) => showing(view({ ...entries, scene: { scene: 'spotlight', post: 'b' } }), 0);

  assert.deepEqual([spot(POSTS).scene, spot(POSTS).posts.map(({ id }) => id)], ['spotlight', ['b']]);
  assert.equal(spot({ 'post:a': post('a') }).scene, 'fountain');
  assert.equal(spot({}).scene, 'join');
});

test('a playlist keeps its order, and leaves out what may not be seen', () => {
  const list = (...posts) => showing(view({ ...POSTS, scene: { scene: 'playlist', posts } }), 0);

  assert.deepEqual(list('c', 'x', 'a', 'c').posts.map(({ id }) => id), ['c', 'a']);
  assert.equal(list('x').scene, 'fountain');
});

test('a screen with a scene of its own', () => {
  const both = view({ ...POSTS, scene: { scene: 'join', screens: { links: { scene: 'spotlight', post: 'a' } } } });

  const on = (id) => showing(both, 0, { ...HERE, screen: { id } }).scene;
  assert.equal(on('links'), 'spotlight');
  assert.equal(on('rechts'), 'join');
});

const PAPERS = [{ id: 'p', session: 's', open: true }, { id: 'q', session: 's', open: false }, { id: 'r', session: null, open: true }];
const PROGRAMME = [
  ['now and next', { scene: 'programme' }, ['programme', null, []]],
  ['the day', { scene: 'day' }, ['day', null, []]],
  ['a title card', { scene: 'session', session: 's' }, ['session', 's', []]],
  ['a title card of the one on stage', { scene: 'session' }, ['session', 's', []]],
  ['a title card of what is gone: the fountain', { scene: 'session', session: 'x' }, ['fountain', null, []]],
  ['a paper, with its session', { scene: 'paper', paper: 'p' }, ['paper', 's', ['p']]],
  ['a paper that is not open yet, which it says', { scene: 'paper', paper: 'q' }, ['paper', 's', ['q']]],
  ['a paper of no session', { scene: 'paper', paper: 'r' }, ['paper', null, ['r']]],
  ['a paper that is gone: the fountain', { scene: 'paper', paper: 'x' }, ['fountain', null, []]],
  ['the papers of a session that are open', { scene: 'papers', session: 's' }, ['papers', 's', ['p']]],
  ['the papers of a session that has none: the fountain', { scene: 'papers', session: 't' }, ['fountain', null, []]],
];
for (const [name, scene, expected] of PROGRAMME) {
  test(`of the programme: ${name}`, () => {
    const found = showing(view({ ...POSTS, scene, shelf: { seq: 1, count: 3, papers: PAPERS } }), 0, HERE);
    assert.deepEqual([found.scene, found.session?.id ?? null, found.papers.map(({ id }) => id)], expected);
  });
}

test('no programme: the fountain', () => assert.equal(showing(view({ ...POSTS, scene: { scene: 'day' } }), 0).scene, 'fountain'));

test('stopped: the safe slide, whatever the programme asks for', () => {
  const stopped = view({ stop: { on: true }, scene: { scene: 'fountain' }, direction: { stageSafe: true, papersS: 60 } });
  assert.equal(showing(stopped, 0, { ...HERE, screen: { id: 'x', room: 'r', stage: true } }).scene, 'safe');
});

for (const [title, size] of [
  ['Overheid aan tafel', 'large'],
  ['Dag van de Begrijpelijke Brief', 'middle'],
  ['Toegankelijkheid nu', 'small'],
  ['Dag van de Begrijpelijke Brief in de Gemeente Súdwest-Fryslân', 'small'],
  ['Meervoudigepersoonlijkheidsstoornis', 'tiny'],
  ['Een titel '.repeat(12), 'tiny'],
]) {
  test(`on a slide the title "${title.slice(0, 30)}" is ${size}`, () => assert.equal(titleSize(title), size));
}

// --- the hall -------------------------------------------------------------------------------------------------

const asked = (post, more) => ({ post, text: post, name: '', session: null, stand: 'open', asked: 1, changed: 1, ...more });
const poll = (id, more) => ({ id, kind: 'single', opening: 5, opened: 1, closed: 0, session: null, again: null, ...more });
const ASKED = { hall: { questions: true, reactions: false, follows: false }, 'question:a': asked('a'), 'votes:a': 3, 'question:b': asked('b', { stand: 'on-stage' }), 'question:c': asked('c', { stand: 'answered' }), 'question:d': asked('d', { asked: 9 }) };

test('a question: the one that was chosen, else the one on stage; without it the fountain', () => {
  const shows = (entries, scene) => showing(view({ ...POSTS, ...entries, scene }), 0);

  assert.deepEqual(shows(ASKED, { scene: 'question', post: 'a' }).questions.map(({ post, votes }) => [post, votes]), [['a', 3]]);
  assert.deepEqual(shows(ASKED, { scene: 'question' }).questions.map(({ post }) => post), ['b']);
  assert.equal(shows(ASKED, { scene: 'question', post: 'gone' }).scene, 'fountain');
  assert.equal(shows({}, { scene: 'question' }).scene, 'fountain');
});

test('questions: what is on stage, then those that come up next; an invitation where there are none yet', () => {
  const shows = (entries) => showing(view({ ...POSTS, ...entries, scene: { scene: 'questions' } }), 0);

  assert.deepEqual(shows(ASKED).questions.map(({ post }) => post), ['b', 'a', 'd']);
  assert.deepEqual([shows({ hall: ASKED.hall }).scene, shows({ hall: ASKED.hall }).questions.length], ['questions', 0]);
  assert.equal(shows({}).scene, 'fountain', 'where none can be asked');
});

test('a poll brings the one before it; a draft shows nothing', () => {
  const entries = { 'poll:old': poll('old', { closed: 2 }), 'poll:new': poll('new', { again: 'old' }), 'poll:draft': poll('draft', { opening: 0 }) };
  const shows = (scene) => showing(view({ ...POSTS, hall: ASKED.hall, ...entries, scene }), 0);

  assert.deepEqual(shows({ scene: 'poll' }).polls.map(({ id }) => id), ['new', 'old']);
  assert.deepEqual(shows({ scene: 'poll', poll: 'old' }).polls.map(({ id }) => id), ['old']);
  assert.equal(shows({ scene: 'poll', poll: 'draft' }).scene, 'fountain');
});

test('what the hall asks comes by itself; stop and a lost server come before it, and so does what a person chose', () => {
  const entries = { ...POSTS, 'question:b': asked('b', { stand: 'on-stage' }) };

  assert.equal(showing(view(entries), 0, HERE).scene, 'question');
  assert.equal(showing(view({ ...entries, stop: { on: true } }), 0, HERE).scene, 'safe');
  assert.equal(showing(view(entries), LEASE_MS + 1, HERE).scene, 'safe');
  assert.equal(showing(view({ ...entries, scene: { scene: 'day' } }), 0, HERE).scene, 'day');
  assert.equal(showing(view({ ...entries, hall: ASKED.hall }), 0, HERE).scene, 'fountain', 'staff switched it off');
});
