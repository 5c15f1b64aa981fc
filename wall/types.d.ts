/** The shapes that the pages share with the server. All times are microseconds of the server's clock unless a name says otherwise. */

export type Lang = 'nl' | 'en';
export type Words = Readonly<Record<string, string | { readonly one?: string; readonly other: string }>>;
/** Looks a text up by key and fills its holes; `n` chooses the plural. */
export type Translate = (key: string, holes?: Readonly<Record<string, string | number>>) => string;

export interface Symposium {
  readonly slug: string;
  readonly title: string;
  readonly hashtags: readonly string[];
  readonly languages: readonly string[];
  readonly date: string;
  readonly short: string;
  readonly open: boolean;
  /** A network listens: posts with a hashtag arrive. */
  readonly listens: boolean;
}

export type Role = 'organiser' | 'moderator' | 'author' | 'screen' | 'operator';

export interface Badge {
  readonly id: string;
  readonly role: Role;
  readonly name: string;
}

/** What the server wrote into the page (`<script id="fontein">`). */
export interface Page {
  readonly slug: string;
  readonly lang: Lang;
  readonly languages: readonly string[];
  readonly otherLang: string | null;
  readonly otherLangUrl: string | null;
  readonly epoch: string;
  readonly words: Words;
  readonly api: string;
  readonly liveUrl: string;
  readonly assets: string;
  readonly secure: boolean;
  readonly device: boolean;
  readonly badge: Badge | null;
  readonly symposium: Symposium | null;
  readonly join: { readonly url: string; readonly short: string; readonly qr: string };
  readonly maxGraphemes: number;
  readonly maxPhotos: number;
}

export type Status = 'held' | 'shown' | 'hidden' | 'rejected' | 'withdrawn' | 'gone' | 'erased';

export interface Author {
  readonly name: string;
  readonly handle: string;
  readonly avatar: string | null;
  /** 0..11, made from the author's identity. */
  readonly color: number;
}

export interface Media {
  readonly url: string;
  readonly alt: string;
  readonly width: number;
  readonly height: number;
}

export interface CustomEmoji {
  readonly shortcode: string;
  readonly url: string;
}

export interface Post {
  readonly id: string;
  readonly revision: number;
  readonly status: Status;
  readonly kind: string;
  readonly source: string;
  readonly author: Author;
  /** Already cut for screens; `whole` says whether it is everything. */
  readonly text: string;
  readonly whole: boolean;
  readonly lang: string | null;
  readonly created: number;
  readonly received: number;
  /** The seq of the entry that released it; 0 when it was never released. */
  readonly released: number;
  readonly permalink: string | null;
  readonly session: string | null;
  readonly media: readonly Media[];
  readonly emojis: readonly CustomEmoji[];
  readonly warning: string | null;
  readonly pinned: boolean;
  readonly starred: boolean;
}

export interface Why {
  readonly rule: string;
  readonly found: string | null;
  readonly reason: string | null;
}

export interface DeskPost extends Post {
  readonly place: number;
  readonly waitsSince: number;
  readonly why: Why | null;
  readonly notes: readonly string[];
  readonly like: string | null;
  readonly alike: number;
  readonly authorToday: { readonly shown: number; readonly rejected: number };
  readonly authorKey: string;
  readonly revisions: number;
  /** The reason that a person gave. */
  readonly reason?: string | null;
  readonly decidedBy?: string | null;
}

export type Reason = 'advertising' | 'personal-data' | 'hurtful' | 'off-topic' | 'duplicate';

export interface Own {
  readonly id: string;
  readonly revision: number;
  readonly status: Status;
  readonly onScreen: boolean;
  readonly reason: string | null;
  readonly text: string;
  readonly media: readonly { readonly alt: string }[];
  readonly received: number;
  readonly decidedAt: number | null;
  readonly name: string;
}

export interface Switch {
  readonly on: boolean;
  readonly at: number;
  readonly by?: string | null;
}

export interface Decided {
  readonly seq: number;
  readonly at: number;
  readonly by: string | null;
  readonly decision: string;
  readonly posts: readonly string[];
  readonly undone: boolean;
  readonly text: string;
  readonly name: string;
}

export interface SourceEntry {
  readonly id: string;
  readonly network: string;
  readonly on: boolean;
  readonly name: string;
}

export interface Counts {
  readonly held?: number;
  readonly shown: number;
  readonly hidden?: number;
  readonly rejected?: number;
}

export interface Figures {
  readonly held: number;
  readonly oldestAt: number | null;
}

/** The values a view can hold, by the part of the key before the colon. */
export interface ViewValues {
  symposium: Symposium;
  scene: { readonly scene: Scene };
  stop: Switch;
  pause: Switch;
  counts: Counts;
  policy: { readonly policy: string };
  figures: Figures;
}

export type Scene = 'fountain' | 'join' | 'blank';
export type Audience = 'wall' | 'phone' | 'desk' | 'stage';

export type Change = readonly ['put', string, unknown] | readonly ['drop', string];

export interface SnapshotFrame { readonly type: 'snapshot'; readonly epoch: string; readonly to: number; readonly view: Readonly<Record<string, unknown>> }
export interface ChangesFrame { readonly type: 'changes'; readonly from: number; readonly to: number; readonly changes: readonly Change[] }
export interface OwnFrame { readonly type: 'own'; readonly posts: readonly Own[] }
export interface CoverFrame { readonly type: 'cover'; readonly keys: readonly string[] | 'all' }
export interface PulseFrame { readonly type: 'pulse'; readonly topic: string; readonly key: string; readonly value: unknown; readonly ttl: number }
export interface TickFrame { readonly type: 'tick'; readonly to: number; readonly now: number }
export interface ByeFrame { readonly type: 'bye'; readonly again: boolean }
export type Frame = SnapshotFrame | ChangesFrame | OwnFrame | CoverFrame | PulseFrame | TickFrame | ByeFrame;

/** What one audience sees, as far as this page knows. Replaced, never changed. */
export interface View {
  readonly epoch: string;
  /** Sequence number up to which this is complete; null before the first snapshot. */
  readonly position: number | null;
  readonly entries: ReadonlyMap<string, unknown>;
  /** Covered keys (or 'all') → 0 while certain, else the generation of the frame that put it in doubt. */
  readonly covered: ReadonlyMap<string, number>;
  readonly generation: number;
}

export type LiveState = 'connecting' | 'live' | 'lost' | 'ended';

/** RFC 9457, with our own members. `status` 0 means that no answer came. */
export interface Problem {
  readonly type?: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly field?: string;
  /** Seconds. */
  readonly retryAfter?: number;
  readonly [more: string]: unknown;
}

export type Answer<T> = { readonly ok: true; readonly status: number; readonly data: T } | { readonly ok: false; readonly problem: Problem };
