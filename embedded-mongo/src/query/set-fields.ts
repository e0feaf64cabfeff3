import { isDocument, type Document } from '../bson/document.js';
import { withField } from '../bson/field-order.js';
import { fieldOf, parsePath, type Path } from '../bson/path.js';
import { CommandError } from '../errors.js';
import { compileExpression } from './expression.js';

const setIn = (value: unknown, path: Path, made: unknown, from: number): unknown => {
  const name = path[from];
  if (name === undefined) return made;
  if (Array.isArray(value)) return value.map((element: unknown) => setIn(element, path, made, from));
  const document = isDocument(value) ? value : {};
  const inner = setIn(fieldOf(document, name), path, made, from + 1);
  if (inner !== undefined) return withField(document, name, inner);
  const { [name]: _removed, ...rest } = document;
  return rest;
};

/**
 * The same document with a value at a path, undefined: with none. An array on the way gets it in each element, and what
 * has no fields is replaced by a document, as `$set` of a pipeline does.
 */
export const setPath = (document: Document, path: Path, made: unknown): Document =>
  // Safe: what has a value set at a path of a document is one.
  setIn(document, path, made, 0) as Document;

/** Dotted paths of nested documents: `{ a: { b: 1 } }` means `{ 'a.b': 1 }`. @throws CommandError for an empty one */
export const flatten = (spec: Document, prefix = ''): readonly (readonly [string, unknown])[] =>
  Object.entries(spec).flatMap(([name, value]) => {
    if (!isDocument(value)) return [[prefix + name, value] as const];
    const [first] = Object.keys(value);
    if (first?.startsWith('$') === true) return [[prefix + name, value] as const];
    if (first !== undefined) return flatten(value, `${prefix}${name}.`);
    const text = `An empty sub-projection is not a valid value. Found empty object at path ${prefix}${name}`;
    throw new CommandError('Location51270', text);
  });

/** `$set` and `$addFields`. @throws CommandError */
export const fieldSetter = (stage: string, spec: unknown): ((document: Document) => Document) => {
  if (!isDocument(spec)) {
    throw new CommandError('Location40272', `${stage} specification stage must be an object`);
  }
  const fields = flatten(spec).map(([name, value]) => {
    if (name.startsWith('$') || name.split('.').includes('')) {
      throw new CommandError(
        'Location16410',
        `FieldPath field names may not start with '$' or be empty: '${name}'`,
      );
    }
    return { path: parsePath(name), expression: compileExpression(value) };
  });
  return (document) =>
    fields.reduce((made, { path, expression }) => setPath(made, path, expression(document)), document);
};
