/** The links that a new symposium comes with. Pure. */

/**
 * @typedef {object} Made The answer of the server.
 * @property {string} slug
 * @property {Readonly<Record<string, string>>} links
 * @property {Readonly<Record<string, string>>} badges Tokens by role.
 *
 * @typedef {object} RoleLink
 * @property {'moderator' | 'stage' | 'organiser'} role Also the key of its words.
 * @property {string} sign
 * @property {string} link With the token.
 */

/** Role, icon, page, and whose token opens it: the roles that have a page. @type {ReadonlyArray<readonly [RoleLink['role'], string, string, string]>} */
const CARDS = [
  ['moderator', 'message', 'desk', 'moderator'],
  ['stage', 'settings', 'stage', 'moderator'],
  ['organiser', 'key', 'organise', 'organiser'],
];

/**
 * The links with a badge in them, in the order of the page.
 *
 * @param {Made} made
 * @param {string} origin For what the server gives no link to.
 * @returns {RoleLink[]}
 */
export function roleLinks(made, origin) {
  return CARDS.flatMap(([role, sign, page, badge]) => {
    const token = made.badges[badge];
    const given = made.links[page] ?? made.links[role];
    if (given?.includes('#k=')) return [{ role, sign, link: given }];
    return token ? [{ role, sign, link: `${given ?? `${origin}/${made.slug}/${page}`}#k=${token}` }] : [];
  });
}

/**
 * The addresses that everybody may know.
 *
 * @param {Made} made
 * @param {string} origin
 * @param {string} short What people type; the code leads to the same page.
 */
export function openLinks(made, origin, short) {
  const join = made.links['join'] ?? `${origin}/${made.slug}`;
  return { join, typed: `${new URL(join).host}/${short.toLowerCase()}`, wall: made.links['wall'] ?? `${origin}/${made.slug}/wall` };
}
