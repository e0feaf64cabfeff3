import { isDocument, type Document } from '../bson/document.js';
import { equal } from '../bson/compare.js';
import { CommandError } from '../errors.js';
import { compileFilter } from '../query/matcher.js';
import { duplicateKey } from '../store/duplicate-key.js';
import type { Collection } from '../store/collection.js';
import { Index } from '../store/index.js';
import { ID_INDEX, parseIndexSpec, type IndexSpec } from '../store/index-spec.js';
import { namespaceOf, type Call, type Command } from './command.js';

/** @throws CommandError when an index of this name or key exists with another definition */
const isKnown = (specs: readonly IndexSpec[], spec: IndexSpec): boolean => {
  const known = specs.find(({ name, key }) => name === spec.name || equal(key, spec.key));
  if (known === undefined) return false;
  if (equal({ ...known }, { ...spec })) return true;
  throw new CommandError(
    known.name === spec.name ? 'IndexKeySpecsConflict' : 'IndexOptionsConflict',
    `An existing index has the same name or key as the requested index, and is another one: ${known.name}`,
  );
};

/** @throws CommandError when the existing documents do not allow an index: `DuplicateKey` and others */
const checkDocuments = (collection: Collection, spec: IndexSpec): void => {
  const index = new Index(spec);
  const holders = new Map<string, string>();
  for (const [id, document] of collection.candidates(new Map(), Infinity)) {
    index.check(document);
    if (!spec.unique) continue;
    for (const key of index.keysOf(document)) {
      if ((holders.get(key) ?? id) !== id) {
        throw duplicateKey(collection.namespace, spec, index.valuesOf(document));
      }
      holders.set(key, id);
    }
  }
};

const specsOf = (collection: Collection | undefined): readonly IndexSpec[] => [
  ID_INDEX,
  ...(collection?.indexes ?? []).map(({ spec }) => spec),
];

const createIndexes = async (call: Call): Promise<Document> => {
  const namespace = namespaceOf(call);
  const { args, instance } = call;
  const wanted = args.array('indexes').map(parseIndexSpec);
  args.any('commitQuorum');
  args.end();
  const existed = instance.store.collections.has(namespace);
  const before = specsOf(instance.store.collections.get(namespace));
  // Nothing changes: no open transaction is in the way, and none is disturbed.
  if (existed && wanted.every((spec) => isKnown(before, spec))) {
    const numbers = { numIndexesBefore: before.length, numIndexesAfter: before.length };
    return { ...numbers, createdCollectionAutomatically: false, note: 'all indexes already exist' };
  }
  let added = 0;
  await instance.store.define(namespace, (collection) => {
    const specs = [...specsOf(collection)];
    for (const spec of wanted) {
      if (isKnown(specs, spec)) continue;
      checkDocuments(collection, spec);
      specs.push(spec);
    }
    added = specs.length - before.length;
    return specs.slice(before.length).map((spec) => ({ kind: 'index', namespace, spec }));
  });
  return {
    numIndexesBefore: before.length,
    numIndexesAfter: before.length + added,
    createdCollectionAutomatically: !existed,
  };
};

const isMeant = (wanted: unknown): ((spec: IndexSpec) => boolean) => {
  if (wanted === '*') return ({ name }) => name !== ID_INDEX.name;
  if (Array.isArray(wanted)) return ({ name }) => wanted.includes(name);
  return ({ name, key }) => (isDocument(wanted) ? equal(key, wanted) : name === wanted);
};

const existing = (call: Call, namespace: string): Collection => {
  const collection = call.instance.store.collections.get(namespace);
  if (collection !== undefined) return collection;
  throw new CommandError('NamespaceNotFound', `ns does not exist: ${namespace}`);
};

const dropIndexes = async (call: Call): Promise<Document> => {
  const namespace = namespaceOf(call);
  const wanted = call.args.any('index');
  call.args.end();
  const specs = specsOf(existing(call, namespace));
  const dropped = specs.filter(isMeant(wanted));
  if (dropped.some(({ name }) => name === ID_INDEX.name)) {
    throw new CommandError('InvalidOptions', 'cannot drop _id index');
  }
  if (dropped.length === 0 && wanted !== '*') {
    throw new CommandError('IndexNotFound', `index not found with name [${JSON.stringify(wanted)}]`);
  }
  await call.instance.store.define(namespace, () =>
    dropped.map(({ name }) => ({ kind: 'dropIndex', namespace, name })),
  );
  return { nIndexesWas: specs.length };
};

const listIndexes = (call: Call): Document => {
  const namespace = namespaceOf(call);
  call.args.document('cursor', {});
  call.args.end();
  const specs = specsOf(existing(call, namespace)).map((spec) => ({ ...spec }));
  return call.instance.cursors.begin(namespace, specs, Infinity);
};

const create = async (call: Call): Promise<Document> => {
  const namespace = namespaceOf(call);
  call.args.end();
  if (call.instance.store.collections.has(namespace)) {
    throw new CommandError('NamespaceExists', `Collection ${namespace} already exists.`);
  }
  await call.instance.store.define(namespace, () => [{ kind: 'create', namespace }]);
  return {};
};

const drop = async (call: Call): Promise<Document> => {
  const namespace = namespaceOf(call);
  call.args.end();
  if (!call.instance.store.collections.has(namespace)) return {};
  await call.instance.store.define(namespace, () => [{ kind: 'drop', namespace }]);
  return { ns: namespace };
};

const namesIn = (call: Call): readonly string[] =>
  [...call.instance.store.collections.keys()].filter((name) => name.startsWith(`${call.database}.`));

const dropDatabase = async (call: Call): Promise<Document> => {
  call.args.end();
  for (const namespace of namesIn(call)) {
    await call.instance.store.define(namespace, () => [{ kind: 'drop', namespace }]);
  }
  return { dropped: call.database };
};

const listCollections = (call: Call): Document => {
  const matches = compileFilter(call.args.document('filter', {}));
  call.args.document('cursor', {});
  for (const field of ['nameOnly', 'authorizedCollections']) call.args.boolean(field, false);
  call.args.end();
  const collections = namesIn(call).map((namespace) => ({
    name: namespace.slice(call.database.length + 1),
    type: 'collection',
    options: {},
    info: { readOnly: false },
    idIndex: { ...ID_INDEX },
  }));
  const namespace = `${call.database}.$cmd.listCollections`;
  return call.instance.cursors.begin(namespace, collections.filter(matches), Infinity);
};

export const catalogueCommands: Readonly<Record<string, Command>> = {
  createIndexes: { run: createIndexes },
  dropIndexes: { run: dropIndexes },
  listIndexes: { run: listIndexes },
  create: { run: create },
  drop: { run: drop },
  dropDatabase: { run: dropDatabase },
  listCollections: { run: listCollections },
};
