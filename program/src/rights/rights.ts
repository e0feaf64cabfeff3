import * as z from 'zod';

export type QueueVerb = 'publish' | 'consume' | 'tail' | 'admin' | 'call' | 'serve';

/** On a model of the REST API. */
export type ModelVerb = z.output<typeof modelVerb>;

/** A name, or a prefix followed by `*`. */
const pattern = z.string().regex(/^(?=.)[^*\s]{0,128}\*?$/, {
  error: 'expected a name, or how names begin followed by *, such as billing-*',
});
const modelVerb = z.literal(['read', 'write', 'admin']);

const queueRights = z.strictObject({
  publish: z.array(pattern).default([]),
  consume: z.array(pattern).default([]),
  tail: z.boolean().default(false),
  admin: z.boolean().default(false),
  call: z.array(pattern).default([]),
  serve: z.array(pattern).default([]),
});

const fields = {
  queues: z.record(pattern, queueRights).default({}),
  models: z.record(pattern, z.array(modelVerb)).default({}),
};

/**
 * Rights per queue (`publish` which events, `consume` by which groups, `tail`, `admin`, `call` and `serve` which calls) and
 * per model of the API, as in a keys file and in the claim of a token. No verb includes another, and what is not granted is refused.
 */
export const rightsSchema = z.strictObject(fields);

/** The fields of `rightsSchema`, for entries that have others beside them. */
export const rightsFields = fields;

interface GrantedOnQueue {
  readonly publish: readonly string[];
  readonly consume: readonly string[];
  readonly tail: boolean;
  readonly admin: boolean;
  readonly call?: readonly string[] | undefined;
  readonly serve?: readonly string[] | undefined;
}

export interface Rights {
  /** By queue, or pattern of queues. */
  readonly queues: Readonly<Record<string, GrantedOnQueue>>;
  /** By model, or pattern of models. */
  readonly models: Readonly<Record<string, readonly ModelVerb[]>>;
}

/** Everything, everywhere. */
export const ALL_RIGHTS: Rights = {
  queues: {
    '*': { publish: ['*'], consume: ['*'], tail: true, admin: true, call: ['*'], serve: ['*'] },
  },
  models: { '*': ['read', 'write', 'admin'] },
};

/** A set of names, some of them by prefix. */
export class Names {
  readonly #exact: ReadonlySet<string>;
  readonly #prefixes: readonly string[];
  /** Whether it contains every name. */
  readonly isAll: boolean;

  constructor(patterns: readonly string[]) {
    const isPrefix = (each: string): boolean => each.endsWith('*');
    this.#exact = new Set(patterns.filter((each) => !isPrefix(each)));
    this.#prefixes = patterns.filter(isPrefix).map((each) => each.slice(0, -1));
    this.isAll = this.#prefixes.includes('');
  }

  get isEmpty(): boolean {
    return this.#exact.size === 0 && this.#prefixes.length === 0;
  }

  has(name: string): boolean {
    return this.#exact.has(name) || this.#prefixes.some((prefix) => name.startsWith(prefix));
  }
}

/** The rights to one queue. */
export interface QueueRights {
  readonly publish: Names;
  readonly consume: Names;
  readonly tail: boolean;
  readonly admin: boolean;
  readonly call: Names;
  readonly serve: Names;
}

/** The rights to one queue, of all entries that name it; undefined: none, and the queue is hidden. */
export const rightsToQueue = ({ queues }: Rights, queue: string): QueueRights | undefined => {
  const granted = entriesFor(queues, queue);
  const rights = {
    publish: new Names(granted.flatMap(({ publish }) => publish)),
    consume: new Names(granted.flatMap(({ consume }) => consume)),
    tail: granted.some(({ tail }) => tail),
    admin: granted.some(({ admin }) => admin),
    call: new Names(granted.flatMap(({ call = [] }) => call)),
    serve: new Names(granted.flatMap(({ serve = [] }) => serve)),
  };
  const { publish, consume, tail, admin, call, serve } = rights;
  const isNone = [publish, consume, call, serve].every((names) => names.isEmpty) && !tail && !admin;
  return isNone ? undefined : rights;
};

/** The rights to one model of the API, of all entries that name it. */
export const rightsToModel = ({ models }: Rights, model: string): ReadonlySet<ModelVerb> =>
  new Set(entriesFor(models, model).flat());

const entriesFor = <T>(entries: Readonly<Record<string, T>>, name: string): readonly T[] =>
  Object.entries(entries)
    .filter(([of]) => new Names([of]).has(name))
    .map(([, entry]) => entry);
