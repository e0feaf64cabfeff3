import type { Json, Rule } from '@typed-queue/contracts/compatibility';

export type Direction = 'backward' | 'forward';

/** What a check found in an event. */
export interface Finding {
  /** `warning`: nothing breaks, and the verdict is the same without it. */
  readonly kind: 'breaking' | 'undecidable' | 'warning';
  readonly queue: string;
  readonly event: string;
  readonly direction: Direction;
  /** The export. */
  readonly against: string;
  /** The code of the failure that it is about; otherwise it is about the payload. */
  readonly failure?: string;
  /** Into the schema of the payload, or of the failure's data; empty: all of it. */
  readonly pointer: string;
  readonly rule: Rule;
  /** A payload that shows it. */
  readonly example?: Json;
  /** Of what is undecidable: what is not known. */
  readonly reason?: string;
  /** Why it is accepted. */
  readonly waived?: string;
}
