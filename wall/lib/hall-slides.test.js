import assert from 'node:assert/strict';
import { test } from 'node:test';
import { barPosts } from './bar-posts.js';
import { inBoth, pollSlide, questionSlide, questionsSlide, timeLeft } from './hall-slides.js';

const S = 1_000_000;
const t = (key, holes) => (holes ? `${key} ${Object.values(holes).join(' ')}` : key);
const FACTS = { t, lang: 'nl', languages: ['nl', 'en'], programme: null, item: null, sessions: [], nowMs: 100_000, room: null, join: { qr: '/qr', short: 'x/p' }, title: '', shelf: 0 };
const poll = (more, tally = { n: 0, result: null }) => ({ id: 'p', kind: 'single', title: { nl: 'Ja?' }, options: [{ nl: 'Ja' }, { nl: 'Nee' }], ends: [], most: 1, low: 0, high: 0, seconds: 0, right: null, binding: false, reveal: 'closed', session: null, again: null, withSession: false, opening: 5, opened: 50 * S, endsAt: null, closed: 99 * S, ...more, tally });
const result = (n, counts, more) => ({ n, result: { n, few: false, counts, middle: null, bins: [], words: [], ...more } });
const asked = (post, more) => ({ post, text: post, name: '', lang: null, session: null, to: '', merged: 0, stand: 'open', asked: 1, changed: 1, answer: null, votes: 0, ...more });

test('a text in both languages: that of the screen first, and none twice', () => {
  assert.deepEqual(inBoth(FACTS, { en: 'Yes', nl: 'Ja' }), ['Ja', 'Yes']);
  assert.deepEqual(inBoth({ ...FACTS, lang: 'en' }, { en: 'Yes', nl: 'Ja' }), ['Yes', 'Ja']);
  assert.deepEqual(inBoth(FACTS, { en: 'Yes' }), ['Yes']);
  assert.deepEqual(inBoth(FACTS, { en: '1994', nl: '1994' }), ['1994']);
  assert.deepEqual(inBoth({ ...FACTS, languages: ['nl'] }, { en: 'Yes', nl: 'Ja' }), ['Ja']);
});

test('a question says who asks, or that it is a participant, and who else wants to know', () => {
  const slide = questionSlide(FACTS, asked('q', { to: 'Noor', votes: 38 }));

  assert.deepEqual([slide.who, slide.to, slide.done, slide.live.votes], ['screen.question.nameless', 'screen.question.to Noor', '', 'screen.question.votes 38']);
  assert.equal(questionSlide(FACTS, asked('q', { votes: 1 })).live.votes, '', 'the asker alone is nobody else');
});

test('an answered question brings its answer, and no way to vote for it', () => {
  const slide = questionSlide(FACTS, asked('q', { stand: 'answered', answer: { name: 'Noor', text: 'Nee.' } }));

  assert.deepEqual([slide.answer, slide.how, slide.want], ['Noor: Nee.', '', '']);
  assert.match(slide.done, /^screen\.question\.answered/);
});

test('questions: votes apart, what is on stage and what is new is said', () => {
  const slide = questionsSlide(FACTS, [asked('a', { stand: 'on-stage', votes: 9 }), asked('b', { votes: 1 }), asked('c', { votes: 4 })]);

  assert.deepEqual(slide.rows.map(({ post, mark }) => [post, mark]), [['a', 'screen.asked.on-stage'], ['b', 'screen.asked.new'], ['c', '']]);
  assert.deepEqual(slide.live, { a: '9', b: '', c: '4' });
  assert.equal(questionsSlide(FACTS, []).empty, 'screen.asked.none');
});

test('open without a result: how many voted and what can be chosen, no bar', () => {
  const slide = pollSlide(FACTS, poll({ closed: 0 }, { n: 143, result: null }));

  assert.deepEqual([slide.form, slide.open, slide.live.n, slide.bars, slide.options.length, slide.few], ['ask', true, '143', [], 2, '']);
});

