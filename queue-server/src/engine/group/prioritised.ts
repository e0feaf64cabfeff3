/** A message that has a priority above 0, or an ordering key. */
export interface Prioritised {
  readonly seq: number;
  readonly priority: number;
  /** Of its ordering key; 0: none. */
  readonly keyHash: number;
}
