import type { ScheduleOptions } from '@typed-queue/queue-client';
import { durationOf } from '../text/time.js';

/** When a message is delivered, as the form has it. */
export interface Delivery {
  readonly kind: 'now' | 'after' | 'at';
  /** How long, `2 h`, or a time as `datetime-local` writes it, in the zone of the viewer. */
  readonly text: string;
}

export const AT_ONCE: Delivery = { kind: 'now', text: '' };

/** Undefined: what was filled in is no time yet. */
export const deliveryOptions = ({
  kind,
  text,
}: Delivery): Pick<ScheduleOptions, 'delayMs' | 'deliverAt'> | undefined => {
  if (kind === 'now') return {};
  if (kind === 'after') {
    const delayMs = durationOf(text);
    return delayMs === undefined ? undefined : { delayMs };
  }
  const deliverAt = new Date(text).getTime();
  return Number.isNaN(deliverAt) ? undefined : { deliverAt };
};
