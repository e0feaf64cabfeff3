import { isDocument, type Document } from '../bson/document.js';
import { fieldOf, parsePath, type Path } from '../bson/path.js';
import { CommandError } from '../errors.js';

/** The value of an expression for a document; undefined: it is missing. */
export type Expression = (document: Document) => unknown;

/**
 * The value of a path in an expression, other than in a filter: of an array that of each document in it that has one, and a number is
 * the name of a field, never a position.
 */
const pathValue = (value: unknown, path: Path, from = 0): unknown => {
  const name = path[from];
  if (name === undefined) return value;
  if (isDocument(value)) return pathValue(fieldOf(value, name), path, from + 1);
  if (!Array.isArray(value)) return undefined;
  return value
    .filter(isDocument)
    .map((element) => pathValue(element, path, from))
    .filter((element) => element !== undefined);
};

const ofText = (text: string): Expression => {
  if (text === '$$ROOT') return (document) => document;
  if (text.startsWith('$$')) {
    throw new CommandError(
      'Location17276',
      `Use of undefined variable: ${text.slice(2).split('.')[0] ?? ''}`,
    );
  }
  if (!text.startsWith('$')) return () => text;
  const path = fieldPath(text);
  return (document) => pathValue(document, path);
};

/** The path of `$a.b`. @throws CommandError for what is none */
export const fieldPath = (text: string): Path => {
  const path = parsePath(text.slice(1));
  if (!path.includes('')) return path;
  throw new CommandError('Location40353', `FieldPath must not end with a '.' or have empty names: '${text}'`);
};

const ofDocument = (spec: Document): Expression => {
  const entries = Object.entries(spec);
  const operator = entries.find(([name]) => name.startsWith('$'));
  if (operator?.[0] === '$literal' && entries.length === 1) return () => operator[1];
  if (operator !== undefined) {
    throw new CommandError('InvalidPipelineOperator', `Unrecognized expression '${operator[0]}'`);
  }
  const fields = entries.map(([name, value]) => [name, compileExpression(value)] as const);
  return (document) =>
    Object.fromEntries(
      fields.flatMap(([name, expression]) => {
        const value = expression(document);
        return value === undefined ? [] : [[name, value]];
      }),
    );
};

/**
 * Compiles an expression: a path (`$a.b`), `$$ROOT`, a constant, or documents and arrays of these.
 * @throws CommandError `InvalidPipelineOperator` for an operator other than `$literal`
 */
export const compileExpression = (spec: unknown): Expression => {
  if (typeof spec === 'string') return ofText(spec);
  if (isDocument(spec)) return ofDocument(spec);
  if (!Array.isArray(spec)) return () => spec;
  const elements = spec.map(compileExpression);
  return (document) => elements.map((element) => element(document) ?? null);
};
