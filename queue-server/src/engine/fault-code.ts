import { QueueError, type ErrorCode } from '@typed-queue/contracts';

/** The code of the fault that keeps an engine from storing. */
export const faultCode = (fault: Error): ErrorCode =>
  fault instanceof QueueError ? fault.code : 'storage_failed';
