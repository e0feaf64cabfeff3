/** A file of a backup. */
export interface BackupFile {
  /** In the data folder, with slashes. */
  readonly path: string;
  readonly bytes: number;
  /** Reads it once, as far as `bytes`. */
  read(): AsyncIterable<Uint8Array>;
}

/** A queue in a backup. */
export interface BackedUpQueue {
  readonly queue: string;
  readonly firstSeq: number;
  /** `firstSeq - 1` when it has no message. */
  readonly lastSeq: number;
}

/**
 * Everything that an engine has stored at one moment: of each queue all messages that were durable then, and the state
 * of its groups at the same moment, which never goes beyond them.
 */
export interface EngineBackup {
  /** Also those that are stored and not served. */
  readonly queues: readonly BackedUpQueue[];
  readonly files: readonly BackupFile[];
  /** Ends it: frees what was kept for it. */
  release(): Promise<void>;
}
