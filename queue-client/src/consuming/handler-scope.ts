import type { AnyMessage } from '@typed-queue/contracts';
import type { AnyHandler, HandlerContext } from './handler.js';

/** Knows whose handler is calling, so that what a handler waits for does not wait for that handler. */
export interface HandlerScope {
  /** Runs a handler of the owner. */
  run(owner: object, handle: AnyHandler, message: AnyMessage, context: HandlerContext): unknown;
  /** Whether the caller is a handler of the owner, or may be: some platforms cannot tell. */
  inside(owner: object): boolean;
}

/** Browsers cannot tell who calls after an `await`: whoever calls while handlers run may be one of them. */
export const handlerScope: HandlerScope = {
  run: (_owner, handle, message, context) => handle(message, context),
  inside: () => true,
};
