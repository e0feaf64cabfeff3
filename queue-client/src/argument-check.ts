import { QueueError, type AnyQueue, type Contract } from '@typed-queue/contracts';

/** The option names of a call, complete by its type. */
export type KnownOptions<Options> = Readonly<Record<keyof Options, true>>;

/** Longest excerpt of a wrong argument in an error message. */
const MAX_SHOWN = 40;

const shown = (value: unknown): string => {
  if (typeof value === 'number' || value === null) return String(value);
  return (typeof value === 'string' ? JSON.stringify(value) : typeof value).slice(0, MAX_SHOWN);
};

/** An argument that can never work. */
export const invalidArgument = (
  call: string,
  text: string,
  details: Readonly<Record<string, unknown>> = {},
): QueueError => new QueueError('request_invalid', `${call}: ${text}`, { details });

/**
 * Run-time check of option names, for callers in plain JavaScript. `what` names the argument in the error.
 * @throws QueueError `request_invalid`
 */
export const checkOptions = (
  call: string,
  what: string,
  options: unknown,
  known: Readonly<Record<string, true>>,
): void => {
  if (typeof options !== 'object' || options === null) {
    throw invalidArgument(call, `${what} is an object, not ${shown(options)}.`);
  }
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(known, name));
  if (unknown === undefined) return;
  const names = Object.keys(known).join(', ');
  throw invalidArgument(call, `${what} has no field "${unknown}"; it may have ${names}.`, { field: unknown });
};

/** @throws QueueError `request_invalid` */
export const checkText = (call: string, what: string, value: unknown): void => {
  if (typeof value === 'string' && value !== '') return;
  throw invalidArgument(call, `${what} is a text that is not empty, not ${shown(value)}.`);
};

/** @throws QueueError `request_invalid` */
export const checkNumber = (call: string, what: string, value: unknown, least: number): void => {
  if (value === undefined || (typeof value === 'number' && value >= least)) return;
  throw invalidArgument(call, `${what} is a number from ${least} on, not ${shown(value)}.`);
};

/** A seq that may be left out, 0: none. @throws QueueError `request_invalid` */
export const checkSeq = (call: string, what: string, value: unknown): void => {
  if (value === undefined || (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0)) return;
  throw invalidArgument(call, `${what} is a seq, or 0 when there is none yet, not ${shown(value)}.`);
};

/** What a map has a function for. */
interface Named {
  /** With its article: `the event`. */
  readonly what: string;
  readonly names: readonly string[];
  readonly queue: string;
}

/** @throws QueueError `request_invalid` for a map without a function for each of some names */
export const checkFunctions = (call: string, map: object, { what, names, queue }: Named): void => {
  const byName = new Map<string, unknown>(Object.entries(map));
  const wrong = names.find((name) => typeof byName.get(name) !== 'function');
  if (wrong === undefined) return;
  const given = byName.get(wrong);
  const is = given === undefined ? 'is missing' : `is ${shown(given)}`;
  const text = `the function for ${what} "${wrong}" of "${queue}" ${is}; a map has one for each.`;
  throw invalidArgument(call, text, { queue, name: wrong });
};

/** @throws QueueError `queue_unknown` */
export const definitionOf = (contract: Contract, queue: string): AnyQueue => {
  const definition = Object.hasOwn(contract, queue) ? contract[queue] : undefined;
  if (definition !== undefined) return definition;
  const queues = Object.keys(contract);
  const text = `The contract has no queue "${queue}"; it has ${queues.join(', ')}.`;
  throw new QueueError('queue_unknown', text, { details: { queue, queues } });
};
