import { QueueError } from '@typed-queue/contracts';

/** Whether an engine may hand out messages: not while another one may own the groups. */
export interface ClaimRight {
  isValid(): boolean;
  /** Called when it is valid again after it was not. */
  onRegained(listener: () => void): void;
}

/**
 * @throws QueueError `storage_unavailable` while another server may have the queue: what this one knows may be outdated, and
 *   leases that it extends are longer than that one knows
 */
export const checkOwned = (right: ClaimRight | undefined, queue: string): void => {
  if (right?.isValid() !== false) return;
  throw new QueueError(
    'storage_unavailable',
    `Another server may have the queue "${queue}": this one cannot tell at the moment. Try again.`,
    { details: { queue } },
  );
};
