import { Timestamp } from 'bson';
import { equal } from '../bson/compare.js';
import { isDocument, type Document } from '../bson/document.js';
import { CommandError } from '../errors.js';
import { runPipeline } from '../query/pipeline.js';
import type { DocumentChange } from '../store/changes.js';
import { Arguments } from './arguments.js';
import type { Call, Instance } from './command.js';
import { listSource, type Source } from './cursors.js';
import { namespaceOf } from './namespace.js';

interface Description {
  readonly updatedFields: Record<string, unknown>;
  readonly removedFields: string[];
  readonly truncatedArrays: readonly unknown[];
}

/** Which fields an update changed, by their dotted paths; an array is one value. */
const describe = (before: Document, after: Document): Description => {
  const description: Description = { updatedFields: {}, removedFields: [], truncatedArrays: [] };
  const walk = (old: Document, made: Document, at: string): void => {
    for (const name of Object.keys(old)) {
      if (!Object.hasOwn(made, name)) description.removedFields.push(at + name);
    }
    for (const [name, value] of Object.entries(made)) {
      const was = old[name];
      if (isDocument(was) && isDocument(value)) walk(was, value, `${at}${name}.`);
      else if (!Object.hasOwn(old, name) || !equal(was, value)) description.updatedFields[at + name] = value;
    }
  };
  walk(before, after, '');
  return description;
};

const tokenAt = ({ processId }: Instance, position: number): Document => ({
  _data: `${processId}:${position}`,
});

/** @throws CommandError `ChangeStreamHistoryLost` */
const positionOf = (instance: Instance, token: unknown): number => {
  const [processId, position] = isDocument(token) ? String(token._data).split(':') : [];
  const at = Number(position);
  if (processId === instance.processId && at >= instance.store.changes.forgotten) return at;
  throw new CommandError(
    'ChangeStreamHistoryLost',
    'Resume of change stream was not possible, as the resume point may no longer be in the oplog.',
  );
};

/** What was before and is after, as drivers hear of it. */
const eventOf = (instance: Instance, change: DocumentChange, lookUp: boolean): Document => {
  const { namespace, before, after, position, at } = change;
  const [db = '', ...names] = namespace.split('.');
  const _id = (after ?? before)?._id;
  const current = (): Document | null => {
    const view = instance.store.begin('statement');
    const [found] = instance.store.documents(view, namespace, new Map([['_id', [_id]]]));
    return found ?? null;
  };
  return {
    _id: tokenAt(instance, position),
    operationType: after === undefined ? 'delete' : before === undefined ? 'insert' : 'update',
    clusterTime: new Timestamp({ t: Math.floor(at.getTime() / 1000), i: position % 2 ** 31 }),
    wallTime: at,
    ns: { db, coll: names.join('.') },
    documentKey: { _id },
    ...(before === undefined && { fullDocument: after }),
    ...(before && after && { updateDescription: describe(before, after) }),
    ...(before && after && lookUp && { fullDocument: current() }),
  };
};

interface Start {
  readonly position: number;
  readonly lookUp: boolean;
}

const startOf = (instance: Instance, spec: unknown): Start => {
  const args = new Arguments('$changeStream', isDocument(spec) ? spec : {});
  const token = args.any('resumeAfter') ?? args.any('startAfter');
  const fullDocument = args.any('fullDocument') ?? 'default';
  args.end();
  if (fullDocument !== 'default' && fullDocument !== 'updateLookup') {
    throw new CommandError(
      'NotImplemented',
      `fullDocument ${JSON.stringify(fullDocument)} is not supported by embedded-mongo`,
    );
  }
  const { changes } = instance.store;
  return {
    position: token === undefined ? changes.position : positionOf(instance, token),
    lookUp: fullDocument === 'updateLookup',
  };
};

/** Begins a change stream: a cursor that waits for what is committed from now, or from a token on. */
export const watch = (call: Call, spec: unknown, pipeline: readonly unknown[]): Document => {
  const { instance, database, subject } = call;
  const { changes } = instance.store;
  const { position, lookUp } = startOf(instance, spec);
  const namespace = subject === 1 ? `${database}.$cmd.aggregate` : namespaceOf(call);
  const meant = (change: DocumentChange): boolean =>
    subject === 1 ? change.namespace.startsWith(`${database}.`) : change.namespace === namespace;
  let at = position;
  let ready: Source = listSource([]);
  const fill = (): void => {
    if (at < changes.forgotten) positionOf(instance, undefined);
    const events = changes.after(at).filter(meant);
    at = changes.position;
    const made = events.map((change) => eventOf(instance, change, lookUp));
    ready = listSource(runPipeline(made, pipeline, { collection: () => [] }));
  };
  const take = (count: number): readonly Document[] => {
    if (!ready.open) fill();
    return ready.take(count);
  };
  const source: Source = {
    open: true,
    take,
    wait: (maxMs) => nextChange(instance, maxMs),
    extra: () => (ready.open ? {} : { postBatchResumeToken: tokenAt(instance, at) }),
  };
  return instance.cursors.begin(namespace, source);
};

const nextChange = (instance: Instance, maxMs: number): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      giveUpTime();
      giveUpChange();
      resolve();
    };
    const giveUpTime = instance.after(maxMs, done);
    const giveUpChange = instance.store.changes.next(done);
  });
