/** Null: the name is there without a `=`. */
type Text = string | null;
type Field = Text | readonly Text[];

const decoded = (text: string): string => new URLSearchParams(`x=${text}`).get('x') ?? '';
const encoded = (text: string): string => new URLSearchParams({ x: text }).toString().slice('x='.length);

/** The search of an address as it is written: every field is text, or all texts of a name that is there more than once. */
export const parseSearch = (search: string): Record<string, Field> => {
  const fields = new Map<string, readonly Text[]>();
  for (const part of search.replace(/^\?/, '').split('&')) {
    if (part === '') continue;
    const [name = '', ...rest] = part.split('=');
    const text = rest.length === 0 ? null : decoded(rest.join('='));
    fields.set(decoded(name), [...(fields.get(decoded(name)) ?? []), text]);
  }
  return Object.fromEntries(
    [...fields].map(([name, texts]): [string, Field] => [
      name,
      texts.length === 1 ? (texts[0] ?? null) : texts,
    ]),
  );
};

/** Fields that are neither texts nor a number are left out. */
export const stringifySearch = (search: object): string => {
  const parts: string[] = [];
  for (const [name, value] of Object.entries<unknown>({ ...search }))
    for (const text of Array.isArray(value) ? (value as readonly unknown[]) : [value])
      if (text === null) parts.push(encoded(name));
      else if (typeof text === 'string' || typeof text === 'number')
        parts.push(`${encoded(name)}=${encoded(String(text))}`);
  return parts.length === 0 ? '' : `?${parts.join('&')}`;
};
