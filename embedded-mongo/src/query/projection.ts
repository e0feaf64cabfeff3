import { isDocument, type Document } from '../bson/document.js';
import { fieldOf, parsePath } from '../bson/path.js';
import { isNumeric } from '../bson/type.js';
import { CommandError } from '../errors.js';
import { runPipeline } from './pipeline.js';

/** Field -> true: the whole of it; else what of it. */
interface Tree {
  readonly fields: Map<string, Tree | true>;
}

const treeOf = (paths: readonly string[]): Tree => {
  const root: Tree = { fields: new Map() };
  for (const path of paths) {
    const names = parsePath(path);
    let tree = root;
    for (const [at, name] of names.entries()) {
      const known = tree.fields.get(name);
      const last = at === names.length - 1;
      if (known === true || (known !== undefined && last)) {
        throw new CommandError('Location31249', `Path collision at ${path}`);
      }
      const next = known ?? { fields: new Map<string, Tree | true>() };
      tree.fields.set(name, last ? true : next);
      tree = next;
    }
  }
  return root;
};

/** Of arrays each element is projected; an element without fields goes only when fields are chosen. */
const within = (value: unknown, tree: Tree, including: boolean): unknown => {
  if (isDocument(value)) return including ? included(value, tree) : excluded(value, tree);
  if (!Array.isArray(value)) return including ? undefined : value;
  return value
    .map((element: unknown) => within(element, tree, including))
    .filter((element) => element !== undefined);
};

const included = (document: Document, tree: Tree): Document => {
  const result: Record<string, unknown> = {};
  for (const name of Object.keys(document)) {
    const wanted = tree.fields.get(name);
    if (wanted === undefined) continue;
    const value = fieldOf(document, name);
    const kept = wanted === true ? value : within(value, wanted, true);
    if (kept !== undefined) result[name] = kept;
  }
  return result;
};

const excluded = (document: Document, tree: Tree): Document => {
  const result: Record<string, unknown> = {};
  for (const name of Object.keys(document)) {
    const unwanted = tree.fields.get(name);
    if (unwanted === true) continue;
    const value = fieldOf(document, name);
    result[name] = unwanted === undefined ? value : within(value, unwanted, false);
  }
  return result;
};

const isSwitch = (value: unknown): boolean => typeof value === 'boolean' || isNumeric(value);
const isOn = (value: unknown): boolean => value !== false && Number(value) !== 0;

const plain = (spec: Document): ((document: Document) => Document) => {
  const { _id: id = true, ...rest } = spec;
  const names = Object.keys(rest);
  const on = names.filter((name) => isOn(rest[name]));
  if (on.length > 0 && on.length < names.length) {
    const other = names.find((name) => !on.includes(name)) ?? '';
    throw new CommandError('Location31254', `Cannot do exclusion on field ${other} in inclusion projection`);
  }
  const including = on.length > 0 || (names.length === 0 && isOn(id));
  const withId = isOn(id) === including;
  const tree = treeOf(withId ? [...names, '_id'] : names);
  return (document) => (including ? included(document, tree) : excluded(document, tree));
};

/**
 * What a `find` returns of each document.
 * @throws CommandError when it both includes and excludes, or is not supported
 */
export const projector = (spec: Document): ((documents: readonly Document[]) => readonly Document[]) => {
  if (Object.keys(spec).length === 0) return (documents) => documents;
  if (Object.keys(spec).some((name) => /(^|\.)\$($|\.)/.test(name))) {
    throw new CommandError('NotImplemented', 'positional projection is not supported by embedded-mongo');
  }
  if (!Object.values(spec).every(isSwitch)) {
    return (documents) => runPipeline(documents, [{ $project: spec }], { collection: () => [] });
  }
  const project = plain(spec);
  return (documents) => documents.map(project);
};
