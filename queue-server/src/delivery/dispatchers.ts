import type { After } from '@typed-queue/contracts/wire';
import type { Engine } from '../engine/engine.js';
import { Dispatcher } from './dispatcher.js';
import type { Departure } from './group-expiry.js';

export interface DispatchersDeps {
  readonly engine: Engine;
  readonly onError: (error: unknown) => void;
  readonly after: After;
  /** A member left, perhaps the last of its group. */
  readonly onLeft: (queue: string, group: string, departure: Departure) => void;
  /** A member was granted messages. */
  readonly onGranted: (queue: string, group: string, messages: number) => void;
}

/** How long a group waits after a claim failed. */
const PUMP_AGAIN_MS = 1_000;

/** The dispatchers of all groups that have members. */
export class Dispatchers {
  readonly #deps: DispatchersDeps;
  /** By queue, then by group. */
  readonly #byQueue = new Map<string, Map<string, Dispatcher>>();
  /** Queues with new messages that are not granted yet. */
  readonly #committed = new Set<string>();
  #stopped = false;

  constructor(deps: DispatchersDeps) {
    this.#deps = deps;
  }

  find(queue: string, group: string): Dispatcher | undefined {
    return this.#byQueue.get(queue)?.get(group);
  }

  /** The dispatcher of a group, made if needed. */
  open(queue: string, group: string): Dispatcher {
    const groups = this.#byQueue.get(queue) ?? new Map<string, Dispatcher>();
    this.#byQueue.set(queue, groups);
    const known = groups.get(group);
    if (known !== undefined) return known;
    const { engine, onError, after, onLeft, onGranted } = this.#deps;
    const later = (run: () => void, delayMs = PUMP_AGAIN_MS): void => void after(delayMs, run);
    const dispatcher = new Dispatcher({
      group: engine.group(queue, group),
      onError,
      later,
      onGranted: (messages) => onGranted(queue, group, messages),
      onLeft: () => onLeft(queue, group, 'vanished'),
    });
    if (this.#stopped) dispatcher.stop();
    groups.set(group, dispatcher);
    return dispatcher;
  }

  /** There are new messages in a queue: granted in the next turn of the event loop, after the receipts were sent. */
  committed(queue: string): void {
    if (this.#committed.has(queue)) return;
    this.#committed.add(queue);
    setImmediate(() => {
      this.#committed.delete(queue);
      this.#pump(queue);
    });
  }

  #pump(queue: string): void {
    const groups = this.#byQueue.get(queue);
    groups?.forEach((dispatcher, group) => {
      if (dispatcher.isDisposable) groups.delete(group);
      else dispatcher.pump();
    });
  }

  /** How many messages members hold that are connected. */
  unsettled(): number {
    return this.#all().reduce((sum, dispatcher) => sum + dispatcher.unsettled, 0);
  }

  /** No more grants. */
  stop(): void {
    this.#stopped = true;
    for (const dispatcher of this.#all()) dispatcher.stop();
  }

  #all(): readonly Dispatcher[] {
    return [...this.#byQueue.values()].flatMap((groups) => [...groups.values()]);
  }
}
