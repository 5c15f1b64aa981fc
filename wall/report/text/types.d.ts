/** The shapes of the writing side of the report's studio; `GET report/draft`, `report/checks` and `report/versions` give them. */

import type { Answer } from '../../types.js';

/** A text that somebody wrote; `seq` is its entry. */
export interface TextFacts {
  readonly seq: number;
  readonly at: number;
  readonly by: string;
  readonly text: string;
}

/** What stands in a place, and what was written meanwhile by somebody else. */
export interface BlockFacts {
  readonly text: TextFacts | null;
  readonly beside: readonly TextFacts[];
}

/** As much of the draft as the writing side needs. */
export interface Draft {
  readonly seq: number;
  readonly names: string;
  readonly texts: Readonly<Record<string, BlockFacts>>;
  readonly sections: readonly { readonly id: string; readonly title: string; readonly posts: number; readonly chosen: readonly string[] }[];
  readonly versions: readonly { readonly number: number }[];
}

/** Somebody who writes now. */
export interface Writer {
  readonly place: string;
  readonly by: string;
  readonly name?: string;
  readonly initials?: string;
}

/** As much of a post as the writing side needs. */
export interface WrittenPost {
  readonly id: string;
  readonly at: number;
  readonly name: string;
  readonly handle: string;
  readonly text: string;
  readonly lang: string | null;
  readonly end: unknown;
}

/** The page's state, as far as the writing side uses it. */
export interface StudioState {
  readonly draft: Draft;
  readonly me: { readonly name: string; readonly initials?: string };
  subscribe(listener: () => void): () => unknown;
  refresh(): Promise<unknown>;
  pulse(place: string): unknown;
  writers(): Iterable<Writer>;
  change(method: string, path: string, body: unknown): Promise<Answer<any>>;
  posts(section: string): ReadonlyMap<string, WrittenPost> | undefined;
  load(section: string): Promise<unknown>;
}

/** What is written to the server: a text, on top of which entry, and which texts beside it need not be kept. */
export interface NewText {
  readonly text: string;
  readonly base: number;
  readonly settles?: readonly number[];
}

export type Put = (place: string, text: NewText) => Promise<Answer<{ readonly seq: number; readonly beside: boolean }>>;

/** What is kept on this computer of a text that the server does not have yet. */
export interface Kept {
  readonly base: number;
  /** The words of `base`. */
  readonly saved: string;
  readonly text: string;
  readonly settles: readonly number[];
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** A node of the preview: `type` says what else it has. */
export type Inline =
  | { readonly type: 'text' | 'code'; readonly text: string }
  | { readonly type: 'emph' | 'strong'; readonly inlines: readonly Inline[] }
  | { readonly type: 'link'; readonly address: string; readonly inlines: readonly Inline[] }
  | { readonly type: 'paper'; readonly code: string; readonly place: string; readonly title: string | null }
  | { readonly type: 'break' };

export type Block =
  | { readonly type: 'paragraph'; readonly inlines: readonly Inline[] }
  | { readonly type: 'heading'; readonly level: number; readonly inlines: readonly Inline[] }
  | { readonly type: 'list'; readonly numbered: boolean; readonly start: number; readonly items: readonly (readonly Block[])[] }
  | { readonly type: 'quote'; readonly blocks: readonly Block[] }
  | { readonly type: 'code'; readonly text: string }
  | { readonly type: 'table'; readonly head: readonly (readonly Inline[])[]; readonly rows: readonly (readonly (readonly Inline[])[])[]; readonly numeric: readonly number[] }
  | { readonly type: 'post'; readonly id: string; readonly known: boolean; readonly author?: string; readonly text?: string; readonly at?: number }
  | { readonly type: 'rule' | 'cut' };

export interface Check {
  readonly code: string;
  readonly level: 'stops' | 'warns';
  readonly n: number;
  readonly posts?: readonly string[];
  readonly places?: readonly string[];
}

export interface VersionFile {
  readonly format: string;
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  readonly sha256: string;
}

export interface Version {
  readonly number: number;
  readonly at: number;
  readonly by: string;
  readonly sha256: string;
  /** An erasure took its bytes. */
  readonly gone: boolean;
  readonly goneAt?: number | null;
  readonly held?: boolean;
  readonly files: readonly VersionFile[];
}
