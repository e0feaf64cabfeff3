import type { PayloadSchema, QueueDefinition } from '@typed-queue/contracts';
import type { Names } from '@typed-queue/program';
import { eventUnknown, forbidden } from './message-guard.js';
import type { PayloadRule } from './payload-guard.js';
import type { PayloadScans } from './payload-scans.js';

/** The events of a queue that a principal may publish. */
export class PublishableEvents {
  readonly queue: string;
  readonly #permitted: Names;
  readonly #schemas: QueueDefinition['events'];
  readonly #scans: PayloadScans | undefined;
  /** By event, those that were asked for. */
  readonly #rules = new Map<string, PayloadRule>();

  constructor({ name, events }: QueueDefinition, permitted: Names, scans?: PayloadScans) {
    this.queue = name;
    this.#permitted = permitted;
    this.#schemas = events;
    this.#scans = scans;
  }

  get names(): readonly string[] {
    return Object.keys(this.#schemas).filter((name) => this.#permitted.has(name));
  }

  /** @throws QueueError `forbidden` when none may be published */
  checkAny(): void {
    if (this.#permitted.isEmpty) throw forbidden('publish', this.queue);
  }

  /**
   * What the payload of an event must be.
   * @throws QueueError `forbidden`, whether the queue has the event or not; `event_unknown`, which names permitted events only
   */
  ruleOf(event: string): PayloadRule {
    const known = this.#rules.get(event);
    if (known !== undefined) return known;
    const schema = this.schemaOf(event);
    const rule = { queue: this.queue, event, schema, scan: this.#scans?.of(schema) };
    this.#rules.set(event, rule);
    return rule;
  }

  /** The schema of an event's payload. @throws QueueError as `ruleOf` */
  schemaOf(event: string): PayloadSchema {
    if (!this.#permitted.isAll && !this.#permitted.has(event))
      throw forbidden('publish', this.queue, { event });
    const schema = Object.hasOwn(this.#schemas, event) ? this.#schemas[event] : undefined;
    if (schema !== undefined) return schema;
    throw eventUnknown(this.queue, event, this.names);
  }
}
