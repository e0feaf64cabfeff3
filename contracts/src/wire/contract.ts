import type { JsonSchema } from '../compatibility/json.js';

/** The server's definition of a queue, for clients with another one. */
export interface QueueContract {
  /** Of all that `events` says: equal hashes, equal schemas. */
  readonly hash: string;
  /** The queue has more events, which the principal may not see. */
  readonly partial: boolean;
  /**
   * The canonical JSON Schema (draft 2020-12) of each event. A part that says less than the server checks has the keyword
   * `x-undecidable` with the reason. Absent: the client knows them.
   */
  readonly events?: Readonly<Record<string, JsonSchema>>;
}