test('too few: it is said, and nothing else is told', () => {
  const few = { n: 3, result: { n: 3, few: true, counts: [], middle: null, bins: [], words: [] } };

  assert.deepEqual([pollSlide(FACTS, poll({}, few)).form, pollSlide(FACTS, poll({}, few)).few, pollSlide(FACTS, poll({}, few)).bars], ['ask', 'screen.poll.few', []]);
});

test('a result in the order of the question, the largest marked in a sign and in words', () => {
  const slide = pollSlide(FACTS, poll({}, result(10, [3, 7])));

  assert.deepEqual([slide.form, slide.rows.map(({ sign }) => sign), slide.bars, slide.live.p0, slide.live.n1], ['bars', ['', 'most'], [0.3, 0.7], '30%', '7']);
});

test('while it is open, what each vote changes makes no other picture', () => {
  const shape = (counts) => ({ ...pollSlide(FACTS, poll({ closed: 0, reveal: 'live' }, result(10, counts))), live: null, bars: null });

  assert.deepEqual(shape([3, 7]), shape([7, 3]));
  assert.notDeepEqual(pollSlide(FACTS, poll({}, result(10, [3, 7]))).rows, pollSlide(FACTS, poll({}, result(10, [7, 3]))).rows, 'a closed one is marked for good');
});

test('a quiz: the time that is left, then what was right', () => {
  const open = pollSlide(FACTS, poll({ kind: 'quiz', closed: 0, seconds: 60, endsAt: 137 * S }));
  const closed = pollSlide(FACTS, poll({ kind: 'quiz', right: 0 }, result(10, [3, 7])));

  assert.deepEqual([open.live.left, open.bars], ['screen.poll.left 0:37', [37 / 60]]);
  assert.deepEqual(closed.rows.map(({ sign }) => sign), ['right', '']);
  assert.equal(timeLeft(61_000), '1:01');
});

test('when its time is over a poll asks for no more votes, and keeps the place of the clock', () => {
  const over = pollSlide({ ...FACTS, nowMs: 137_000 }, poll({ closed: 0, seconds: 60, endsAt: 137 * S }));
  const before = pollSlide({ ...FACTS, nowMs: 136_999 }, poll({ closed: 0, seconds: 60, endsAt: 137 * S }));

  assert.deepEqual([over.live.left, over.hint, over.timed, over.bars], ['screen.poll.over', 'screen.poll.wait', true, [0]]);
  assert.deepEqual([before.live.left, before.hint], ['screen.poll.left 0:01', 'screen.poll.vote']);
});

test('who could vote is told in the past once it is closed', () => {
  assert.deepEqual([{}, { closed: 0 }, { binding: true }].map((more) => pollSlide(FACTS, poll(more)).weight), ['screen.poll.indicative-closed', 'screen.poll.indicative', 'screen.poll.binding']);
});

test('a scale and a number say what is in the middle, a ranking which came first', () => {
  assert.equal(pollSlide(FACTS, poll({ kind: 'scale', options: [], low: 1, high: 3 }, result(6, [1, 2, 3]))).live.sum, 'screen.poll.mean 2,3');
  const number = pollSlide(FACTS, poll({ kind: 'number', options: [] }, result(6, [6], { middle: 1_200, bins: [{ low: 0, high: 999, n: 2 }, { low: 1_000, high: 1_999, n: 4 }] })));
  assert.deepEqual([number.live.sum, number.rows.map(({ label }) => label[0]), number.live.p1], ['screen.poll.middle 1.200', ['0 – 999', '1.000 – 1.999'], '4']);
  const names = (...bins) => pollSlide(FACTS, poll({ kind: 'number', options: [] }, result(6, [6], { middle: -2, bins: bins.map(([low, high]) => ({ low, high, n: 3 })) }))).rows.map(({ label }) => label[0]);
  assert.deepEqual(names([-1_000_000_000, -800_000_001], [1_200_000, 1_399_999], [-5, -5]), ['−1 miljard – −800 miljoen', '1,2 miljoen – 1,4 miljoen', '−5'], 'a row of zeros is counted, not read');
  assert.deepEqual(names([1_000_000_000, 1_000_000_099]), ['1.000.000.000 – 1.000.000.099'], 'and where they would be the same it is counted');
  const ranking = pollSlide(FACTS, poll({ kind: 'ranking' }, result(5, [1, 4])));
  assert.deepEqual([ranking.rows.map(({ label }) => label[0]), ranking.live.p0], [['Nee', 'Ja'], 'screen.poll.place 1']);
});

