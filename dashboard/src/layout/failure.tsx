import { QueueError } from '@typed-queue/contracts';
import { Text } from '../text/text.js';
import { failureText } from './failure-text.js';
import { Problem } from './problem.js';

interface FailureProps {
  /** What follows from it. */
  readonly what?: string | undefined;
  readonly error: unknown;
  /** What was known before is shown beside it. Default false. */
  readonly isShownOld?: boolean;
}

/** An error as its text and its code. */
export const Failure = ({ what, error, isShownOld = false }: FailureProps) => (
  <Problem>
    <Text>{[what, failureText(error)].filter((text) => text !== undefined).join(': ')}</Text>
    {error instanceof QueueError && <code> {error.code}</code>}
    {isShownOld && ' What is shown is old.'}
  </Problem>
);
