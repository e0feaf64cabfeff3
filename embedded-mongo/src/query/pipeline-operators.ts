import { Context } from 'mingo/core';
import * as stages from 'mingo/operators/pipeline';
import * as projections from 'mingo/operators/projection';
import * as windows from 'mingo/operators/window';
import { Lazy, type Iterator } from 'mingo/lazy';
import type { Options } from 'mingo/types';
import { isDocument, type Document } from '../bson/document.js';
import { keyOf } from '../bson/key.js';
import { changeAt, parsePath, REMOVED, valueAt, valuesAt } from '../bson/path.js';
import { CommandError } from '../errors.js';
import { expressionContext } from './expression.js';
import { compileFilter } from './matcher.js';
import { sorter } from './sort.js';

type Stage = (input: Iterator, spec: never, options: Options) => Iterator;

// Safe: what flows through a pipeline are documents.
const documentsOf = (values: readonly unknown[]): readonly Document[] => values as readonly Document[];

const $match: Stage = (input, spec: Document, options) => {
  const matches = compileFilter(spec, options.variables);
  return input.filter((document) => isDocument(document) && matches(document));
};

const $sort: Stage = (input, spec: Document) => {
  const sort = sorter(spec);
  return input.transform((documents) => Lazy([...sort(documentsOf(documents))]));
};

interface UnwindSpec {
  readonly path: string;
  readonly includeArrayIndex?: string;
  readonly preserveNullAndEmptyArrays?: boolean;
}

const unwound = (document: Document, spec: UnwindSpec): readonly unknown[] => {
  const path = parsePath(spec.path.slice(1));
  const value = valueAt(document, path);
  const indexed = (made: unknown, at: number | null): unknown =>
    spec.includeArrayIndex === undefined ? made : changeAt(made, parsePath(spec.includeArrayIndex), () => at);
  if (Array.isArray(value) && value.length > 0) {
    return value.map((element: unknown, at) =>
      indexed(
        changeAt(document, path, () => element),
        at,
      ),
    );
  }
  const nothing = value === undefined || value === null || Array.isArray(value);
  if (nothing && spec.preserveNullAndEmptyArrays !== true) return [];
  return [indexed(Array.isArray(value) ? changeAt(document, path, () => REMOVED) : document, null)];
};

const $unwind: Stage = (input, spec: string | UnwindSpec) => {
  const own = typeof spec === 'string' ? { path: spec } : spec;
  if (typeof own.path !== 'string' || !own.path.startsWith('$')) {
    throw new CommandError('FailedToParse', "path option to $unwind stage should be prefixed with a '$'");
  }
  return input.transform((documents) =>
    Lazy(documentsOf(documents).flatMap((document) => unwound(document, own))),
  );
};

interface LookupSpec {
  readonly from: string;
  readonly localField: string;
  readonly foreignField: string;
  readonly as: string;
}

const isPlainLookup = (spec: Document): spec is Document & LookupSpec =>
  Object.keys(spec).length === 4 &&
  ['from', 'localField', 'foreignField', 'as'].every((name) => typeof spec[name] === 'string');

const keysAt = (document: unknown, field: string): readonly string[] => {
  const values = valuesAt(document, parsePath(field)).flatMap((value) => value);
  return [...new Set((values.length === 0 ? [null] : values).map(keyOf))];
};

const $lookup: Stage = (input, spec: Document, options) => {
  // Safe: mingo checks what it is given.
  if (!isPlainLookup(spec)) return stages.$lookup(input, spec as never, options);
  const byKey = new Map<string, Set<Document>>();
  for (const document of options.collectionResolver?.(spec.from) ?? []) {
    for (const key of keysAt(document, spec.foreignField)) {
      byKey.set(key, (byKey.get(key) ?? new Set()).add(document));
    }
  }
  const as = parsePath(spec.as);
  return input.map((document: unknown) => {
    const found = keysAt(document, spec.localField).flatMap((key) => [...(byKey.get(key) ?? [])]);
    return changeAt(document, as, () => [...new Set(found)]);
  });
};

const $elemMatch = (document: Document, spec: unknown, field: string, _options: Options): unknown => {
  const matches = compileFilter({ [field]: { $elemMatch: spec } });
  const value = valueAt(document, parsePath(field));
  const list: readonly unknown[] = Array.isArray(value) ? value : [];
  const found = list.find((element) => matches({ [field]: [element] }));
  return found === undefined ? undefined : [found];
};

const { $out: _out, $merge: _merge, ...reading } = stages;
const supported = { ...reading, $match, $sort, $unwind, $lookup };

/** The operators of an aggregation: mingo's, and our own where its are wrong. */
export const pipelineContext = Context.from(
  expressionContext(),
  Context.init({
    // Safe: they have mingo's signature, which its types intersect to one that none has.
    pipeline: supported as never,
    projection: { ...projections, $elemMatch },
    window: { ...windows },
  }),
);

/** MongoDB has them, and we have not. */
const MISSING = ['$out', '$merge', '$geoNear', '$search', '$indexStats', '$collStats', '$currentOp'];

/**
 * Checks the stages before any document is read.
 * @throws CommandError `Location40323`, `Location40324`, `NotImplemented`
 */
export const checkStages = (pipeline: readonly unknown[]): readonly Document[] =>
  pipeline.map((stage) => {
    if (!isDocument(stage)) {
      throw new CommandError('TypeMismatch', "Each element of the 'pipeline' array must be an object");
    }
    const [[name, spec] = ['', undefined], ...more] = Object.entries(stage);
    if (name === '' || more.length > 0) {
      throw new CommandError(
        'Location40323',
        'A pipeline stage specification object must contain exactly one field.',
      );
    }
    if (MISSING.includes(name)) {
      throw new CommandError('NotImplemented', `${name} is not supported by embedded-mongo`);
    }
    if (!name.startsWith('$') || !Object.hasOwn(supported, name)) {
      throw new CommandError('Location40324', `Unrecognized pipeline stage name: '${name}'`);
    }
    for (const inner of innerPipelines(name, spec)) checkStages(inner);
    return stage;
  });

const innerPipelines = (name: string, spec: unknown): readonly (readonly unknown[])[] => {
  if (!isDocument(spec)) return [];
  const pipelines = name === '$facet' ? Object.values(spec) : [spec.pipeline];
  return pipelines.filter((pipeline): pipeline is readonly unknown[] => Array.isArray(pipeline));
};
