import type { Document } from '../bson/document.js';

/** What stages may read besides their input. */
export interface PipelineContext {
  /** All documents of another collection of the same database. */
  readonly collection: (name: string) => Iterable<Document>;
}

/** Maps the documents that reach a stage, without changing them. */
export type Stage = (documents: Iterable<Document>) => Iterable<Document>;
