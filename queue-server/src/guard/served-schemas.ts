import { fingerprintOf, type Contract, type QueueDefinition } from '@typed-queue/contracts';
import {
  canonicalSchema,
  queueSchemas,
  schemasOf,
  UNDECIDABLE,
  undecidableIn,
  valueChangesIn,
  type JsonSchema,
  type Undecidable,
} from '@typed-queue/contracts/compatibility';
import type { QueueContract } from '@typed-queue/contracts/wire';
import type { QueueGuard } from './guard.js';
import { PayloadScans } from './payload-scans.js';

/** Of the schemas in one answer, as JSON text. */
const MAX_SCHEMAS_LENGTH = 256 * 1024;
const TOO_LARGE: JsonSchema = { [UNDECIDABLE]: 'the schemas of the queue are too large to be sent' };

/** By event. */
type Schemas = Readonly<Record<string, JsonSchema>>;

interface ServedQueue {
  /** None where others with the same fingerprint may check something else. */
  readonly fingerprint: string | null;
  readonly events: Schemas;
  readonly valueChanges: readonly ValueChange[];
}

/** A part of a schema that may change payloads: those that it would change are refused. */
export interface ValueChange extends Undecidable {
  readonly queue: string;
  readonly event: string;
}

/** The canonical JSON Schemas of a contract, as far as each client may see them. */
export class ServedSchemas {
  readonly #contract: Contract;
  readonly #queues: ReadonlyMap<string, ServedQueue>;
  /** Of queues that somebody asked for: as they were declared, where they are not too large. */
  readonly #annotated = new Map<string, Promise<Partial<Schemas>>>();
  /** By rights: guards of equal rights may be several. */
  readonly #visible = new WeakMap<QueueGuard, Required<QueueContract>>();

  readonly scans: PayloadScans;

  private constructor(contract: Contract, queues: ReadonlyMap<string, ServedQueue>, scans: PayloadScans) {
    this.#contract = contract;
    this.#queues = queues;
    this.scans = scans;
  }

  static async open(contract: Contract): Promise<ServedSchemas> {
    const scans = new PayloadScans();
    const queues = await Promise.all(
      Object.values(contract).map(async (queue) => [queue.name, await servedQueue(queue, scans)] as const),
    );
    return new ServedSchemas(contract, new Map(queues), scans);
  }

  /** What is worth a warning at the start. */
  get valueChanges(): readonly ValueChange[] {
    return [...this.#queues.values()].flatMap(({ valueChanges }) => valueChanges);
  }

  /** By queue. */
  get fingerprints(): ReadonlyMap<string, string | null> {
    return new Map([...this.#queues].map(([name, { fingerprint }]) => [name, fingerprint]));
  }

  /** `known`: what the client has, see the request `contract`. */
  contractOf(queue: QueueGuard, known: string | null): QueueContract {
    const { events, ...rest } = this.#visibleTo(queue);
    const isKnown = known !== null && (known === rest.hash || known === this.#served(queue).fingerprint);
    return isKnown ? rest : { ...rest, events };
  }

  /** The same with titles, descriptions and what else describes the parts of a schema. */
  async annotatedOf(queue: QueueGuard): Promise<Required<QueueContract>> {
    const { events, ...rest } = this.#visibleTo(queue);
    const annotated = await this.#annotatedEvents(queue.name);
    return { ...rest, events: mapped(events, (schema, event) => annotated[event] ?? schema) };
  }

  #annotatedEvents(name: string): Promise<Partial<Schemas>> {
    const present = this.#annotated.get(name);
    if (present !== undefined) return present;
    const queue = this.#contract[name];
    const annotated =
      queue === undefined ? Promise.resolve({}) : schemasOf(queue).then(({ events }) => bounded(events));
    this.#annotated.set(name, annotated);
    return annotated;
  }

  #visibleTo(queue: QueueGuard): Required<QueueContract> {
    const present = this.#visible.get(queue);
    if (present !== undefined) return present;
    const all = Object.entries(this.#served(queue).events);
    const visible = all.filter(([event]) => queue.visibleEvents.includes(event));
    const { hash, events } = queueSchemas(Object.fromEntries(visible));
    const contract = { hash, partial: visible.length < all.length, events };
    this.#visible.set(queue, contract);
    return contract;
  }

  #served({ name }: QueueGuard): ServedQueue {
    return this.#queues.get(name) ?? NO_QUEUE;
  }
}

const NO_QUEUE: ServedQueue = { fingerprint: null, events: {}, valueChanges: [] };

const servedQueue = async (queue: QueueDefinition, scans: PayloadScans): Promise<ServedQueue> => {
  const { events } = await schemasOf(queue);
  for (const [event, schema] of Object.entries(queue.events)) scans.add(schema, events[event] ?? false);
  const canonical = bounded(mapped(events, canonicalSchema));
  const valueChanges = Object.entries(events).flatMap(([event, schema]) =>
    valueChangesIn(schema).map((change) => ({ queue: queue.name, event, ...change })),
  );
  const isKnown =
    Object.values(queue.events).every((schema) => schema['~standard'].vendor === 'zod') &&
    Object.values(events).every((schema) => undecidableIn(schema).length === 0);
  const fingerprint = isKnown ? fingerprintOf(queue) : null;
  return { fingerprint, events: mapped(events, (_, event) => canonical[event] ?? TOO_LARGE), valueChanges };
};

const mapped = (events: Schemas, change: (schema: JsonSchema, event: string) => JsonSchema): Schemas =>
  Object.fromEntries(Object.entries(events).map(([event, schema]) => [event, change(schema, event)]));

/** Without those that are too large for one answer beside the others. */
const bounded = (events: Schemas): Partial<Schemas> => {
  let length = 0;
  const fitting = Object.entries(events).filter(([, schema]) => {
    const size = JSON.stringify(schema).length;
    if (length + size > MAX_SCHEMAS_LENGTH) return false;
    length += size;
    return true;
  });
  return Object.fromEntries(fitting);
};
