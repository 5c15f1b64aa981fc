/** @import {DeskPost} from '../types.js' */
/** @import {Actions} from './actions.js' */
/** @import {Core} from './core.js' */
import { send } from '../lib/http.js';

/** What changes a post without deciding about it: its descriptions, its session, or that it ever was. */
export class Changing {
  /**
   * @param {Core} core
   * @param {Actions} desk
   */
  constructor(core, desk) {
    this.core = core;
    this.desk = desk;
  }

  /**
   * Other words under the photos, another session.
   *
   * @param {DeskPost} post As the editor saw it.
   * @param {{alts?: ReadonlyArray<string>, session?: string | null}} change
   */
  async amend(post, change) {
    const answer = await send('PATCH', `${this.core.api}/posts/${post.id}`, { revision: post.revision, ...change });
    if (!answer.ok) return answer.problem.status === 409 ? this.core.tell(this.core.t('desk.edit.refused'), post.id) : this.core.failed(answer.problem);
    const { revision } = answer.data;
    const media = change.alts ? post.media.map((photo, n) => ({ ...photo, alt: change.alts?.[n] ?? photo.alt })) : post.media;
    const now = { ...post, revision, media, session: change.session === undefined ? post.session : change.session };
    this.core.set({ message: { words: this.core.t('desk.edit.done'), post: null } });
    this.desk.lists.put(now);
    // The stream tells it too, sooner or later; until then this is what stands.
    if (this.core.state.focus?.id === post.id && this.core.state.focus.revision < revision) this.core.set({ focus: now });
    this.desk.sync();
  }

  noSessions() {
    this.core.tell(this.core.t('desk.move.none'));
  }

  nothingToEdit() {
    this.core.tell(this.core.t('desk.edit.nothing'));
  }

  /**
   * Everything that this author sent goes for good, also from the journal. Only organisers may.
   * @param {DeskPost} post One of theirs.
   */
  async erase(post) {
    const answer = await send('POST', `${this.core.api}/erasures`, { authorOf: post.id });
    if (!answer.ok) return this.core.failed(answer.problem);
    this.core.tell(this.core.t('desk.erase.done', { n: answer.data.erased.length }));
    if (this.core.state.tab !== 'held') await this.desk.tab(this.core.state.tab);
  }
}
