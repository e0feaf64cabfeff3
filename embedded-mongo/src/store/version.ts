import type { Document } from '../bson/document.js';

/** A document from a commit on; older versions stay while a snapshot may read them. */
export interface Version {
  /** Undefined: deleted. */
  readonly document: Document | undefined;
  /** The number of the commit. */
  readonly since: number;
  older: Version | undefined;
}

/** What a snapshot sees; undefined: nothing. */
export const visibleAt = (newest: Version | undefined, snapshot: number): Document | undefined => {
  let version = newest;
  while (version !== undefined && version.since > snapshot) version = version.older;
  return version?.document;
};

/** Drops what no snapshot from `oldest` on can see, and returns it. */
export const prune = (newest: Version, oldest: number): readonly Document[] => {
  let version = newest;
  while (version.since > oldest && version.older !== undefined) version = version.older;
  const gone = documentsOf(version.older);
  version.older = undefined;
  return gone;
};

/** The documents of all versions, the newest first. */
export const documentsOf = (newest: Version | undefined): readonly Document[] => {
  const documents: Document[] = [];
  for (let version = newest; version !== undefined; version = version.older) {
    if (version.document !== undefined) documents.push(version.document);
  }
  return documents;
};
