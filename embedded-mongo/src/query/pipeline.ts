import { Aggregator } from 'mingo/aggregator';
import { isDocument, type Document } from '../bson/document.js';
import { CommandError } from '../errors.js';
import { asCommandError, forMingo } from './expression.js';
import { compileFilter, type Variables } from './matcher.js';
import { checkStages, pipelineContext } from './pipeline-operators.js';
import { sorter } from './sort.js';

/** What a pipeline may ask for besides its documents. */
export interface Surroundings {
  /** All documents of another collection of the same database. */
  readonly collection: (name: string) => Iterable<Document>;
  readonly variables?: Variables;
}

/** Stages that need neither mingo nor a copy of each document. */
const cheap = (
  [name, spec]: readonly [string, unknown],
  documents: Iterable<Document>,
  variables: Variables,
): Iterable<Document> | undefined => {
  switch (name) {
    case '$match':
      return filtered(documents, compileFilter(documentOf(name, spec), variables));
    case '$sort':
      return sorter(documentOf(name, spec))([...documents]);
    case '$skip':
      return sliced(documents, countOf(name, spec, 0), Infinity);
    case '$limit':
      return sliced(documents, 0, countOf(name, spec, 1));
    default:
      return undefined;
  }
};

const documentOf = (name: string, spec: unknown): Document => {
  if (isDocument(spec)) return spec;
  throw new CommandError('TypeMismatch', `the ${name} stage specification must be an object`);
};

const countOf = (name: string, spec: unknown, least: number): number => {
  const count = Number(spec);
  if (Number.isInteger(count) && count >= least) return count;
  throw new CommandError('BadValue', `invalid argument to ${name} stage: ${String(spec)}`);
};

function* filtered(documents: Iterable<Document>, matches: (document: Document) => boolean) {
  for (const document of documents) if (matches(document)) yield document;
}

function* sliced(documents: Iterable<Document>, skip: number, limit: number) {
  let seen = 0;
  for (const document of documents) {
    seen++;
    if (seen > skip) yield document;
    if (seen >= skip + limit) return;
  }
}

/** What `countDocuments` of the drivers sends last: all documents in one group, counted. */
const isCount = (stages: readonly Document[]): boolean => {
  const group = stages.length === 1 ? stages[0]?.$group : undefined;
  return JSON.stringify(group) === '{"_id":1,"n":{"$sum":1}}';
};

const count = (documents: Iterable<Document>): readonly Document[] => {
  let n = 0;
  for (const _document of documents) n++;
  return n === 0 ? [] : [{ _id: 1, n }];
};

/**
 * Runs an aggregation over documents, which stay as they are.
 * @throws CommandError what is wrong with the pipeline, or met a value that it cannot have
 */
export const runPipeline = (
  documents: Iterable<Document>,
  pipeline: readonly unknown[],
  { collection, variables = {} }: Surroundings,
): readonly Document[] => {
  let stages = checkStages(pipeline);
  let current = documents;
  for (;;) {
    const [stage] = Object.entries(stages[0] ?? {});
    const next = stage && cheap(stage, current, variables);
    if (next === undefined) break;
    current = next;
    stages = stages.slice(1);
  }
  if (stages.length === 0) return [...current];
  if (isCount(stages)) return count(current);
  return runMingo(current, stages, { collection, variables });
};

const runMingo = (
  documents: Iterable<Document>,
  stages: readonly Document[],
  { collection, variables }: Required<Surroundings>,
): readonly Document[] => {
  // Safe: a document without anything else to convert than its values stays one.
  const own = (document: Document) => forMingo(document) as Record<string, unknown>;
  const aggregator = new Aggregator(stages.map(own), {
    context: pipelineContext,
    collectionResolver: (name) => Array.from(collection(name), own),
    variables: { ...variables },
    scriptEnabled: false,
  });
  try {
    return aggregator.run<Record<string, unknown>>(Array.from(documents, own));
  } catch (error) {
    throw asCommandError(error);
  }
};
