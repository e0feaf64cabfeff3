import { wrongCall, type CallDeclaration, type CallDefinition } from './call.js';
import { isCall, isEventDefinition, type DeclaredEvent } from './event.js';
import {
  ambiguousCodes,
  isSchema,
  wrongFailures,
  type EventFailures,
  type FailureDeclaration,
} from './failures.js';
import type { PayloadSchema } from './payload-schema.js';

export type DeclaredEvents = Readonly<Record<string, DeclaredEvent>>;

/** What is declared of a queue, by the names of its events and calls. */
export interface QueueParts {
  readonly events: Readonly<Record<string, PayloadSchema>>;
  readonly calls: Readonly<Record<string, CallDeclaration>>;
  /** Of those that declare some. */
  readonly failures: Readonly<Record<string, EventFailures>>;
}

const EVENT_NAME = /^[A-Za-z][A-Za-z0-9_.-]{0,62}$/;
/** A frame names its events by one byte. */
const MAX_EVENTS = 255;

export const partsOf = (declared: DeclaredEvents): QueueParts => {
  const events: Record<string, PayloadSchema> = {};
  const calls: Record<string, CallDeclaration> = {};
  const failures: Record<string, EventFailures> = {};
  for (const [name, each] of Object.entries(declared)) {
    if (isCall(each)) calls[name] = declarationOf(each);
    else events[name] = isEventDefinition(each) ? each.schema : each;
    if (isCall(each) || isEventDefinition(each)) failures[name] = each.failures;
  }
  return { events, calls, failures };
};

const declarationOf = ({ failures: _, ...call }: CallDefinition): CallDeclaration => call;

/** The failures of all events and calls. */
export const failuresOf = ({ failures }: QueueParts): readonly FailureDeclaration[] =>
  Object.entries(failures).flatMap(([event, declared]) =>
    Object.entries(declared).map(([code, options]) => ({ event, code, ...options })),
  );

/** What is wrong with the events and calls of a queue. */
export const wrongParts = ({ events, calls, failures }: QueueParts): readonly string[] => {
  const names = [...Object.keys(events), ...Object.keys(calls)];
  return [
    ...names
      .filter((name) => !EVENT_NAME.test(name))
      .map((name) => `the event name "${name}" does not match ${String(EVENT_NAME)}`),
    ...(names.length === 0 ? ['it has no events'] : []),
    ...Object.entries(events).flatMap(([event, schema]) =>
      isSchema(schema) ? [] : [`the event "${event}" has no schema (https://standardschema.dev)`],
    ),
    ...Object.entries(calls).flatMap(([name, call]) => wrongCall(name, call)),
    ...Object.entries(failures).flatMap(([event, declared]) => wrongFailures(event, declared)),
    ...ambiguousCodes(failures),
    ...(names.length > MAX_EVENTS ? [`it has ${names.length} events, more than ${MAX_EVENTS}`] : []),
  ];
};