test('statements: three shares each, and nothing where few answered', () => {
  const slide = pollSlide(FACTS, poll({ kind: 'statements' }, result(9, [6, 3, 0, 1, 1, 1])));

  assert.deepEqual([slide.form, slide.live.p0, slide.live.q0, slide.live.p1, slide.bars], ['statements', '67%', '33%', 'screen.poll.few-short', [0.67, 0.33, 0, 0, 0, 0]]);
});

test('asked twice: what it was, what it is, and by how much it moved; not while the second is open', () => {
  const before = poll({ id: 'o' }, result(10, [5, 5]));
  const slide = pollSlide(FACTS, poll({ again: 'o' }, result(10, [8, 2])), before);

  assert.deepEqual([slide.form, slide.bars, slide.live.b0, slide.live.n0, slide.live.p0, slide.live.p1], ['shift', [0.5, 0.8, 0.5, 0.2], '50%', '80%', 'screen.poll.up 30', 'screen.poll.down 30']);
  assert.equal(pollSlide(FACTS, poll({ again: 'o', closed: 0, reveal: 'live' }, result(10, [8, 2])), before).form, 'bars');
});

test('groups of opinion: each with a letter and its number of people, and what unites and divides in words', () => {
  const place = { n: 20, x: 0, y: 0, wide: 0.1, high: 0.1, turn: 0, typical: [{ n: 1 }] };
  const found = { n: 50, clear: true, groups: [place, place], statements: [{ statement: 1, groups: [{ n: 10, agree: 9, disagree: 1 }, { n: 10, agree: 1, disagree: 9 }] }], unites: [{ statement: 0, side: 'disagree' }], divides: [1] };
  const closed = poll({ kind: 'statements' }, result(50, [5, 40, 5, 25, 25, 0]));
  const { groups } = pollSlide(FACTS, closed, null, found);

  assert.deepEqual(groups?.groups.map(({ name, people }) => [name, people]), [['A', 'screen.groups.people 20'], ['B', 'screen.groups.people 20']]);
  assert.deepEqual([groups?.united, groups?.divided], [[{ text: ['Ja'], said: 'screen.poll.disagree' }], [{ text: ['Nee'], said: 'A\u00A090%\u00A0screen.poll.agree · B\u00A010%\u00A0screen.poll.agree' }]]);
  assert.equal(pollSlide(FACTS, closed, null, { ...found, clear: false }).groups, null);
  assert.equal(pollSlide(FACTS, { ...closed, closed: 0 }, null, found).groups, null, 'nobody is told before it is closed');
});

test('in the bar of a stream: a question, an open poll without its number, a result', () => {
  const shows = (scene, questions, polls) => barPosts(FACTS, { scene, posts: [], title: '', text: '', session: null, papers: [], questions, polls });

  assert.deepEqual(shows('question', [asked('q', { name: 'Noor' })], []).map(({ text, author }) => [text, author.name]), [['q', 'screen.question · Noor']]);
  assert.deepEqual(shows('poll', [], [poll({ closed: 0 }, { n: 143, result: null })]), shows('poll', [], [poll({ closed: 0 }, { n: 999, result: null })]));
  assert.equal(shows('poll', [], [poll({}, result(10, [3, 7]))])[0].text, 'Ja 30% · Nee 70%');
  const long = { options: [{ nl: 'W'.repeat(60) }, { nl: 'V'.repeat(30) }], title: { nl: 'T'.repeat(200) } };
  const [post] = shows('poll', [], [poll(long, result(10, [3, 7]))]);
  assert.deepEqual([post.text, post.author.name.length], [`screen.poll.most: ${'V'.repeat(30)} 70%`, 71], 'a bar holds two lines');
  assert.deepEqual(shows('join', [asked('q')], [poll()]), []);
});
