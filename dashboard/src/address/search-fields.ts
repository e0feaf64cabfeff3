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

/** The name of a group, as the server has them. */
export const groupField: SearchField<string> = (text) => (/^[\w.:@-]{1,128}$/.test(text) ? text : undefined);

/** A whole number in plain digits. */
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

/** Reads a page's search. */
export interface SearchReader<Search extends object = object> {
  (given: object): Search;
  /** The names of its fields. */
  readonly names: ReadonlySet<string>;
}

/** Makes the reader of a page's search. What is unknown or wrong in an address counts as left out. */
export const searchReader = <Search extends object>(fields: SearchFields<Search>): SearchReader<Search> => {
  const read = (given: object): Search => {
    const texts = new Map<string, unknown>(Object.entries(given));
    const values = Object.entries<SearchField<unknown>>(fields).flatMap(([name, field]) => {
      const text = textOf(texts.get(name));
      const value = text === undefined ? undefined : field(text);
      return value === undefined ? [] : [[name, value] as const];
    });
    // Safe: each value is what the field of its name reads, and every field may be left out.
    return Object.fromEntries(values) as Search;
  };
  return Object.assign(read, { names: new Set(Object.keys(fields)) });
};

/** A part of the search of an address, as it is written. */
export interface SearchPart {
  readonly name: string;
  /** Undefined: it has no `=`. */
  readonly text: string | undefined;
}

/** As an address writes it. */
export const partText = ({ name, text }: SearchPart): string =>
  text === undefined ? name : `${name}=${text}`;

/** The parts that a reader leaves out. */
export const unreadParts = (read: SearchReader, given: object): readonly SearchPart[] => {
  const search = read(given);
  return Object.entries<unknown>({ ...given })
    .filter(([name, value]) => value !== undefined && !Object.hasOwn(search, name))
    .map(([name, value]) => ({ name, text: Array.isArray(value) ? value.join(', ') : textOf(value) }));
};

/** The parts that a reader leaves out although it has fields of their names. */
export const wrongParts = (read: SearchReader, given: object): readonly SearchPart[] =>
  unreadParts(read, given).filter(({ name }) => read.names.has(name));
