import { QueueError, type ErrorCode } from '@typed-queue/contracts';
import type { Handler } from './open-requests.js';

/** A request, and its outcome, as the audit records it. */
export interface AuditedRequest {
  /** The name of the request. */
  readonly verb: string;
  /** The queue, or the group as `queue/group`; undefined: none was named. */
  readonly object?: string;
  readonly outcome: 'ok' | ErrorCode;
}

/** Operators' requests are named for what they change. */
const ACTION = /^(?:group|queue|dead-letters?):/;

/** Whether a request of an operator changes something: it is recorded with any outcome. */
export const isAction = (verb: string): boolean => ACTION.test(verb);

/** Records each outcome of an action; other handlers stay as they are. */
export const recorded = (
  verb: string,
  handler: Handler,
  record: (action: AuditedRequest) => void,
): Handler => {
  if (!isAction(verb)) return handler;
  return async (...args) => {
    const action = { verb, ...objectOf(args[0], args[1]) };
    try {
      const value = await handler(...args);
      record({ ...action, outcome: 'ok' });
      return value;
    } catch (error) {
      record({ ...action, outcome: error instanceof QueueError ? error.code : 'internal' });
      throw error;
    }
  };
};

/** What the audit records of a request that failed and is no action; undefined: nothing. */
export const refusalOf = (
  verb: string,
  { code, details: { queue, group } }: QueueError,
): AuditedRequest | undefined => {
  const isRefusal =
    verb === 'authenticate' || (['forbidden', 'rate_limited'].includes(code) && !isAction(verb));
  return isRefusal ? { verb, ...objectOf(queue, group), outcome: code } : undefined;
};

const objectOf = (queue: unknown, group: unknown): { readonly object?: string } => {
  if (typeof queue !== 'string') return {};
  return { object: typeof group === 'string' ? `${queue}/${group}` : queue };
};
