import { fingerprintOf, type Contract, type QueueDefinition } from '@typed-queue/contracts';
import {
  callSchemasOf,
  canonicalSchema,
  failureSchemasOf,
  queueSchemas,
  schemasOf,
  undecidableIn,
  valueChangesIn,
  type CallSchemas,
  type FailureSchemas,
  type JsonSchema,
  type Undecidable,
} from '@typed-queue/contracts/compatibility';
import type { QueueContract } from '@typed-queue/contracts/wire';
import {
  bounded,
  boundedCalls,
  boundedFailures,
  mapped,
  TOO_LARGE,
  type Schemas,
} from './bounded-schemas.js';
import type { QueueGuard } from './guard.js';
import { PayloadScans } from './payload-scans.js';

/** What is answered to who does not know it. */
interface Declared {
  readonly events: Schemas;
  readonly calls: CallSchemas;
  /** Of these events and calls. */
  readonly failures: FailureSchemas;
}

interface ServedQueue extends Declared {
  /** None where others with the same fingerprint may check something else. */
  readonly fingerprint: string | null;
  readonly valueChanges: readonly ValueChange[];
}

/** A part of a schema that may change payloads: those that it would change are refused. */
export interface ValueChange extends Undecidable {
  readonly queue: string;
  readonly event: string;
}

type Described = Required<Pick<QueueContract, 'events'>> & Pick<QueueContract, 'calls' | 'failures'>;
type VisibleContract = QueueContract & Described;

/** The canonical JSON Schemas of a contract, as far as each client may see them. */
export class ServedSchemas {
  readonly #contract: Contract;
  readonly #queues: ReadonlyMap<string, ServedQueue>;
  /** Of queues that somebody asked for: as they were declared, where they are not too large. */
  readonly #annotated = new Map<string, Promise<Declared>>();
  /** By rights: guards of equal rights may be several. */
  readonly #visible = new WeakMap<QueueGuard, VisibleContract>();

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
    const { hash, partial, ...declared } = this.#visibleTo(queue);
    const isKnown = known !== null && (known === hash || known === this.#served(queue).fingerprint);
    return isKnown ? { hash, partial } : { hash, partial, ...declared };
  }

  /** The same with titles, descriptions and what else describes the parts of a schema. */
  async annotatedOf(queue: QueueGuard): Promise<VisibleContract> {
    const { hash, partial, events, calls = {} } = this.#visibleTo(queue);
    const names = [...Object.keys(events), ...Object.keys(calls)];
    return { hash, partial, ...declaredOf(await this.#annotatedQueue(queue), names) };
  }

  #annotatedQueue(queue: QueueGuard): Promise<Declared> {
    const present = this.#annotated.get(queue.name);
    if (present !== undefined) return present;
    const definition = this.#contract[queue.name];
    const annotated =
      definition === undefined ? Promise.resolve(NO_QUEUE) : annotatedQueue(definition, this.#served(queue));
    this.#annotated.set(queue.name, annotated);
    return annotated;
  }

  #visibleTo(queue: QueueGuard): VisibleContract {
    const present = this.#visible.get(queue);
    if (present !== undefined) return present;
    const served = this.#served(queue);
    const declared = declaredOf(served, [...queue.visibleEvents, ...queue.visibleCalls]);
    const { hash, events } = queueSchemas(declared.events);
    const partial = Object.keys(events).length < Object.keys(served.events).length;
    const contract = { hash, partial, ...declared };
    this.#visible.set(queue, contract);
    return contract;
  }

  #served({ name }: QueueGuard): ServedQueue {
    return this.#queues.get(name) ?? NO_QUEUE;
  }
}

const NO_QUEUE: ServedQueue = { fingerprint: null, events: {}, calls: {}, failures: {}, valueChanges: [] };

/** What is declared of some events and calls; without calls where there are none, and without failures likewise. */
const declaredOf = ({ events, calls, failures }: Declared, names: readonly string[]): Described => {
  const some = <T>(all: Readonly<Record<string, T>>): Readonly<Record<string, T>> =>
    Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name)));
  const visible = { calls: some(calls), failures: some(failures) };
  return {
    events: some(events),
    ...(Object.keys(visible.calls).length > 0 && { calls: visible.calls }),
    ...(Object.keys(visible.failures).length > 0 && { failures: visible.failures }),
  };
};

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
  return {
    fingerprint: isKnown ? fingerprintOf(queue) : null,
    events: mapped(events, (_, event) => canonical[event] ?? TOO_LARGE),
    calls: boundedCalls(await callSchemasOf(queue), canonicalSchema),
    failures: boundedFailures(await failureSchemasOf(queue), canonicalSchema),
    valueChanges,
  };
};

const asDeclared = (schema: JsonSchema): JsonSchema => schema;

/** As it was declared, where that is not too large; otherwise as it is served. */
const annotatedQueue = async (queue: QueueDefinition, served: ServedQueue): Promise<Declared> => {
  const annotated = bounded((await schemasOf(queue)).events);
  return {
    events: mapped(served.events, (schema, event) => annotated[event] ?? schema),
    calls: boundedCalls(await callSchemasOf(queue), asDeclared),
    failures: boundedFailures(await failureSchemasOf(queue), asDeclared),
  };
};
