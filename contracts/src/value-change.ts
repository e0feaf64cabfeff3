/**
 * Where a schema's result differs from the JSON value it was given, at the first difference; undefined when a reader of
 * the given value gets what the schema's type says. Fields that a schema drops (as `z.object` does) make no difference:
 * a value with more fields than its type is still of that type.
 */
export const valueChange = (given: unknown, result: unknown): readonly string[] | undefined => {
  if (given === result) return undefined;
  if (typeof given !== 'object' || typeof result !== 'object' || given === null || result === null) return [];
  if (Array.isArray(given) && (!Array.isArray(result) || given.length !== result.length)) return [];
  const prototype: unknown = Object.getPrototypeOf(result);
  if (prototype !== null && prototype !== Object.getPrototypeOf(given)) return [];
  // Safe: any object can be read by its own keys.
  return fieldChange(given as Fields, result as Fields);
};

type Fields = Readonly<Record<string, unknown>>;

const fieldChange = (given: Fields, result: Fields): readonly string[] | undefined => {
  for (const key in result) {
    const value = result[key];
    const before = given[key];
    // What objects inherit is no JSON value: equal values are own ones.
    if (value === before) continue;
    if (!Object.hasOwn(given, key)) {
      // JSON has no field that is undefined.
      if (value === undefined) continue;
      return [key];
    }
    const path = valueChange(before, value);
    if (path !== undefined) return [key, ...path];
  }
  return undefined;
};
