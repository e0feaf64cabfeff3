/** Reads one field of the search of an address; undefined: what is given is wrong. */
export type SearchField<Value> = (text: string) => Value | undefined;

export type SearchFields<Search> = {
  readonly [Name in keyof Search]-?: SearchField<Exclude<Search[Name], undefined>>;
};

/** The greatest time that a `Date` can be, but for what time zones add to it. */
const LAST_TIME = 8.64e15 - 86_400_000;

/** @param most characters. What is longer is wrong: the server would refuse it. */
export const anyTextField =
  (most = 1_000): SearchField<string> =>
  (text) =>
    text.length <= most ? text : undefined;

/** As `anyTextField`, where no text means nothing. */
export const textField = (most?: number): SearchField<string> => {
  const read = anyTextField(most);
  return (text) => (text === '' ? undefined : read(text));
};

/** A whole number. */
export const countField =
  (least: number, most = Number.MAX_SAFE_INTEGER): SearchField<number> =>
  (text) => {
    const count = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    return count >= least && count <= most ? count : undefined;
  };

/** Milliseconds since 1970 that a page can show as a date. */
export const timeField: SearchField<number> = countField(0, LAST_TIME);

/** One of the names of a record. */
export const choiceField =
  <Name extends string>(names: Readonly<Record<Name, unknown>>): SearchField<Name> =>
  (text) => {
    const isName = (value: string): value is Name => Object.hasOwn(names, value);
    return isName(text) ? text : undefined;
  };

/** Of a page that says in code what it shows, numbers are no texts yet. */
const textOf = (given: unknown): string | undefined =>
  typeof given === 'string' || typeof given === 'number' ? String(given) : undefined;

/** Makes the reader of a page's search. What is unknown or wrong in an address counts as left out. */
export const searchReader =
  <Search extends object>(fields: SearchFields<Search>): ((given: object) => Search) =>
  (given) => {
    const texts = new Map<string, unknown>(Object.entries(given));
    const read = Object.entries<SearchField<unknown>>(fields).flatMap(([name, field]) => {
      const text = textOf(texts.get(name));
      const value = text === undefined ? undefined : field(text);
      return value === undefined ? [] : [[name, value] as const];
    });
    // Safe: each value is what the field of its name reads, and every field may be left out.
    return Object.fromEntries(read) as Search;
  };

/** A part of the search of an address, as it is written. */
export interface SearchPart {
  readonly name: string;
  readonly text: string;
}

/** The parts that a reader leaves out. */
export const unreadParts = (read: (given: object) => object, given: object): readonly SearchPart[] => {
  const search = read(given);
  return Object.entries<unknown>({ ...given })
    .filter(([name, value]) => value !== undefined && !Object.hasOwn(search, name))
    .map(([name, value]) => ({
      name,
      text: Array.isArray(value) ? value.join(', ') : (textOf(value) ?? ''),
    }));
};
