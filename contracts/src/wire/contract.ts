import type { EventDifference } from '../compatibility/event-difference.js';
import type { CallSchemas } from '../compatibility/call-schemas.js';
import type { FailureSchemas } from '../compatibility/failure-schemas.js';
import type { JsonSchema } from '../compatibility/json.js';

/** The server's definition of a queue, for clients with another one. */
export interface QueueContract {
  /** Of all that `events` says: equal hashes, equal schemas. */
  readonly hash: string;
  /** The queue has more events, which the principal may not see. */
  readonly partial: boolean;
  /**
   * The JSON Schema (draft 2020-12) of each event, canonical unless annotations were asked for. A part that says less than
   * the server checks has the keyword `x-undecidable` with the reason. Absent: the client knows them.
   */
  readonly events?: Readonly<Record<string, JsonSchema>>;
  /**
   * The calls that the principal may make or serve, with the schemas of their inputs and outputs as `events` has its own.
   * `hash` says nothing of them. Absent: there are none, the client knows the events, or the server is of an older build.
   */
  readonly calls?: CallSchemas;
  /** The declared failures of these events and calls, by name and code, with the schemas of their data. Otherwise as `calls`. */
  readonly failures?: FailureSchemas;
}

/** How a client's contract of a queue differs from the server's, as the client found. */
export interface ContractReport {
  /** Of the client's canonical schemas. */
  readonly hash: string;
  /** Those of its events that differ. */
  readonly events: readonly EventDifference[];
}

/** What a request for a queue's contract may add. Servers of older builds ignore it. */
export interface ContractOptions {
  /** Schemas as they were declared, with titles, descriptions and examples; those that would be too large without. Default: false. */
  readonly annotations?: boolean | undefined;
  /** The client compared its contract with the one whose hash is `known`. */
  readonly report?: ContractReport | undefined;
}

/** A connected client that reported how its contract of a queue differs. */
export interface DifferingClient extends ContractReport {
  readonly client: string;
  readonly principal: string;
  /** When it first reported on this connection, in milliseconds since 1970. */
  readonly time: number;
  /** In which it is a member, at most 20. */
  readonly groups: readonly string[];
  /** How many tails it has. */
  readonly tails: number;
  /** Whether the server accepts what it cannot read, of an event that both have. */
  readonly clash: boolean;
  /** At most 20 events, those that clash first. */
  readonly events: readonly EventDifference[];
  /** How many more of its events differ. */
  readonly otherEvents: number;
}

/** The clients of a queue whose contract differs from the server's. */
export interface DifferingClients {
  /** At most 100: those that clash first, then those that reported first. */
  readonly clients: readonly DifferingClient[];
  /** How many more there are. */
  readonly others: number;
}
