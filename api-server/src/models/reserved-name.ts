/**
 * Names that a field cannot have: members of every document, of JavaScript's objects, of Mongoose's documents and of
 * BSON's values.
 */
const RESERVED_NAMES = [
  ...(['id', '_id', '__v', 'revision', 'createdAt', 'updatedAt'] as const),
  ...(['prototype', '__proto__', 'constructor', 'toString', 'toLocaleString', 'valueOf'] as const),
  ...(['hasOwnProperty', 'isPrototypeOf', 'propertyIsEnumerable'] as const),
  ...(['__defineGetter__', '__defineSetter__', '__lookupGetter__', '__lookupSetter__'] as const),
  ...(['_bsontype', 'toBSON', '_doc', '__index', '__parentArray', 'parentArray'] as const),
  ...(['_execDocumentPreHooks', '_execDocumentPostHooks', '_applyVersionIncrement'] as const),
  ...(['collection', 'db', 'discriminators', 'model', 'modelName', 'schema', 'errors', 'isNew'] as const),
  ...(['on', 'once', 'emit', 'listeners', 'addListener', 'removeListener'] as const),
  ...(['removeAllListeners', 'setMaxListeners'] as const),
  ...(['get', 'set', 'init', 'save', 'remove', 'increment', 'overwrite', 'equals', 'inspect'] as const),
  ...(['deleteOne', 'updateOne', 'replaceOne', 'validate', 'validateSync', 'invalidate'] as const),
  ...(['populate', 'populated', 'depopulate', 'parent', 'ownerDocument', 'toJSON', 'toObject'] as const),
  ...(['markModified', 'unmarkModified', 'modifiedPaths', 'directModifiedPaths', 'getChanges'] as const),
  ...(['isModified', 'isDirectModified', 'isInit', 'isSelected', 'isDirectSelected'] as const),
] as const;

/** Also an operator, a path or nothing, as MongoDB reads it. */
export type ReservedName = (typeof RESERVED_NAMES)[number] | `$${string}` | `${string}.${string}` | '';

const names: ReadonlySet<string> = new Set(RESERVED_NAMES);

export const isReservedName = (name: string): boolean =>
  name === '' || name.startsWith('$') || name.includes('.') || names.has(name);
