import type { AnyQueue } from '@typed-queue/contracts';
import { MAX_CONCURRENCY } from '@typed-queue/contracts/wire';
import {
  checkFunctions,
  checkNumber,
  checkOptions,
  invalidArgument,
  type KnownOptions,
} from '../argument-check.js';
import { callUnknown } from './declared-call.js';

/** Annotated without `K`, they name no calls; `ServeOptions<'reserve'>` may. */
export interface ServeOptions<K extends string = never> {
  /** How many calls it answers at once. Default: 16. */
  readonly concurrency?: number | undefined;
  /** Only these calls. Default: all of the queue. */
  readonly calls?: readonly K[] | undefined;
}

/** The calls that options select; all, where they may select none. */
export type SelectedCalls<O, All extends string> = O extends {
  readonly calls: readonly (infer K extends All)[];
}
  ? K
  : All;

const KNOWN: KnownOptions<ServeOptions> = { concurrency: true, calls: true };
export const DEFAULT_CONCURRENCY = 16;

/**
 * Run-time check for callers in plain JavaScript.
 * @throws QueueError `request_invalid`, `call_unknown`
 */
export const checkServe = (
  definition: AnyQueue,
  responders: unknown,
  options: ServeOptions<string>,
): void => {
  checkOptions('serve', 'the third argument', options, KNOWN);
  checkConcurrency(options);
  if (typeof responders !== 'object' || responders === null) {
    const text = `the second argument is a map with a function for each call, not ${typeof responders}.`;
    throw invalidArgument('serve', text);
  }
  const served = servedOf(definition, options);
  const surplus = Object.keys(responders).find((call) => !served.includes(call));
  if (surplus !== undefined) throw callUnknown(definition.name, surplus, served);
  checkFunctions('serve', responders, { what: 'the call', names: served, queue: definition.name });
};

const checkConcurrency = ({ concurrency }: ServeOptions<string>): void => {
  checkNumber('serve', '"concurrency"', concurrency, 1);
  if (concurrency === undefined || (Number.isInteger(concurrency) && concurrency <= MAX_CONCURRENCY)) return;
  const text = `"concurrency" is a whole number up to ${MAX_CONCURRENCY}, not ${concurrency}.`;
  throw invalidArgument('serve', text);
};

/** The calls that are served: at least one. */
const servedOf = ({ name, calls = {} }: AnyQueue, options: ServeOptions<string>): readonly string[] => {
  const all = Object.keys(calls);
  const { calls: served = all } = options;
  if (!isList(served)) {
    throw invalidArgument(
      'serve',
      `it serves at least one call; the queue "${name}" has ${all.join(', ') || 'none'}.`,
    );
  }
  const unknown = served.find((call) => !all.includes(call));
  if (unknown !== undefined) throw callUnknown(name, unknown, all);
  return served;
};

/** `Array.isArray` is no guard of readonly arrays. */
const isList = (served: readonly string[]): boolean => Array.isArray(served) && served.length > 0;
