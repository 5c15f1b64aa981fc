import assert from 'node:assert/strict';
import { test } from 'node:test';

import { openLinks, roleLinks } from './roles.js';

const ORIGIN = 'https://fontein.example';
const BADGES = { organiser: 'tok-o', moderator: 'tok-m', author: 'tok-a' };

test('every role with a page gets a link with its own token, in the order of the page', () => {
  const links = { desk: `${ORIGIN}/dag/desk`, stage: `${ORIGIN}/dag/stage`, report: `${ORIGIN}/dag/report`, organise: `${ORIGIN}/dag/organise` };

  assert.deepEqual(roleLinks({ slug: 'dag', links, badges: BADGES }, ORIGIN).map(({ role, link }) => [role, link]), [
    ['moderator', `${ORIGIN}/dag/desk#k=tok-m`],
    ['stage', `${ORIGIN}/dag/stage#k=tok-m`],
    ['organiser', `${ORIGIN}/dag/organise#k=tok-o`],
  ]);
});

test('a link that has its token already is left alone', () => {
  const [desk] = roleLinks({ slug: 'dag', links: { desk: `${ORIGIN}/dag/desk#k=other` }, badges: BADGES }, ORIGIN);

  assert.equal(desk.link, `${ORIGIN}/dag/desk#k=other`);
});

test('a role without a token and without a link has no card', () => {
  assert.deepEqual(roleLinks({ slug: 'dag', links: {}, badges: { organiser: 'tok-o' } }, ORIGIN).map(({ role }) => role), ['organiser']);
});

test('a role whose page is not there has no card, also when it has a token and a link', () => {
  const links = { report: `${ORIGIN}/dag/report`, author: `${ORIGIN}/dag/report#k=tok-a`, screen: `${ORIGIN}/dag/wall#k=tok-s` };

  assert.deepEqual(roleLinks({ slug: 'dag', links, badges: { author: 'tok-a', screen: 'tok-s', speaker: 'tok-p' } }, ORIGIN), []);
});

test('the open addresses have no token, and the short one is there to be typed', () => {
  assert.deepEqual(openLinks({ slug: 'dag', links: {}, badges: BADGES }, ORIGIN, 'LU'), {
    join: `${ORIGIN}/dag`, typed: 'fontein.example/lu', wall: `${ORIGIN}/dag/wall`,
  });
});
