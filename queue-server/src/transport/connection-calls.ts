import type { Calls } from '../calls/calls.js';
import type { RefusalCounts } from '../access/refusal-counts.js';
import { Calling } from './calling.js';
import type { Connection } from './connection.js';
import { Responding } from './responding.js';

export interface ConnectionCallsDeps {
  readonly calls: Calls;
  readonly refusals: Pick<RefusalCounts, 'add'>;
}

/** The calls that one connection makes and answers: most connections do neither. */
export class ConnectionCalls {
  readonly #connection: Connection;
  readonly #deps: ConnectionCallsDeps;
  #calling: Calling | undefined;
  #responding: Responding | undefined;

  constructor(connection: Connection, deps: ConnectionCallsDeps) {
    this.#connection = connection;
    this.#deps = deps;
  }

  get calling(): Calling {
    return (this.#calling ??= new Calling(this.#connection, this.#deps));
  }

  get responding(): Responding {
    return (this.#responding ??= new Responding(this.#connection, this.#deps.calls));
  }

  /** There may be credit again. */
  resume(): void {
    this.#responding?.resume();
  }

  /** The token was replaced, or the rights changed. @returns whether all that it serves is permitted */
  renew(): boolean {
    this.#calling?.review();
    this.#responding?.resume();
    return this.#responding?.isPermitted ?? true;
  }

  /** The responders are handed out nothing more. */
  endServing(): void {
    this.#responding?.endAll();
  }

  /** Whether nobody waits for an answer, here or of here. */
  get isIdle(): boolean {
    return (this.#calling?.isIdle ?? true) && (this.#responding?.isIdle ?? true);
  }

  /** The connection is closed. */
  close(): void {
    this.#calling?.close();
    this.#responding?.close();
  }
}
