import type { Inclusion, Json, Rule } from '@typed-queue/contracts/compatibility';

export type Direction = 'backward' | 'forward';

/** What a check found in an event or a call. */
export interface Finding {
  /** `warning`: nothing breaks, and the verdict is the same without it. */
  readonly kind: 'breaking' | 'undecidable' | 'warning';
  readonly queue: string;
  readonly event: string;
  readonly direction: Direction;
  /** The export. */
  readonly against: string;
  /** It is about a call. */
  readonly call?: boolean;
  /** The code of the failure that it is about; otherwise it is about the payload. */
  readonly failure?: string;
  /** Into the schema of the payload, or of the failure's data; of a call, below `/input` or `/output`. Empty: all of it. */
  readonly pointer: string;
  readonly rule: Rule;
  /** A payload that shows it. */
  readonly example?: Json;
  /** Of what is undecidable: what is not known. */
  readonly reason?: string;
  /** Why it is accepted. */
  readonly waived?: string;
}

/** A finding before it is known where. */
export type FoundDifference = Omit<Finding, 'queue' | 'event' | 'against'>;

/** `root`: the pointer to the schema. */
export const found = (inclusion: Inclusion, direction: Direction, root = ''): readonly FoundDifference[] =>
  inclusion.kind === 'holds'
    ? []
    : inclusion.differences.map(({ kind, pointer, ...difference }) => ({
        ...difference,
        pointer: `${root}${pointer}`,
        kind: kind === 'fails' ? 'breaking' : 'undecidable',
        direction,
      }));
