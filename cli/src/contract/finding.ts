import type { Json, Rule } from '@typed-queue/contracts/compatibility';

export type Direction = 'backward' | 'forward';

/** What a check found in an event. */
export interface Finding {
  readonly kind: 'breaking' | 'undecidable';
  readonly queue: string;
  readonly event: string;
  readonly direction: Direction;
  /** The export. */
  readonly against: string;
  /** Into the schema of the payload; empty: the payload as a whole. */
  readonly pointer: string;
  readonly rule: Rule;
  /** A payload that shows it. */
  readonly example?: Json;
  /** Of what is undecidable: what is not known. */
  readonly reason?: string;
  /** Why it is accepted. */
  readonly waived?: string;
}
