import type { PayloadSchema, QueueDefinition } from '@typed-queue/contracts';
import type { Names } from '@typed-queue/program';
import { eventUnknown, forbidden } from './message-guard.js';

/** The events of a queue that a principal may publish. */
export class PublishableEvents {
  readonly queue: string;
  readonly #permitted: Names;
  readonly #schemas: QueueDefinition['events'];

  constructor({ name, events }: QueueDefinition, permitted: Names) {
    this.queue = name;
    this.#permitted = permitted;
    this.#schemas = events;
  }

  get names(): readonly string[] {
    return Object.keys(this.#schemas).filter((name) => this.#permitted.has(name));
  }

  /** @throws QueueError `forbidden` when none may be published */
  checkAny(): void {
    if (this.#permitted.isEmpty) throw forbidden('publish', this.queue);
  }

  /**
   * The schema of an event's payload.
   * @throws QueueError `forbidden`, whether the queue has the event or not; `event_unknown`, which names permitted events only
   */
  schemaOf(event: string): PayloadSchema {
    if (!this.#permitted.isAll && !this.#permitted.has(event))
      throw forbidden('publish', this.queue, { event });
    const schema = Object.hasOwn(this.#schemas, event) ? this.#schemas[event] : undefined;
    if (schema !== undefined) return schema;
    throw eventUnknown(this.queue, event, this.names);
  }
}
