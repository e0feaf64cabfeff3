import type { Contract, QueueDefinition } from '@typed-queue/contracts';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Duplex } from 'node:stream';
import { DirectWebSocket } from '../transport/direct-web-socket.js';
import { startUnit, type Unit, type UnitOptions } from '../unit.js';
import type { ClusterNames } from './cluster-names.js';
import type { Unit as PlacedUnit } from './placement/placement.js';
import { memoryTunnel } from './tunnel/memory-tunnel.js';
import type { SeenLeases } from './seen-leases.js';
import { serveTunnels } from './tunnel/serve-tunnels.js';

export type NatsUnitOptions = UnitOptions & { readonly storage: 'nats' };

export interface PlacingDeps {
  readonly options: NatsUnitOptions;
  readonly contract: Contract;
  readonly names: ClusterNames;
  readonly connection: NatsConnection;
  readonly leases: Pick<SeenLeases, 'of'>;
}

interface Ownership {
  readonly signal: AbortSignal;
  readonly onLost: (error: Error) => void;
}

/** The units that this server runs, and how others reach them. */
export class LocalUnits {
  readonly #deps: PlacingDeps;
  readonly #units = new Map<string, Unit>();
  readonly #failures = new Map<string, unknown>();
  /** Connections to units: those of a unit that ended may not close by themselves. */
  readonly #streams = new Map<Unit, Set<Duplex>>();

  constructor(deps: PlacingDeps) {
    this.#deps = deps;
  }

  all(): readonly Unit[] {
    return [...this.#units.values()];
  }

  /** A connection to the unit of a queue. Undefined: it is not here. */
  connect(queue: string): Duplex | undefined {
    const unit = this.#units.get(queue);
    if (unit === undefined) return undefined;
    const [ours, theirs] = memoryTunnel();
    DirectWebSocket.pair(ours, theirs);
    this.#accept(unit, theirs);
    return ours;
  }

  /** Starts the unit of a queue: as soon as no other server has it. */
  async start(queue: string, signal: AbortSignal): Promise<PlacedUnit> {
    const { connection, names } = this.#deps;
    let lost: (error: Error) => void = () => undefined;
    const isLost = new Promise<Error>((resolve) => (lost = resolve));
    const unit = await this.#started(queue, { signal, onLost: lost });
    const tunnels = serveTunnels(connection, names.subjectOf(queue), (stream) => this.#accept(unit, stream));
    this.#units.set(queue, unit);
    const leave = (): void => {
      tunnels.close();
      this.#units.delete(queue);
    };
    let hasFailed = false;
    void isLost.then(() => (hasFailed = true));
    return {
      onLost: (listener) => void isLost.then(listener),
      close: async () => {
        // Else it is reached until it has ended: it takes publishes while its members finish.
        if (hasFailed) leave();
        // No outcome can be stored any more.
        await (hasFailed ? unit.kill() : unit.close());
        leave();
        for (const stream of this.#streams.get(unit) ?? []) stream.destroy();
        this.#streams.delete(unit);
      },
    };
  }

  /** Why the unit of a queue could not be started here, the last time. */
  failureOf(queue: string): unknown {
    return this.#failures.get(queue);
  }

  async #started(queue: string, ownership: Ownership): Promise<Unit> {
    try {
      const unit = await startUnit(this.#optionsOf(queue, ownership));
      this.#failures.delete(queue);
      return unit;
    } catch (error) {
      if (!ownership.signal.aborted) this.#failures.set(queue, error);
      throw error;
    }
  }

  /** Keys were read again. */
  reviewPrincipals(): void {
    for (const unit of this.#units.values()) unit.reviewPrincipals();
  }

  #accept(unit: Unit, stream: Duplex): void {
    const streams = this.#streams.get(unit) ?? new Set();
    this.#streams.set(unit, streams.add(stream));
    stream.once('close', () => streams.delete(stream));
    unit.accept(stream);
  }

  #optionsOf(queue: string, ownership: Ownership): NatsUnitOptions {
    const { options, names, leases } = this.#deps;
    const contract = { [queue]: this.#definitionOf(queue) };
    const natsPrefix = names.storeOf(queue);
    return { ...options, ...ownership, contract, natsPrefix, seenLease: leases.of(queue) };
  }

  #definitionOf(queue: string): QueueDefinition {
    const definition = this.#deps.contract[queue];
    if (definition === undefined) throw new Error(`the contract has no queue "${queue}"`);
    return definition;
  }
}
