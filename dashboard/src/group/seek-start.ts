import type { Start } from '@typed-queue/contracts';
import { countField } from '../address/search-fields.js';

/** Where a group can be moved to, as the form has it. */
export interface SeekChoice {
  readonly kind: 'start' | 'now' | 'seq' | 'time';
  /** A seq, or a time as `datetime-local` writes it, in the zone of the viewer. */
  readonly text: string;
}

/** Undefined: what was filled in is no position yet. */
export const startOf = ({ kind, text }: SeekChoice): Start | undefined => {
  if (kind === 'start' || kind === 'now') return kind;
  if (kind === 'seq') {
    const seq = countField(1)(text.trim());
    return seq === undefined ? undefined : { seq };
  }
  const time = new Date(text).getTime();
  return Number.isNaN(time) ? undefined : { time };
};
