import { QueueError } from '@typed-queue/contracts';
import { Text } from '../text/text.js';

/** An error as its text and its code. */
export const Failure = ({ error }: { error: unknown }) => (
  <p role="alert" className="problem">
    <Text>{error instanceof Error ? error.message : String(error)}</Text>
    {error instanceof QueueError && <code> {error.code}</code>}
  </p>
);
