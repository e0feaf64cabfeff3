import type { OutcomeRecord } from './outcome-record.js';

/** Where an engine writes down what becomes of its groups. */
export interface Outcomes {
  /** Writes a record down behind all earlier ones. Resolves when it is as durable as the log. */
  write(record: OutcomeRecord): Promise<void>;
  /** Resolves when all that was written so far is durable. */
  durable(): Promise<void>;
  /** Why nothing can be written at the moment; undefined when all is well. */
  trouble(): Error | undefined;
  close(): Promise<void>;
}
