import {
  QueueError,
  type CallDeclaration,
  type Contract,
  type PayloadSchema,
  type QueueDefinition,
} from '@typed-queue/contracts';
import { setImmediate } from 'node:timers/promises';
import * as z from 'zod';
import { samplesOf, type JsonSchema } from './sample.js';

/** Values that any schema may be asked about. */
const PLAIN: readonly unknown[] = [null, '', 'a', 0, 1, true, [], {}];

/**
 * Refuses a contract of which a schema validates asynchronously, which no type shows: each is tried with a few values. One
 * that does so for particular values only is found when such a value is published.
 * Rejects with a QueueError `contract_invalid` that names all such events, calls and failures.
 */
export const refuseAsynchronousSchemas = async (contract: Contract): Promise<void> => {
  const found: Omit<Declared, 'schema'>[] = [];
  for (const { schema, ...declared } of Object.values(contract).flatMap(schemasOf)) {
    if (await isAsynchronous(schema)) found.push(declared);
  }
  if (found.length === 0) return;
  const names = found
    .map(({ queue, event, ...part }) => `${partText(part)}"${event}" of queue "${queue}"`)
    .join(', ');
  throw new QueueError(
    'contract_invalid',
    `Schemas must not validate asynchronously, since a queue cannot wait for them: ${names}. Check such things before publishing.`,
    { details: { asynchronous: found } },
  );
};

/** Of what an event or a call declares; of neither: the payload. */
interface Part {
  /** The schema is of what comes with the failure of this code. */
  readonly failure?: string;
  /** Of a call. */
  readonly of?: 'input' | 'output';
}

interface Declared extends Part {
  readonly queue: string;
  readonly event: string;
  readonly schema: PayloadSchema;
}

const partText = ({ failure, of }: Part): string => {
  if (failure !== undefined) return `failure "${failure}" of `;
  return of === undefined ? '' : `${of} of `;
};

const schemasOf = ({
  name: queue,
  events,
  calls = {},
  failures = [],
}: QueueDefinition): readonly Declared[] => [
  ...Object.entries(events).map(([event, schema]) => ({ queue, event, schema })),
  // Safe: the calls of any queue are declarations.
  ...Object.entries(calls as Readonly<Record<string, CallDeclaration>>).flatMap(
    ([event, { input, output }]) => [
      { queue, event, of: 'input' as const, schema: input },
      { queue, event, of: 'output' as const, schema: output },
    ],
  ),
  ...failures.flatMap(({ event, code: failure, data: schema }) =>
    schema === undefined ? [] : [{ queue, event, failure, schema }],
  ),
];

const isAsynchronous = async (schema: PayloadSchema): Promise<boolean> => {
  const results = [...PLAIN, ...samplesFor(schema)].map((value) => validated(schema, value));
  const waiting = results.filter((result) => result instanceof Promise);
  const outcomes = waiting.map((result) =>
    Promise.race([result.then(() => true, isOfAsynchronousKey), setImmediate(true)]),
  );
  return (await Promise.all(outcomes)).includes(true);
};

/** zod also rejects for a check that throws, which is not asynchronous, and for an asynchronous key of a record. */
const isOfAsynchronousKey = (error: unknown): boolean =>
  error instanceof Error && error.message.startsWith('Async schemas not supported');

/** What a schema throws for such a value says nothing. */
const validated = (schema: PayloadSchema, value: unknown): unknown => {
  try {
    return schema['~standard'].validate(value);
  } catch {
    return undefined;
  }
};

/** What Standard JSON Schema adds to a schema, where its library implements it. */
interface JsonSchemaSource {
  readonly jsonSchema?: { readonly input: (options: { readonly target: string }) => JsonSchema };
}

/** None for a schema that has no JSON Schema. */
const samplesFor = (schema: PayloadSchema): readonly unknown[] => {
  try {
    return samplesOf(jsonSchemaOf(schema) ?? {});
  } catch {
    return [];
  }
};

const jsonSchemaOf = (schema: PayloadSchema): JsonSchema | undefined => {
  // Safe: so does zod itself. zod mini implements no Standard JSON Schema.
  if (schema['~standard'].vendor === 'zod')
    return z.toJSONSchema(schema as z.core.$ZodType, ANY) as JsonSchema;
  // Safe: what is read of it is checked for, and samples need not be valid.
  const { jsonSchema } = schema['~standard'] as JsonSchemaSource;
  return jsonSchema?.input({ target: 'draft-2020-12' });
};

const ANY = { unrepresentable: 'any', io: 'input' } as const;
