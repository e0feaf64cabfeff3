/** The durable content of a journal at one moment, as the files of its folder. */
export interface JournalContent {
  readonly dir: string;
  /** By name. Their first `bytes` bytes never change, and may be removed by `dropBefore`. */
  readonly segments: readonly { readonly name: string; readonly bytes: number }[];
  /** The log-start checkpoint, when segments were dropped. */
  readonly logStart: { readonly name: string; readonly bytes: Uint8Array } | undefined;
}
