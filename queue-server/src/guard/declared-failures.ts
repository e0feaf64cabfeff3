import type { QueueDefinition } from '@typed-queue/contracts';
import { declarationOf, MAX_REASON, type Outcome, type Settlement } from '@typed-queue/contracts/wire';

/**
 * Settlements of a queue with those failures alone that its contract declares. Other failures take effect as their
 * outcomes say, their codes a part of the reason: a consumer may have been deployed before the server.
 */
export const withDeclaredFailures = (
  queue: Pick<QueueDefinition, 'failures'>,
  settlements: readonly Settlement[],
): readonly Settlement[] =>
  settlements.map((settlement) => {
    const outcome = declared(queue, settlement.outcome);
    return outcome === settlement.outcome ? settlement : { ...settlement, outcome };
  });

const declared = (queue: Pick<QueueDefinition, 'failures'>, outcome: Outcome): Outcome => {
  if (outcome.kind !== 'retry' && outcome.kind !== 'dead-letter') return outcome;
  const { failure, ...rest } = outcome;
  if (failure === undefined || declarationOf(queue, failure) !== undefined) return outcome;
  const { reason = '' } = outcome;
  const { code } = failure;
  const isReason = reason !== '' && reason !== code;
  return { ...rest, reason: isReason ? `${code}: ${reason}`.slice(0, MAX_REASON) : code };
};
