import type { DatabaseMessage } from '@typed-queue/contracts';
import { isDeepStrictEqual } from 'node:util';

/** A document as the API answers with it. */
export interface Document {
  readonly id: string;
  readonly revision: number;
  readonly [field: string]: unknown;
}

/** A write that was answered, and that has happened therefore. */
export type Written =
  | { readonly operation: 'create' | 'update'; readonly document: Document }
  | { readonly operation: 'delete'; readonly id: string };

export interface Evidence {
  /** In the order of the queue. */
  readonly messages: readonly DatabaseMessage[];
  /** All that the database holds. */
  readonly documents: readonly Document[];
  readonly answered: readonly Written[];
}

type ChangeMessage = Extract<DatabaseMessage, { event: 'create' | 'update' | 'delete' }>;
type Changes = ReadonlyMap<string, readonly ChangeMessage[]>;

/**
 * Where the events of the queue and the changes of the database are not the same: none, when each document's events
 * are its creation, its updates and its deletion, each once, in order, up to what the database holds, and every answered
 * write is among them.
 */
export const differences = ({ messages, documents, answered }: Evidence): string[] => {
  const changes = changesOf(messages);
  const held = new Map(documents.map((document) => [document.id, document]));
  return [
    ...[...changes].flatMap(([id, of]) => inHistory(of, held.get(id)).map((what) => `${id}: ${what}`)),
    ...[...held.keys()].filter((id) => !changes.has(id)).map((id) => `${id}: is there without an event`),
    ...answered.flatMap((write) => missing(write, changes)),
  ];
};

/** What became of each document, by id. */
const changesOf = (messages: readonly DatabaseMessage[]): Changes => {
  const changes = new Map<string, ChangeMessage[]>();
  for (const message of messages) {
    if (message.event === 'read' || message.event === 'error') continue;
    const known = changes.get(message.payload.id);
    if (known === undefined) changes.set(message.payload.id, [message]);
    else known.push(message);
  }
  return changes;
};

const inHistory = (changes: readonly ChangeMessage[], held: Document | undefined): string[] => {
  const wrong: string[] = [];
  let current: unknown;
  changes.forEach(({ event, payload }, index) => {
    const before = 'before' in payload ? payload.before : undefined;
    const after = 'after' in payload ? payload.after : undefined;
    if ((event === 'create') !== (index === 0)) wrong.push(`event ${index + 1} is ${event}`);
    if (!isDeepStrictEqual(before, current)) wrong.push(`event ${index + 1} does not follow the one before`);
    if (after !== undefined && after.revision !== index + 1) {
      wrong.push(`event ${index + 1} has revision ${String(after.revision)}`);
    }
    current = after;
  });
  if (!isDeepStrictEqual(current, held)) wrong.push('the last event is not what the database holds');
  return wrong;
};

const missing = (write: Written, changes: Changes): string[] => {
  if (write.operation === 'delete') {
    const last = changes.get(write.id)?.at(-1);
    return last?.event === 'delete' ? [] : [`${write.id}: its answered delete has no event`];
  }
  const { id, revision } = write.document;
  const change = changes.get(id)?.[revision - 1];
  const isThere =
    change?.event === write.operation && isDeepStrictEqual(change.payload.after, write.document);
  return isThere ? [] : [`${id}: its answered ${write.operation} to revision ${revision} has no event`];
};
