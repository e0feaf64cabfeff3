import { stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import * as z from 'zod';
import {
  contract as systemContract,
  defineContract,
  defineQueue,
  QueueError,
  type Contract,
  type DeclaredEvent,
  type EventFailures,
  type PayloadSchema,
  type Version,
} from '@typed-queue/contracts';
import { firstLineOf, loadModule, type ImportModule } from './module-loading.js';

/** A contract from a module, or why it cannot be used. */
export type LoadedContract =
  | { readonly kind: 'loaded'; readonly contract: Contract }
  | { readonly kind: 'failed'; readonly problem: string };

const PATH = /^\.{0,2}\//;
/** An unrelated module has many. */
const MAX_ISSUES = 5;

/** Schemas of some libraries are functions. */
const isPayloadSchema = (value: unknown): value is PayloadSchema => {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false;
  const standard: unknown = '~standard' in value ? value['~standard'] : undefined;
  return (
    typeof standard === 'object' &&
    standard !== null &&
    'validate' in standard &&
    typeof standard.validate === 'function'
  );
};

const payloadSchema = z.custom<PayloadSchema>(isPayloadSchema, {
  error: 'expected a schema that implements Standard Schema',
});

const atLeastOne = z.number().positive().exactOptional();

const earlierVersion = z.object({
  schema: payloadSchema,
  upcast: z.custom<Version['upcast']>((value) => typeof value === 'function', {
    error: 'expected a function',
  }),
});

const declaredFailure = z.object({
  event: z.string(),
  code: z.string(),
  retry: z.boolean(),
  retryDelaysMs: z.array(z.number()).optional(),
  data: payloadSchema.optional(),
});

const declaredCall = z.object({
  input: payloadSchema,
  output: payloadSchema,
  answering: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('once'), idempotent: z.boolean() }),
    z.object({ kind: z.literal('durable'), answerForMs: z.number() }),
    z.object({ kind: z.literal('stream') }),
  ]),
  timeoutMs: z.number(),
});

/** What `defineContract` returns, of any version. */
const contractShape = z.record(
  z.string(),
  z.object({
    name: z.string(),
    events: z.record(z.string(), payloadSchema),
    calls: z.record(z.string(), declaredCall).default({}),
    failures: z.array(declaredFailure).default([]),
    retention: z.object({ maxAgeMs: atLeastOne, maxBytes: atLeastOne, maxMessages: atLeastOne }),
    // Definitions of an older `defineQueue` lack it.
    deadLetters: z.object({ maxAgeMs: atLeastOne, maxBytes: atLeastOne }).exactOptional(),
    versions: z.record(z.string(), z.array(earlierVersion)).exactOptional(),
  }),
);

const failed = (problem: string): LoadedContract => ({ kind: 'failed', problem });

/**
 * Loads the contract that a built ES module exports as `contract`. It runs the module, as `loadModule` does.
 * @param name a path, relative to `directory`, or the name of a package that is installed there or above
 * @param directory an absolute path: the user's working directory
 * @param importModule default: of Node, which runs JavaScript
 */
export const loadContract = async (
  name: string,
  directory: string,
  importModule?: ImportModule,
): Promise<LoadedContract> => {
  const file = await fileOf(name, directory);
  if (typeof file !== 'string') return file;
  const loaded = await loadModule(file, importModule === undefined ? {} : { importModule });
  if (loaded.kind === 'failed') return loaded;
  const { module } = loaded;
  if ('contract' in module) return checkContract(module.contract);
  const names = Object.keys(module);
  const found = names.length === 0 ? 'nothing' : names.join(', ');
  return failed(`${file} has no export "contract", it exports ${found}; write: export const contract = …`);
};

/** The module's file, as an absolute path. */
const fileOf = async (name: string, directory: string): Promise<string | LoadedContract> => {
  const path = resolve(directory, name);
  const stats = await stat(path).catch(() => undefined);
  if (stats?.isFile() === true) return path;
  if (PATH.test(name)) return failed(`there is no file ${path}`);
  try {
    return createRequire(join(directory, 'contract.js')).resolve(name);
  } catch (error) {
    return failed(
      `there is no file ${path}, and no package to load from ${directory}: ${firstLineOf(error)}`,
    );
  }
};

/** Declares the queues again, to apply our own rules. */
const checkContract = (exported: unknown): LoadedContract => {
  const shape = contractShape.safeParse(exported);
  if (!shape.success) {
    const issues = shape.error.issues.slice(0, MAX_ISSUES);
    const texts = issues.map(({ path, message }) => [...path.map(String), message].join(': '));
    return failed(`the export "contract" is not made by defineContract: ${texts.join('; ')}`);
  }
  const queues = Object.entries(shape.data);
  if (queues.length === 0) return failed('the export "contract" has no queues');
  try {
    const declared = queues.map(([key, { name, events, calls, failures, versions, ...bounds }]) => {
      const queue = defineQueue(name, { ...bounds, events: declaredEvents({ events, calls, failures }) });
      return [key, versions === undefined ? queue : { ...queue, versions }] as const;
    });
    return { kind: 'loaded', contract: defineContract(Object.fromEntries(declared)) };
  } catch (error) {
    if (!(error instanceof QueueError)) throw error;
    return failed(`the export "contract" cannot work: ${error.message}`);
  }
};

/** The events and calls of a queue with their failures, as `defineQueue` takes them. */
const declaredEvents = ({
  events,
  calls,
  failures,
}: Pick<z.output<typeof contractShape>[string], 'events' | 'calls' | 'failures'>): Readonly<
  Record<string, DeclaredEvent>
> => {
  const failuresOf = (name: string): EventFailures =>
    Object.fromEntries(
      failures.filter(({ event }) => event === name).map(({ event: _, code, ...options }) => [code, options]),
    );
  return Object.fromEntries<DeclaredEvent>([
    ...Object.entries(events).map(([name, schema]) => {
      const own = failuresOf(name);
      return [name, Object.keys(own).length === 0 ? schema : { schema, failures: own }] as const;
    }),
    ...Object.entries(calls).map(([name, call]) => [name, { ...call, failures: failuresOf(name) }] as const),
  ]);
};

/**
 * Loads the contract that the variable `CONTRACT` names; not set: the built-in one, `files` and `database`.
 * @param directory an absolute path: the user's working directory
 */
export const contractFrom = async (name: string | undefined, directory: string): Promise<LoadedContract> =>
  name === undefined || name === ''
    ? { kind: 'loaded', contract: systemContract }
    : loadContract(name, directory);

/** The schema of the variable `CONTRACT`, whose module was loaded before: schemas of variables are synchronous. */
export const contractVariable = (loaded: LoadedContract) =>
  z
    .string()
    .optional()
    .transform((input, context): Contract => {
      if (loaded.kind === 'loaded') return loaded.contract;
      context.issues.push({ code: 'custom', message: loaded.problem, input });
      return z.NEVER;
    });
