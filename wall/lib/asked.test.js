import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { NEW_EVERY, nextUp } from './asked.js';

/** @param {string} post @param {number} votes @param {number} asked */
const q = (post, votes, asked) => ({ post, votes, asked });
/** @param {readonly {post: string}[]} questions */
const posts = (questions) => questions.map((question) => question.post).join('');

const hall = [q('a', 9, 10), q('b', 7, 20), q('c', 5, 30), q('d', 3, 40), q('e', 0, 90), q('f', 0, 80), q('g', 0, 5)];

describe('nextUp', () => {
  it('gives every third place to the newest of those that did not come up yet', () => {
    assert.equal(posts(nextUp(hall)), 'abecdfg');
  });

  it('stops where it is told to', () => {
    assert.equal(posts(nextUp(hall, 3)), 'abe');
    assert.equal(posts(nextUp(hall, 0)), '');
  });

  it('does not bury a question without votes under any number of wanted ones', () => {
    const many = Array.from({ length: 300 }, (_, n) => q(`w${n}`, 300 - n, n));
    const place = nextUp([...many, q('new', 0, 1_000)]).findIndex((each) => each.post === 'new');
    assert.equal(place, NEW_EVERY - 1);
    const plain = [...many, q('new', 0, 1_000)].sort((a, b) => b.votes - a.votes);
    assert.equal(plain.at(-1)?.post, 'new', 'by votes alone it would come last');
  });

  it('has each once, whatever the order in which they came', () => {
    const turned = nextUp([...hall].reverse());
    assert.deepEqual(turned, nextUp(hall));
    assert.equal(new Set(turned).size, hall.length);
  });

  it('lets the one that waits longest go first where as many want both', () => {
    assert.equal(posts(nextUp([q('late', 2, 9), q('early', 2, 1)])), 'earlylate');
  });
});
