/** Loaded only for payloads that do not match: converters to JSON Schema are large. */
import type { Issue, QueueDefinition, Version } from '@typed-queue/contracts';
import { jsonSchemaOf, namedFields, type Json } from '@typed-queue/contracts/compatibility';
import { upcast, versionsOf } from '@typed-queue/contracts/wire';
import { issuesOf } from './issues.js';

export type ReadPayload =
  /** As the schema of its event has it. */
  | { readonly kind: 'payload'; readonly payload: unknown }
  | { readonly kind: 'wrong'; readonly issues: readonly Issue[] }
  /** It is of no earlier version, and does not match without the fields that the schema does not name either. */
  | { readonly kind: 'foreign' };

/** Reads payloads that do not match the schema of their event. */
export class PayloadReader {
  readonly #queue: QueueDefinition;
  readonly #namedFields: ReadonlyMap<string, (payload: Json) => Json>;

  private constructor(queue: QueueDefinition, fields: ReadonlyMap<string, (payload: Json) => Json>) {
    this.#queue = queue;
    this.#namedFields = fields;
  }

  static async open(queue: QueueDefinition): Promise<PayloadReader> {
    const fields = Object.entries(queue.events).map(async ([event, schema]) => {
      return [event, namedFields(await jsonSchemaOf(schema))] as const;
    });
    return new PayloadReader(queue, new Map(await Promise.all(fields)));
  }

  /** An earlier version comes before tolerance: a field that a later version dropped may be what its upcast needs. */
  read(event: string, payload: unknown): ReadPayload {
    const made = upcastOf(versionsOf(this.#queue, event), payload);
    if (made.kind === 'wrong') return made;
    if (made.kind === 'payload') {
      const issues = this.#issuesOf(event, made.payload);
      return issues === undefined ? made : { kind: 'wrong', issues };
    }
    // Safe: payloads come as JSON.
    const named = this.#namedFields.get(event)?.(payload as Json);
    return this.#issuesOf(event, named) === undefined ? { kind: 'payload', payload } : { kind: 'foreign' };
  }

  #issuesOf(event: string, payload: unknown): readonly Issue[] | undefined {
    const schema = this.#queue.events[event];
    return schema === undefined ? [] : issuesOf(schema, payload);
  }
}

const upcastOf = (earlier: readonly Version[], payload: unknown): ReadPayload => {
  try {
    const made = upcast(earlier, payload);
    return made === undefined ? { kind: 'foreign' } : { kind: 'payload', ...made };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { kind: 'wrong', issues: [{ path: '', message: `its upcast failed: ${message}` }] };
  }
};
