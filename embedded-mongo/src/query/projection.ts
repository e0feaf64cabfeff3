import { isDocument, type Document } from '../bson/document.js';
import { withField } from '../bson/field-order.js';
import { fieldOf, parsePath } from '../bson/path.js';
import { isNumeric } from '../bson/type.js';
import { CommandError } from '../errors.js';
import { compileExpression, type Expression } from './expression.js';
import { flatten } from './set-fields.js';

/** By field: true for all of it, or which fields of it. */
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

/** Of arrays each element is projected; an element without fields is dropped only when fields are chosen. */
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

type Projector = (document: Document) => Document;

const switching = ({ _id: id = true, ...rest }: Document, including: boolean): Projector => {
  const names = Object.keys(rest);
  const on = names.filter((name) => isOn(rest[name]));
  const other = names.find((name) => on.includes(name) !== including);
  if (other !== undefined) {
    const text = including
      ? `Cannot do exclusion on field ${other} in inclusion projection`
      : `Cannot do inclusion on field ${other} in exclusion projection`;
    throw new CommandError(including ? 'Location31254' : 'Location31253', text);
  }
  const tree = treeOf(isOn(id) === including ? [...names, '_id'] : names);
  return (document) => (including ? included(document, tree) : excluded(document, tree));
};

const computedFields = (
  fields: readonly (readonly [string, unknown])[],
): readonly (readonly [string, Expression])[] =>
  fields
    .filter(([, value]) => !isSwitch(value))
    .map(([name, value]) => {
      if (!name.includes('.') && name !== '_id') return [name, compileExpression(value)] as const;
      const text = `a computed field ${name} in a projection is not supported by embedded-mongo`;
      throw new CommandError('NotImplemented', text);
    });

/**
 * What a `find` or `$project` makes of a document: paths that are included or excluded, and fields of others.
 * @throws CommandError when it both includes and excludes, or is not supported
 */
export const projector = (spec: Document): Projector => {
  if (Object.keys(spec).length === 0) return (document) => document;
  if (Object.keys(spec).some((name) => /(^|\.)\$($|\.)/.test(name))) {
    throw new CommandError('NotImplemented', 'positional projection is not supported by embedded-mongo');
  }
  const fields = flatten(spec);
  const computed = computedFields(fields);
  const switches = Object.fromEntries(fields.filter(([, value]) => isSwitch(value)));
  const [first] = Object.entries(switches).filter(([name]) => name !== '_id');
  const isIncluding = computed.length > 0 || (first === undefined ? isOn(spec._id) : isOn(first[1]));
  const project = switching(switches, isIncluding);
  return (document) =>
    computed.reduce((made, [name, expression]) => {
      const value = expression(document);
      return value === undefined ? made : withField(made, name, value);
    }, project(document));
};
