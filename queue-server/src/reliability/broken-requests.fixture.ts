export type Place = readonly (string | number)[];

/** The places of all values within a value, itself not included. */
export const placesIn = (value: unknown, at: Place = []): Place[] => {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const place = [...at, Array.isArray(value) ? Number(key) : key];
    return [place, ...placesIn(inner, place)];
  });
};

/** A copy with another value at one place. */
export const replaced = (value: unknown, [key, ...rest]: Place, inner: unknown): unknown => {
  if (key === undefined) return inner;
  // Safe: the places are those of this very value.
  const copy = (Array.isArray(value) ? [...(value as unknown[])] : { ...(value as object) }) as Record<
    string | number,
    unknown
  >;
  copy[key] = replaced(copy[key], rest, inner);
  return copy;
};
