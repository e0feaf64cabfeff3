import { QueueError, type ErrorCode } from '@typed-queue/contracts';
import type { Handler } from './answers.js';

/** A request of an operator that changes something, and what became of it. */
export interface Action {
  /** The name of the request. */
  readonly verb: string;
  /** The queue, or the group as `queue/group`; undefined: it named none. */
  readonly object?: string;
  readonly outcome: 'ok' | ErrorCode;
}

/** Such requests are named for what they change. */
const ACTION = /^(?:group|queue|dead-letters?):/;

/** Whether a request changes something, and is recorded whatever became of it. */
export const isAction = (verb: string): boolean => ACTION.test(verb);

/** A handler whose requests are recorded when they change something; what only reads stays as it is. */
export const recorded = (verb: string, handler: Handler, record: (action: Action) => void): Handler => {
  if (!isAction(verb)) return handler;
  return async (...args) => {
    const action = { verb, ...objectOf(args) };
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

const objectOf = ([queue, group]: readonly unknown[]): { readonly object?: string } => {
  if (typeof queue !== 'string') return {};
  return { object: typeof group === 'string' ? `${queue}/${group}` : queue };
};
