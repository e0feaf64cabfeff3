type Field = string | readonly string[];

/** The search of an address as it is written: every field is text, or all texts of a name that is there more than once. */
export const parseSearch = (search: string): Record<string, Field> => {
  const fields = new URLSearchParams(search);
  return Object.fromEntries(
    [...new Set(fields.keys())].map((name): [string, Field] => {
      const texts = fields.getAll(name);
      return [name, texts.length === 1 ? texts.join('') : texts];
    }),
  );
};

/** Fields that are neither texts nor a number are left out. */
export const stringifySearch = (search: object): string => {
  const fields = new URLSearchParams();
  for (const [name, value] of Object.entries<unknown>({ ...search }))
    for (const text of Array.isArray(value) ? value : [value])
      if (typeof text === 'string' || typeof text === 'number') fields.append(name, String(text));
  return fields.size === 0 ? '' : `?${fields.toString()}`;
};
