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

export type Role = 'organiser' | 'moderator' | 'author' | 'speaker' | 'screen' | 'operator';

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
  readonly join: { readonly url: string; readonly short: string; readonly qr: string; readonly check?: CheckWord };
  readonly maxGraphemes: number;
  readonly maxPhotos: number;
  /** On a screen that shows the organiser how a theme would look: that theme. It is no screen of the hall. */
  readonly tried?: ThemeItem | null;
  /** On a screen in the page that plays the day again: it listens to that page. It is no screen of the hall. */
  readonly replay?: boolean;
}

export type Status = 'held' | 'shown' | 'hidden' | 'rejected' | 'withdrawn' | 'gone' | 'erased' | 'lapsed';

export interface Author {
  readonly name: string;
  readonly handle: string;
  readonly avatar: string | null;
  /** 0..11, made from the author's identity. */
  readonly color: number;
}

export interface Media {
  readonly url: string;
  /** One of at most 320 pixels. */
  readonly small?: string;
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
  /** The first of those that say the same. */
  readonly group: string;
  /** How many in the queue say the same, this one included. */
  readonly alike: number;
  /** It came from a phone. */
  readonly device: boolean;
  readonly authorToday: { readonly shown: number; readonly rejected: number };
  readonly authorKey: string;
  readonly revisions: number;
  /** The reason that a person gave. */
  readonly reason?: string | null;
  readonly decidedBy?: string | null;
  readonly decidedAt?: number | null;
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
  /** When it was withdrawn, taken away or erased. */
  readonly endedAt: number | null;
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
  /** `decided`, `banned`, or what was done to the symposium as a whole. */
  readonly what: string;
  /** Empty where `what` is not about a post. */
  readonly decision: string;
  /** A code: on, off, a policy, a scene. */
  readonly detail: string;
  readonly screen: string | null;
  readonly posts: readonly string[];
  readonly undone: boolean;
  readonly canUndo: boolean;
  /** Why it was rejected. */
  readonly reason: string | null;
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
  scene: SceneItem;
  announcement: Announcement;
  theme: ThemeItem;
  now: Now;
  programme: ProgrammeItem;
  direction: Direction;
  screens: Readonly<Record<string, PairedScreen>>;
  shelf: Shelf;
  check: CheckWord;
  stop: Switch;
  pause: Switch;
  counts: Counts;
  policy: { readonly policy: string; readonly brake?: Brake | null };
  figures: Figures;
}

/** Why everything waits: what was seen in the minute before it came on. */
export interface Brake {
  readonly at: number;
  /** The policy that held. */
  readonly was: string;
  readonly postsPerMinute: number;
  readonly newPercent: number;
  readonly alikePercent: number;
  /** How many wait since. */
  readonly held: number;
}

export type Scene =
  | 'fountain' | 'spotlight' | 'join' | 'title' | 'text' | 'playlist' | 'blank'
  | 'programme' | 'day' | 'session' | 'paper' | 'papers';

/** What one screen, or all of them, shows. */
export interface SceneValue {
  readonly scene: Scene;
  /** Of a spotlight. */
  readonly post?: string | null;
  /** Of a playlist, in its order. */
  readonly posts?: readonly string[];
  /** Of a text slide. */
  readonly title?: string;
  readonly text?: string;
  /** Of a title card and of the papers of a session; without one, the session that is on stage. */
  readonly session?: string | null;
  /** Of a paper. */
  readonly paper?: string | null;
}

export interface SceneItem extends SceneValue {
  /** Screens with a scene of their own. */
  readonly screens?: Readonly<Record<string, SceneValue>>;
  /** Rooms with a scene of their own; a screen's own comes before it. */
  readonly rooms?: Readonly<Record<string, SceneValue>>;
}

/** What the organiser says to the hall; `text` null: nothing. */
export interface Announcement {
  readonly text: string | null;
  readonly at?: number;
}

export interface ThemeItem {
  readonly name: string;
  readonly mode: string;
  readonly layout?: string;
  /** Where the theme's custom properties come from. */
  readonly css?: string;
  readonly logo?: string | null;
  readonly options?: Readonly<Record<string, string | number | boolean>>;
}

