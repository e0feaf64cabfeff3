import {
  QueueError,
  type CallDeclaration,
  type Contract,
  type QueueDefinition,
  type ServiceStatus,
} from '@typed-queue/contracts';
import type { After } from '@typed-queue/contracts/wire';
import { CallCounts } from './call-counts.js';
import { callLogsOf } from './durable/call-logs.js';
import { DurableCalls, type DurableCallsDeps } from './durable/durable-calls.js';
import { QueueCalls, type CallLoad } from './queue-calls.js';

interface CallsDeps {
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number;
  readonly after: After;
}

interface Entry {
  readonly definition: QueueDefinition;
  readonly declared: Readonly<Record<string, CallDeclaration>>;
  readonly calls: QueueCalls;
  readonly counts: CallCounts;
  /** Undefined: the queue declares none, or they are not open yet. */
  durable: DurableCalls | undefined;
}

/** The calls of all queues that declare some. */
export class Calls {
  readonly #queues: ReadonlyMap<string, Entry>;
  #isDraining = false;

  constructor(contract: Contract, deps: CallsDeps) {
    this.#queues = new Map(
      Object.values(contract)
        .filter(({ calls = {} }) => Object.keys(calls).length > 0)
        .map((definition) => [definition.name, newEntry(definition, deps)]),
    );
  }

  /** Reads the durable calls that are stored: before that, none can be made. */
  async openDurable(
    deps: Omit<DurableCallsDeps, 'calls' | 'onEnd' | 'onUndeclared'> & {
      readonly onUndeclared: (queue: string, counts: ReadonlyMap<string, number>) => void;
    },
  ): Promise<void> {
    for (const entry of this.#queues.values()) {
      const { definition, calls, counts } = entry;
      const logs = callLogsOf(definition);
      if (logs === undefined) continue;
      const onEnd: DurableCallsDeps['onEnd'] = (call, result) => counts.add(call, result);
      const onUndeclared: DurableCallsDeps['onUndeclared'] = (all) => deps.onUndeclared(definition.name, all);
      entry.durable = await DurableCalls.open(definition, logs, { ...deps, calls, onEnd, onUndeclared });
    }
  }

  /** @throws QueueError `draining` */
  checkOpen(): void {
    if (!this.#isDraining) return;
    throw new QueueError('draining', 'The server is shutting down. Make the call again when it is back.');
  }

  /** Of a queue that declares calls. */
  of(queue: string): QueueCalls {
    return this.#entry(queue).calls;
  }

  /** Of a queue that declares durable calls. */
  durable(queue: string): DurableCalls {
    const { durable } = this.#entry(queue);
    if (durable === undefined) throw new Error(`the queue "${queue}" declares no durable calls`);
    return durable;
  }

  services(queue: string): readonly ServiceStatus[] {
    const entry = this.#queues.get(queue);
    if (entry === undefined) return [];
    return Object.entries(entry.declared).map(([call, { answering }]) => ({
      call,
      answering: answering.kind,
      ...loadOf(entry, call),
      ended: Object.fromEntries(entry.counts.of(call)),
    }));
  }

  /** Takes no more calls; those that no responder has end. */
  drain(): void {
    this.#isDraining = true;
    for (const { calls } of this.#queues.values()) calls.drain();
  }

  /** Whether no responder has a call. */
  get isIdle(): boolean {
    return [...this.#queues.values()].every(({ calls }) => calls.isIdle);
  }

  /** Nothing more happens by itself. */
  close(): void {
    for (const { durable } of this.#queues.values()) durable?.close();
  }

  #entry(queue: string): Entry {
    const entry = this.#queues.get(queue);
    if (entry === undefined) throw new Error(`the queue "${queue}" declares no calls`);
    return entry;
  }
}

const newEntry = (definition: QueueDefinition, deps: CallsDeps): Entry => {
  const counts = new CallCounts();
  const calls = new QueueCalls({
    ...deps,
    onEnd: (call, result) => counts.add(call, result),
    onServed: (served) => entry.durable?.served(served),
  });
  const entry: Entry = { definition, declared: definition.calls ?? {}, calls, counts, durable: undefined };
  return entry;
};

/** A durable call waits in its log as well. */
const loadOf = ({ declared, calls, durable }: Entry, call: string): CallLoad => {
  const load = calls.load(call);
  if (declared[call]?.answering.kind !== 'durable' || durable === undefined) return load;
  return { ...load, waiting: Math.max(0, durable.countOf(call) - load.running) };
};
