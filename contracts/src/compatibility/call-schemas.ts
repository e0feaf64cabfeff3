import type { AnyQueue } from '../queue.js';
import type { JsonSchema } from './json.js';
import { jsonSchemaOf } from './schema/payload-schema.js';

type CallDeclaration = NonNullable<AnyQueue['calls']>[string];

/** A call of a queue, as others than its own contract see it. */
export interface CallSchema extends Pick<CallDeclaration, 'answering' | 'timeoutMs'> {
  readonly input: JsonSchema;
  readonly output: JsonSchema;
}

/** By name: the calls of a queue. */
export type CallSchemas = Readonly<Record<string, CallSchema>>;

/** Reads what a queue declares of its calls, with their schemas as `schemasOf` has them. */
export const callSchemasOf = async ({ calls = {} }: Pick<AnyQueue, 'calls'>): Promise<CallSchemas> =>
  Object.fromEntries(
    await Promise.all(
      Object.entries(calls).map(
        async ([name, declaration]) => [name, await callSchemaOf(declaration)] as const,
      ),
    ),
  );

const callSchemaOf = async ({
  input,
  output,
  answering,
  timeoutMs,
}: CallDeclaration): Promise<CallSchema> => ({
  input: await jsonSchemaOf(input),
  output: await jsonSchemaOf(output),
  answering,
  timeoutMs,
});
