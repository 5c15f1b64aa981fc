import assert from 'node:assert/strict';
import { test } from 'node:test';

import { waited } from './waited.js';

for (const [ms, expected] of [[0, '0:00'], [9_999, '0:09'], [130_000, '2:10'], [3_730_000, '1:02:10'], [-5, '0:00']]) {
  test(`${ms} ms waited is ${expected}`, () => assert.equal(waited(ms), expected));
}
