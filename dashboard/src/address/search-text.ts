/** The search of an address as it is written: every field is text, the last of a name counts. */
export const parseSearch = (search: string): Record<string, string> =>
  Object.fromEntries(new URLSearchParams(search));

/** Fields that are neither text nor a number are left out. */
export const stringifySearch = (search: object): string => {
  const fields = new URLSearchParams();
  for (const [name, value] of Object.entries<unknown>({ ...search }))
    if (typeof value === 'string' || typeof value === 'number') fields.set(name, String(value));
  return fields.size === 0 ? '' : `?${fields.toString()}`;
};
