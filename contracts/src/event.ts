import type { CallDefinition } from './call.js';
import type { Declarable, Declarations, EventFailures } from './failures.js';
import type { PayloadSchema, StorableSchema } from './payload-schema.js';

/** An event that declares more than the schema of its payload. */
export interface EventDefinition<
  Schema extends PayloadSchema = PayloadSchema,
  Failures extends EventFailures = EventFailures,
> {
  readonly schema: Schema;
  readonly failures: Failures;
}

/**
 * Declares an event whose handling may fail in declared ways, for `events` of `defineQueue`. Without failures the schema
 * alone will do.
 *
 *     low: event(low, { failures: { mail_down: { retry: true }, no_buyer: { retry: false, data: buyer } } })
 */
export const event = <Schema extends PayloadSchema, Failures extends EventFailures>(
  schema: StorableSchema<Schema>,
  options: {
    // Of the second part alone TypeScript 5.9 infers a type that nothing is assignable to.
    readonly failures: Failures & { readonly [Code in keyof Failures]: Declarable<Code, Failures[Code]> };
  },
): EventDefinition<Schema, Failures> => ({
  // Safe: of what compiles, `StorableSchema` is the schema, and `Declarable` the failure. Plain JavaScript may give none.
  schema: schema as unknown as Schema,
  failures: ((options as Partial<typeof options> | undefined)?.failures ?? {}) as unknown as Failures,
});

/** What is declared of an event of a queue: a call, more than the schema of its payload, or that alone. */
export type DeclaredEvent = PayloadSchema | EventDefinition | CallDefinition;

/** The schema of a declared event. */
export type SchemaOf<Declared extends DeclaredEvent> = Declared extends PayloadSchema
  ? Declared
  : Declared extends { readonly schema: infer Schema extends PayloadSchema }
    ? Schema
    : never;

/** The failures of a declared event. */
export type FailuresIn<Name extends string, Declared> = Declared extends { readonly failures: infer Failures }
  ? Declarations<Name, Failures>
  : never;

/** Whether a call is declared. */
export const isCall = (declared: DeclaredEvent): declared is CallDefinition =>
  (declared as Partial<CallDefinition> | undefined | null)?.answering !== undefined;

/** Whether more than a schema is declared. Plain JavaScript may declare anything. */
export const isEventDefinition = (declared: DeclaredEvent): declared is EventDefinition =>
  (declared as Partial<EventDefinition> | undefined | null)?.failures !== undefined;
