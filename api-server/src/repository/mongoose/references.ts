import type { Model } from '../../models/model.js';
import type { Structure, Value } from '../../models/structure.js';

/** A field in the documents of a model that holds ids of another one. */
interface ReferencePath {
  /** As in `shelves.supplierIds`. */
  readonly path: string;
  /** The name of the model that the ids belong to. */
  readonly target: string;
}

/** One id in a document. */
export interface Reference extends ReferencePath {
  readonly id: string;
}

const pathsIn = (value: Value, path: string): readonly ReferencePath[] => {
  if (value.kind === 'reference') return [{ path, target: value.model }];
  if (value.kind === 'array') return pathsIn(value.item, path);
  return value.kind === 'object' ? pathsOf(value.fields, `${path}.`) : [];
};

const pathsOf = (structure: Structure, prefix = ''): readonly ReferencePath[] =>
  Object.entries(structure).flatMap(([name, { value }]) => pathsIn(value, `${prefix}${name}`));

/** Where the documents of a model refer to others. */
export const referencePaths = ({ structure }: Pick<Model, 'structure'>): readonly ReferencePath[] =>
  pathsOf(structure);

const referencesIn = (value: Value, content: unknown, path: string): readonly Reference[] => {
  if (value.kind === 'reference' && typeof content === 'string') {
    return [{ path, target: value.model, id: content }];
  }
  if (value.kind === 'array' && Array.isArray(content)) {
    return content.flatMap((item, index) => referencesIn(value.item, item, `${path}.${index}`));
  }
  const isObject = value.kind === 'object' && typeof content === 'object' && content !== null;
  return isObject ? referencesFrom(value.fields, content, `${path}.`) : [];
};

const referencesFrom = (structure: Structure, content: object, prefix: string): readonly Reference[] =>
  Object.entries(structure).flatMap(([name, { value }]) =>
    referencesIn(value, Reflect.get(content, name), `${prefix}${name}`),
  );

/** What a document refers to; its fields were checked. Paths have indexes, as in `shelves.0.supplierIds.1`. */
export const referencesOf = ({ structure }: Pick<Model, 'structure'>, fields: object): readonly Reference[] =>
  referencesFrom(structure, fields, '');
