/** What is said of a store that one server owns at a time. */
export interface OwnerWatching {
  /** Called when the store is another server's, or lacks what was stored: the engine can store nothing any more. */
  readonly onLost?: (error: Error) => void;
  /** Called when the store may have lost messages, and all queues have new epochs. */
  readonly onRenewed?: () => void;
  /** Called with the queues that are stored and not served. */
  readonly onUnserved?: (queues: readonly string[]) => void;
}
