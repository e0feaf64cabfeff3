import { findIssues, type PayloadSchema } from '@typed-queue/contracts';
import {
  foundExamplesOf,
  payloadScan,
  type JsonSchema,
  type PayloadScan,
} from '@typed-queue/contracts/compatibility';

/**
 * The scans of payloads, each made when it is first asked for. Only schemas of zod have one: of others less is known
 * about what their converters leave out. None for a schema that refuses an example of its JSON Schema: somebody may have
 * changed what it does.
 */
export class PayloadScans {
  readonly #jsonSchemas = new Map<PayloadSchema, JsonSchema>();
  readonly #scans = new Map<PayloadSchema, PayloadScan | undefined>();

  add(schema: PayloadSchema, jsonSchema: JsonSchema): void {
    if (schema['~standard'].vendor === 'zod') this.#jsonSchemas.set(schema, jsonSchema);
  }

  of(schema: PayloadSchema): PayloadScan | undefined {
    const jsonSchema = this.#jsonSchemas.get(schema);
    if (jsonSchema === undefined || this.#scans.has(schema)) return this.#scans.get(schema);
    const isTrue = foundExamplesOf(jsonSchema).every((payload) => accepts(schema, payload));
    const scan = isTrue ? payloadScan(jsonSchema) : undefined;
    this.#scans.set(schema, scan);
    return scan;
  }
}

const accepts = (schema: PayloadSchema, payload: unknown): boolean => {
  try {
    return findIssues(schema, payload) === undefined;
  } catch {
    return false;
  }
};