/** What is on stage now, where a programme tells. */
export interface Now {
  readonly title: string;
  readonly room?: string;
  /** A break, or what else nobody speaks at. */
  readonly free?: boolean;
}

/** The same word on screen and phone, by language. */
export type CheckWord = Readonly<Partial<Record<Lang, string>>>;

export type SessionKind = 'talk' | 'break' | 'other';
/** Somebody speaks, or the hall asks. */
export type SessionPart = 'talk' | 'questions';

export interface ProgrammeRoom {
  readonly id: string;
  readonly name: string;
  /** Of the room's short address; absent or null: it has none. */
  readonly code?: string | null;
}

/** One item of the programme, with its planned times; `lib/programme.js` says which hold. */
export interface Session {
  readonly id: string;
  readonly title: string;
  readonly subtitle?: string;
  readonly speakers: readonly { readonly name: string; readonly about?: string }[];
  readonly room: string | null;
  readonly start: number;
  readonly end: number;
  readonly kind: SessionKind;
  /** So many seconds at its end are the hall's. */
  readonly questionsS: number;
  /** BCP 47, or empty. */
  readonly lang?: string;
  readonly track?: string;
  readonly abstract?: string;
  readonly url?: string;
  readonly hashtag?: string;
  /** Who speaks does not want to be pictured. */
  readonly noPhotos?: boolean;
  /** Of its short address; absent or null: it has none, as a break. */
  readonly code?: string | null;
  /** How many are on the shelf. */
  readonly papers?: number;
}

/** `GET …/programme`. */
export interface Programme {
  /** Of the entry that set it; 0: there is none. */
  readonly seq: number;
  readonly version?: string;
  /** IANA; all times of the day are told in it. */
  readonly zone: string;
  readonly rooms: readonly ProgrammeRoom[];
  readonly sessions: readonly Session[];
}

/** The view's item: what changes while the programme itself stays. */
export interface ProgrammeItem {
  /** Another one: fetch the programme anew. */
  readonly seq: number;
  readonly version?: string;
  readonly zone: string;
  readonly rooms: readonly ProgrammeRoom[];
  /** By session: begins and ends so many minutes after the plan. */
  readonly shifts: Readonly<Record<string, number>>;
  /** By room ('' where there is none): what a person said is on stage, whatever the clock says. */
  readonly onStage: Readonly<Record<string, { readonly session: string | null; readonly part: SessionPart | null }>>;
  readonly count?: number;
  readonly known?: boolean;
}

/** What the screens do by themselves. */
export interface Direction {
  /** Screens behind a speaker keep to the title card while somebody speaks. */
  readonly stageSafe: boolean;
  /** For so many seconds the papers of a session are on the screens at its end; 0: not. */
  readonly papersS: number;
}

/** A screen that staff gave a name. */
export interface PairedScreen {
  readonly name: string;
  readonly room: string | null;
  /** It hangs behind the speaker. */
  readonly stage: boolean;
}

export type PaperForm = 'paper' | 'slides' | 'handout' | 'link';

export interface PaperFile {
  readonly id: number;
  /** BCP 47, or empty. */
  readonly lang: string;
  /** A media type. */
  readonly type: string;
  readonly pages: number | null;
  /** In bytes. */
  readonly size: number;
  readonly flags?: readonly string[];
}

export interface Paper {
  readonly id: string;
  readonly code: string | null;
  readonly session: string | null;
  readonly form: PaperForm;
  readonly title: string;
  readonly authors: readonly string[];
  /** It can be fetched; else from `opensAt` on. */
  readonly open: boolean;
  readonly opensAt: number | null;
  readonly files: readonly PaperFile[];
  readonly link: string;
  readonly preview: string | null;
}

export interface Shelf {
  readonly seq: number;
  readonly count: number;
  /** Those that matter most now; all of them by `GET …/papers`. */
  readonly papers: readonly Paper[];
}

export type Audience = 'wall' | 'phone' | 'desk' | 'stage' | 'report';

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
