import type * as z from 'zod';
import { definitionOf, someIn, type Definition, type Schema } from './zod-parts.js';

/**
 * Why the converter's schema of an intersection may refuse what zod accepts, or accept what zod refuses.
 *
 * A schema may refuse fields by their names: a strict object does, and a record whose keys have a form. In an
 * intersection, zod refuses such a field only where each side refuses it, and `allOf` where any side does. The converter
 * merges plain objects in the way of zod, but also the values of a field that several sides have, which zod does not.
 */
export const inexactIntersection = (
  schema: Schema,
  isPlain: (side: Schema) => boolean,
): string | undefined => {
  if (!someIn(schema, refusesNames)) return undefined;
  const sides = sidesOf(schema, isPlain).map((side) => ({ def: definitionOf(side), side }));
  const objects = sides.flatMap(({ def, side }) => (def.type === 'object' && isPlain(side) ? [def] : []));
  if (objects.length < sides.length)
    return 'an intersection with a schema that refuses fields by their names';
  return haveStrictField(objects)
    ? 'an intersection with a strict object in a field of several sides'
    : undefined;
};

/** The schemas that all hold. Those of an intersection in another are merged as well, if it is plain. */
const sidesOf = (schema: Schema, isPlain: (side: Schema) => boolean): readonly Schema[] => {
  const def = definitionOf(schema);
  if (def.type !== 'intersection') return [schema];
  return [def.left, def.right].flatMap((side) => (isPlain(side) ? sidesOf(side, isPlain) : [side]));
};

/** Whether a part of an intersection is one that is checked once more: the converter loses these checks. */
export const hasCheckedSide = ({ left, right }: z.core.$ZodIntersectionDef): boolean =>
  [left, right].some((side) => {
    const def = definitionOf(side);
    return def.type === 'intersection' && ((def.checks ?? []).length > 0 || hasCheckedSide(def));
  });

const refusesNames = (schema: Schema): boolean => {
  const def = definitionOf(schema);
  if (def.type === 'object') return isStrict(def);
  return def.type === 'record' && !isAnyString(definitionOf(def.keyType));
};

const isStrict = ({ catchall }: z.core.$ZodObjectDef): boolean =>
  catchall !== undefined && definitionOf(catchall).type === 'never';

const isAnyString = (def: Definition): boolean =>
  def.type === 'string' && !('check' in def) && (def.checks ?? []).length === 0;

const haveStrictField = (objects: readonly z.core.$ZodObjectDef[]): boolean =>
  objects
    .flatMap(({ shape }) => Object.keys(shape))
    .some((name) => {
      const values = new Set(objects.flatMap((object) => valuesOf(object, name)));
      return values.size > 1 && [...values].some((value) => someIn(value, refusesNames));
    });

/** What an object demands of a field: nothing where it does not know it, unless it has a schema for such fields. */
const valuesOf = (object: z.core.$ZodObjectDef, name: string): readonly Schema[] => {
  const named = Object.hasOwn(object.shape, name) ? object.shape[name] : undefined;
  if (named !== undefined) return [named];
  return object.catchall === undefined || isStrict(object) ? [] : [object.catchall];
};
