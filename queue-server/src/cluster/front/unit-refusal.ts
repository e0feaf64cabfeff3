import { QueueError, type ErrorBody } from '@typed-queue/contracts';

const refusals = new WeakSet<QueueError>();

/** What a unit answered to a request that it refused: it has charged, counted and audited that. */
export const unitRefusal = (body: ErrorBody): QueueError => {
  const error = QueueError.fromBody(body);
  refusals.add(error);
  return error;
};

export const isUnitRefusal = (error: unknown): boolean => error instanceof QueueError && refusals.has(error);
