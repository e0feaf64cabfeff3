import { LONGEST_NAME } from '../address/queue-fields.js';
import { UnseenNote } from '../text/unseen-note.js';
import { AddressInput } from './address-input.js';

interface QueueNameInputProps {
  /** As the address of the page has it. */
  readonly search: string | undefined;
  readonly change: (search: string) => void;
}

/** Finds queues by their names. */
export const QueueNameInput = ({ search, change }: QueueNameInputProps) => (
  <>
    <AddressInput
      type="search"
      label="Queues with this in their names"
      placeholder="Find a queue"
      maxLength={LONGEST_NAME}
      value={search ?? ''}
      change={change}
    />
    <UnseenNote value={search} />
  </>
);
