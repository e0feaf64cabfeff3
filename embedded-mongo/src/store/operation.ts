import type { Document } from '../bson/document.js';
import type { IndexSpec } from './index-spec.js';

/** A change of the collections. */
export type StoreOperation =
  | { readonly kind: 'put'; readonly namespace: string; readonly document: Document }
  | { readonly kind: 'delete'; readonly namespace: string; readonly id: unknown }
  | { readonly kind: 'create'; readonly namespace: string }
  | { readonly kind: 'drop'; readonly namespace: string }
  | { readonly kind: 'index'; readonly namespace: string; readonly spec: IndexSpec }
  | { readonly kind: 'dropIndex'; readonly namespace: string; readonly name: string };

/** The answer of a retryable write or a commit, for a driver that asks again. */
export interface Answer {
  readonly kind: 'answer';
  readonly session: string;
  /** The transaction number of the session. */
  readonly number: number;
  readonly reply: Document;
}

/** What the log keeps. */
export type Operation = StoreOperation | Answer;

/** Called with committed operations. */
export type Recorder = (operation: Operation) => void;
