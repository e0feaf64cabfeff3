import { isDocument, type Document } from '../bson/document.js';
import { isNumeric } from '../bson/type.js';
import { CommandError, type ErrorName } from '../errors.js';
import { groupStage } from './group.js';
import { lookupStage } from './lookup.js';
import { compileFilter } from './matcher.js';
import { projector } from './projection.js';
import { fieldSetter } from './set-fields.js';
import { sorter } from './sort.js';
import type { PipelineContext, Stage } from './stage.js';
import { unwindStage } from './unwind.js';

const documentOf = (name: string, spec: unknown): Document => {
  if (isDocument(spec)) return spec;
  throw new CommandError('TypeMismatch', `the ${name} stage specification must be an object`);
};

const countOf = (name: string, spec: unknown, least: number, codeName: ErrorName): number => {
  const count = isNumeric(spec) ? Number(spec) : NaN;
  if (Number.isInteger(count) && count >= least) return count;
  throw new CommandError(codeName, `invalid argument to ${name} stage: ${String(spec)}`);
};

const mapping = (change: (document: Document) => Document): Stage =>
  function* (documents) {
    for (const document of documents) yield change(document);
  };

const slicing = (skip: number, limit: number): Stage =>
  function* (documents) {
    let seen = 0;
    for (const document of documents) {
      if (++seen > skip) yield document;
      if (seen >= skip + limit) return;
    }
  };

const matchStage = (spec: unknown): Stage => {
  const matches = compileFilter(documentOf('$match', spec));
  return function* (documents) {
    for (const document of documents) if (matches(document)) yield document;
  };
};

const sortStage = (spec: unknown): Stage => {
  if (Object.keys(documentOf('$sort', spec)).length === 0) {
    throw new CommandError('Location15976', '$sort stage must have at least one sort key');
  }
  const sort = sorter(documentOf('$sort', spec));
  return (documents) => sort([...documents]);
};

const countStage = (name: unknown): Stage => {
  if (typeof name !== 'string' || name === '') {
    throw new CommandError('Location40156', 'the count field must be a non-empty string');
  }
  if (name.startsWith('$')) {
    throw new CommandError('Location40158', 'the count field cannot be a $-prefixed path');
  }
  if (name.includes('.')) throw new CommandError('Location40160', "the count field cannot contain '.'");
  return function* (documents) {
    let count = 0;
    for (const _document of documents) count++;
    if (count > 0) yield { [name]: count };
  };
};

const setStage =
  (name: string) =>
  (spec: unknown): Stage =>
    mapping(fieldSetter(name, spec));

const projectStage = (spec: unknown): Stage => {
  if (Object.keys(documentOf('$project', spec)).length === 0) {
    throw new CommandError('Location51272', 'projection specification must have at least one field');
  }
  return mapping(projector(documentOf('$project', spec)));
};

/** Each was compared with MongoDB's documentation; all others are refused. */
const stages: Readonly<Record<string, (spec: unknown, context: PipelineContext) => Stage>> = {
  $match: matchStage,
  $sort: sortStage,
  $skip: (spec) => slicing(countOf('$skip', spec, 0, 'Location15956'), Infinity),
  $limit: (spec) => slicing(0, countOf('$limit', spec, 1, 'Location15958')),
  $count: countStage,
  $project: projectStage,
  $set: setStage('$set'),
  $addFields: setStage('$addFields'),
  $unwind: unwindStage,
  $group: groupStage,
  $lookup: lookupStage,
};

const compileStage = (stage: unknown, context: PipelineContext): Stage => {
  if (!isDocument(stage)) {
    throw new CommandError('TypeMismatch', "Each element of the 'pipeline' array must be an object");
  }
  const [[name, spec] = ['', undefined], ...more] = Object.entries(stage);
  if (name === '' || more.length > 0) {
    const text = 'A pipeline stage specification object must contain exactly one field.';
    throw new CommandError('Location40323', text);
  }
  const make = Object.hasOwn(stages, name) ? stages[name] : undefined;
  if (make !== undefined) return make(spec, context);
  throw new CommandError('Location40324', `Unrecognized pipeline stage name: '${name}'`);
};

/**
 * Compiles a pipeline, all of it before any document is read.
 * @throws CommandError what is wrong with it, or not supported
 */
const compilePipeline = (pipeline: readonly unknown[], context: PipelineContext): Stage => {
  const compiled = pipeline.map((stage) => compileStage(stage, context));
  return (documents) => compiled.reduce((current, stage) => stage(current), documents);
};

/** Runs an aggregation over documents, which stay as they are. @throws CommandError as `compilePipeline` */
export const runPipeline = (
  documents: Iterable<Document>,
  pipeline: readonly unknown[],
  context: PipelineContext,
): readonly Document[] => [...compilePipeline(pipeline, context)(documents)];
