import { mongo, type Connection } from 'mongoose';

export interface ReconnectionParts {
  /** Open. */
  readonly connection: Connection;
  /** Connects a client of its own and closes it again; rejects when nobody answers. */
  readonly probe: () => Promise<unknown>;
  /** Opens the connection again after it was closed. */
  readonly open: () => Promise<unknown>;
  /** How long no server may be known before it is probed, in milliseconds. */
  readonly lostMs: number;
  /** Runs something once, after milliseconds; returns the way to call it off. */
  readonly after: (ms: number, run: () => void) => () => void;
  readonly warn: (text: string) => void;
}

/**
 * Replaces the client of a connection when it knows no server, but a new client does: the driver's monitor hangs for good
 * when its connection is closed at the moment at which it writes.
 */
export class Reconnection {
  readonly #parts: ReconnectionParts;
  #callOff: (() => void) | undefined;
  #checking: Promise<void> | undefined;
  #replacing: Promise<void> | undefined;
  #stopped = false;

  constructor(parts: ReconnectionParts) {
    this.#parts = parts;
    this.#watch();
  }

  /** Undefined: no client is being replaced at the moment. */
  get replacing(): Promise<void> | undefined {
    return this.#replacing;
  }

  /** Resolves when the connection is not touched any more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#recovered();
    await this.#checking;
  }

  #watch(): void {
    const client = this.#parts.connection.getClient();
    client.on('topologyDescriptionChanged', ({ newDescription }: mongo.TopologyDescriptionChangedEvent) => {
      if (newDescription.hasKnownServers) this.#recovered();
      else this.#lost();
    });
  }

  #recovered(): void {
    this.#callOff?.();
    this.#callOff = undefined;
  }

  #lost(): void {
    if (this.#stopped || this.#checking !== undefined) return;
    this.#callOff ??= this.#parts.after(this.#parts.lostMs, () => {
      this.#checking = this.#check().finally(() => {
        this.#checking = undefined;
        // Still lost.
        if (this.#callOff === undefined) return;
        this.#callOff = undefined;
        this.#lost();
      });
    });
  }

  async #check(): Promise<void> {
    try {
      await this.#parts.probe();
    } catch {
      return;
    }
    // The client may have found the server meanwhile.
    if (this.#callOff === undefined) return;
    this.#replacing = this.#replace();
    await this.#replacing;
    this.#replacing = undefined;
    this.#callOff = undefined;
  }

  async #replace(): Promise<void> {
    const { connection, open, warn } = this.#parts;
    warn('the client of the database does not reach it, but a new one does: it is replaced');
    for (let isOpen = false; !isOpen && !this.#stopped;) {
      await connection.close();
      isOpen = await open().then(
        () => true,
        () => false,
      );
    }
    this.#watch();
  }
}
