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

export type Role = 'organiser' | 'moderator' | 'author' | 'speaker' | 'chair' | 'screen' | 'operator';

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
  /** On the chair's page, of a speaker: the session that it is about. */
  readonly session?: string | null;
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
  /** The hall may want to know this too. */
  readonly question?: boolean;
  /** It answers this poll in words. */
  readonly poll?: string | null;
  /** Whom the question is for; empty: for anybody. */
  readonly to?: string;
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
  /** It is asked of the stage; `to`: of whom, else of whoever is there. */
  readonly question?: boolean;
  readonly to?: string;
  /** It answers this poll. */
  readonly poll?: string | null;
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
  /** Microseconds: it stopped by itself, since the symposium was over. */
  readonly ended?: number | null;
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
  hall: HallSwitches;
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
  | 'programme' | 'day' | 'session' | 'paper' | 'papers'
  | 'question' | 'questions' | 'poll';

/** What one screen, or all of them, shows. */
export interface SceneValue {
  readonly scene: Scene;
  /** Of a spotlight; of a question, without one: that which is on stage. */
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
  /** Of a poll; without one, that which is open, else the one that was closed last. */
  readonly poll?: string | null;
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

/** What the hall may do now. */
export interface HallSwitches {
  readonly questions: boolean;
  readonly reactions: boolean;
  /** The question on stage and the open poll come onto the screens by themselves. */
  readonly follows: boolean;
}

export type Stand = 'open' | 'on-stage' | 'answered' | 'later';

/** A question of the hall (`question:<post>`); `votes:<post>` says how many want to know. */
export interface Question {
  readonly post: string;
  readonly text: string;
  /** Empty: without a name. */
  readonly name: string;
  readonly lang: string | null;
  readonly session: string | null;
  /** Whom it is for; empty: for anybody. */
  readonly to: string;
  /** How many others are counted under it. */
  readonly merged: number;
  /** Those of them that are on the screens; only staff and the stage are told. */
  readonly under?: readonly { readonly post: string; readonly text: string; readonly name: string }[];
  readonly stand: Stand;
  readonly asked: number;
  /** When it came to stand so. */
  readonly changed: number;
  readonly answer: { readonly name: string; readonly text: string } | null;
}

export type PollKind = 'single' | 'several' | 'scale' | 'ranking' | 'words' | 'number' | 'quiz' | 'statements';
/** In Dutch, in English, or in both. */
export type InLanguages = Readonly<Partial<Record<Lang, string>>>;

/** A poll (`poll:<id>`); `tally:<id>` says what came out. */
export interface Poll {
  readonly id: string;
  readonly kind: PollKind;
  readonly title: InLanguages;
  readonly options: readonly InLanguages[];
  /** What the lowest and the highest point of a scale mean. */
  readonly ends: readonly InLanguages[];
  /** Of several, how many may be chosen. */
  readonly most: number;
  readonly low: number;
  readonly high: number;
  /** How long it is open; 0: until somebody closes it. */
  readonly seconds: number;
  /** Of a quiz: which option, once it is closed. */
  readonly right: number | null;
  /** With printed codes. */
  readonly binding: boolean;
  readonly reveal: string;
  readonly session: string | null;
  /** The same was asked before: in that poll. */
  readonly again: string | null;
  readonly withSession: boolean;
  /** Goes with each vote; 0: a draft. */
  readonly opening: number;
  readonly opened: number;
  readonly endsAt: number | null;
  /** 0 while it is open. */
  readonly closed: number;
}

export interface PollResult {
  /** People who voted. */
  readonly n: number;
  /** Too few to tell what they chose. */
  readonly few: boolean;
  /**
   * One for each option, or point of a scale; of statements three for each: agree, disagree, pass; of a ranking its points: as many
   * as there are options below it.
   */
  readonly counts: readonly number[];
  /** Of numbers, the one in the middle. */
  readonly middle: number | null;
  readonly bins: readonly { readonly low: number; readonly high: number; readonly n: number }[];
  readonly words: readonly (readonly [string, number])[];
}

export interface Tally {
  readonly n: number;
  /** null: not told now. */
  readonly result: PollResult | null;
}

/** People who vote alike on statements: at least five. On a map from -1 to 1, y up; two thirds of them stand in the ellipse. */
export interface OpinionGroup {
  readonly n: number;
  readonly x: number;
  readonly y: number;
  /** Half axes. */
  readonly wide: number;
  readonly high: number;
  /** In radians, anticlockwise. */
  readonly turn: number;
}

/** `GET …/polls/{poll}/opinions`. */
export interface Opinions {
  readonly n: number;
  /** There are groups. */
  readonly clear: boolean;
  readonly groups: readonly OpinionGroup[];
  readonly statements: readonly { readonly statement: number; readonly groups: readonly { readonly n: number; readonly agree: number; readonly disagree: number }[] }[];
  readonly unites: readonly { readonly statement: number; readonly side: 'agree' | 'disagree' }[];
  readonly divides: readonly number[];
}

/** Five signs that a phone can send. */
export type Reaction = 'clap' | 'heart' | 'laugh' | 'idea' | 'question';

export type Audience = 'wall' | 'phone' | 'desk' | 'stage' | 'report' | 'chair';

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

export type Answer<T> = { readonly ok: true; readonly status: number; readonly data: T; readonly headers?: Headers } | { readonly ok: false; readonly problem: Problem };
