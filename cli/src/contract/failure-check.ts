import {
  compareSchemas,
  type EventFailureSchemas,
  type JsonSchema,
} from '@typed-queue/contracts/compatibility';
import type { FoundDifference } from './finding.js';

type Change = Omit<FoundDifference, 'kind' | 'direction' | 'failure'>;

/**
 * What becomes of dead letters that name the old failures of an event, and of what responders of the old contract fail with:
 * where a failure is not declared any more, or its data do not match, it is read as `undeclared`, or the answer is refused.
 * Nobody loses a message by that, so each finding is a warning. A new failure is none.
 */
export const failureFindings = (
  old: EventFailureSchemas,
  now: EventFailureSchemas,
): readonly FoundDifference[] =>
  Object.entries(old).flatMap(([failure, { data }]) => {
    const declared = Object.hasOwn(now, failure) ? now[failure] : undefined;
    const changes: readonly Change[] =
      declared === undefined ? [{ pointer: '', rule: 'failure-removed' }] : dataChanges(data, declared.data);
    return changes.map((change) => ({ kind: 'warning', direction: 'backward', failure, ...change }));
  });

const dataChanges = (old: JsonSchema | undefined, now: JsonSchema | undefined): readonly Change[] => {
  if (old === undefined) return now === undefined ? [] : [{ pointer: '', rule: 'required' }];
  if (now === undefined) return [{ pointer: '', rule: 'not-allowed' }];
  const { write } = compareSchemas(old, now);
  return write.kind === 'holds' ? [] : write.differences.map(({ kind: _, ...difference }) => difference);
};
