import type { Issue } from '@typed-queue/contracts';
import * as z from 'zod';
import { DEFAULT_SORT, type ListQuery } from '../repository/repository.js';
import { queryInvalid } from './parameters.js';
import type { Description } from './resource.js';

export const MAX_LIMIT = 200;
export const DEFAULT_LIMIT = 50;
const MAX_CURSOR = 1024;

/** What every document can be sorted by, beside the sorts of its model. */
const ENTITY_SORTS = ['id', 'createdAt', 'updatedAt'];
const ENTITY_FIELDS = ['id', 'revision', 'createdAt', 'updatedAt'];

/** A request for a list. */
interface Listing {
  readonly query: ListQuery;
  /** Only these fields of each document; undefined: all. */
  readonly fields: readonly string[] | undefined;
}

export const sortsOf = (model: Description): readonly string[] => [...ENTITY_SORTS, ...model.sorts];

export const fieldNamesOf = (model: Description): readonly string[] => [
  ...ENTITY_FIELDS,
  ...Object.keys(model.fields.shape),
];

/** The names of all parameters that a list has. */
export const listParameters = (model: Description): readonly string[] => [
  ...['limit', 'cursor', 'sort', 'fields'],
  ...model.filters,
];

type Scalar = string | number | boolean;
type Parsed<T> = { readonly value: T } | { readonly wrong: string };

const limitOf = (text = String(DEFAULT_LIMIT)): Parsed<number> => {
  const value = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  return value >= 1 && value <= MAX_LIMIT ? { value } : { wrong: `expected 1 to ${MAX_LIMIT}` };
};

const cursorOf = (value: string | undefined): Parsed<string | undefined> =>
  value === undefined || (value.length <= MAX_CURSOR && /^[\w+/=.~-]+$/.test(value))
    ? { value }
    : { wrong: 'expected a `nextCursor` as a list gave it' };

const sortOf = (model: Description, text: string = DEFAULT_SORT.field): Parsed<ListQuery['sort']> => {
  const field = text.replace(/^-/, '');
  return sortsOf(model).includes(field)
    ? { value: { field, direction: text.startsWith('-') ? 'desc' : 'asc' } }
    : { wrong: `expected one of ${sortsOf(model).join(', ')}, or with a - before it` };
};

const namesOf = (model: Description, text: string | undefined): Parsed<readonly string[] | undefined> => {
  const value = text?.split(',');
  return value === undefined || value.every((name) => fieldNamesOf(model).includes(name))
    ? { value }
    : { wrong: `expected some of ${fieldNamesOf(model).join(', ')}, with commas between` };
};

/** What one value is compared with: an array's items, as any of them will do. */
const comparable = (field: z.core.$ZodType): z.core.$ZodType => {
  if (field instanceof z.ZodOptional || field instanceof z.ZodNullable) return comparable(field.unwrap());
  return field instanceof z.ZodArray ? field.element : field;
};

interface Filter {
  readonly schema: z.core.$ZodType;
  /** As JSON Schema names it. */
  readonly type: unknown;
}

/** What lists of a model are filtered by. */
export const filtersOf = (model: Description): ReadonlyMap<string, Filter> =>
  new Map(
    Object.entries(model.fields.shape)
      .filter(([name]) => model.filters.includes(name))
      .map(([name, field]) => {
        const schema = comparable(field);
        return [name, { schema, type: z.toJSONSchema(schema).type }];
      }),
  );

/** A number as JSON has it: `1e+300`. */
const NUMBER = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i;

/** A value as the field has it: a URL knows only texts. */
const scalarOf = ({ type }: Filter, text: string): Scalar => {
  if (type === 'boolean') return text === 'true' || (text === 'false' ? false : text);
  const isNumber = (type === 'number' || type === 'integer') && NUMBER.test(text);
  return isNumber ? Number(text) : text;
};

/** As the schema leaves it, since that is what is stored. */
const filterOf = (filter: Filter, text: string): Parsed<Scalar> => {
  const result = z.safeParse(filter.schema, scalarOf(filter, text));
  // Safe: a model has filters only for fields of these types.
  if (result.success) return { value: result.data as Scalar };
  return { wrong: result.error.issues[0]?.message ?? 'it does not fit' };
};

/** Collects the issues of all parameters. */
class ParameterReader {
  readonly #issues: Issue[] = [];

  read<T>(path: string, parsed: Parsed<T>, fallback: T): T {
    if ('value' in parsed) return parsed.value;
    this.#issues.push({ path, message: parsed.wrong });
    return fallback;
  }

  filter(filters: ReadonlyMap<string, Filter>, parameters: ReadonlyMap<string, string>): ListQuery['filter'] {
    return Object.fromEntries(
      [...filters].flatMap(([name, filter]) => {
        const text = parameters.get(name);
        return text === undefined ? [] : [[name, this.read<Scalar>(name, filterOf(filter, text), text)]];
      }),
    );
  }

  /** @throws ApiError `query_invalid`, with all `issues` */
  finish(): void {
    if (this.#issues.length > 0) throw queryInvalid(this.#issues);
  }
}

/**
 * Reads what lists of a model are asked for, by the parameters of their URLs.
 * @throws ApiError `query_invalid`, with all `issues`
 */
export const listings = (model: Description): ((parameters: ReadonlyMap<string, string>) => Listing) => {
  const filters = filtersOf(model);
  return (parameters) => listingOf(model, filters, parameters);
};

const listingOf = (
  model: Description,
  filters: ReadonlyMap<string, Filter>,
  parameters: ReadonlyMap<string, string>,
): Listing => {
  const reader = new ParameterReader();
  const listing: Listing = {
    query: {
      limit: reader.read('limit', limitOf(parameters.get('limit')), DEFAULT_LIMIT),
      cursor: reader.read('cursor', cursorOf(parameters.get('cursor')), undefined),
      sort: reader.read('sort', sortOf(model, parameters.get('sort')), DEFAULT_SORT),
      filter: reader.filter(filters, parameters),
    },
    fields: reader.read('fields', namesOf(model, parameters.get('fields')), undefined),
  };
  reader.finish();
  return listing;
};

/** The documents that one request changes or deletes. */
export interface Selection {
  readonly filter: ListQuery['filter'];
  /** Only says what would be done. */
  readonly dryRun: boolean;
}

/** The names of all parameters of a change of many documents. */
export const selectionParameters = (model: Description): readonly string[] => ['dryRun', ...model.filters];

/** The names of all parameters that requests for a model have. */
export const allParameters = (model: Description): readonly string[] => [
  ...listParameters(model),
  ...selectionParameters(model),
];

const dryRunOf = (text = 'false'): Parsed<boolean> =>
  text === 'true' || text === 'false' ? { value: text === 'true' } : { wrong: 'expected true or false' };

/**
 * Reads which documents of a model a request changes or deletes.
 * @throws ApiError `query_invalid`, with all `issues`
 */
export const selections = (model: Description): ((parameters: ReadonlyMap<string, string>) => Selection) => {
  const filters = filtersOf(model);
  return (parameters) => {
    const reader = new ParameterReader();
    const filter = reader.filter(filters, parameters);
    const dryRun = reader.read('dryRun', dryRunOf(parameters.get('dryRun')), true);
    reader.finish();
    if (Object.keys(filter).length > 0) return { filter, dryRun };
    const message = `expected at least one of ${model.filters.join(', ')}`;
    throw queryInvalid([{ path: 'filter', message }]);
  };
};
