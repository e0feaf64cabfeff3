import type { AnyMessage } from '@typed-queue/contracts';
import type { AnyHandler, HandlerContext } from './handler.js';

/** Detects code that runs inside a handler, so that a `close()` awaited there does not deadlock. */
export interface HandlerScope {
  /** Runs a handler of the owner. */
  run(owner: object, handle: AnyHandler, message: AnyMessage, context: HandlerContext): unknown;
  /** Whether the caller is, or on some platforms may be, a handler of the owner. */
  inside(owner: object): boolean;
}

/** Without async context tracking, any caller may be a handler. */
export const handlerScope: HandlerScope = {
  run: (_owner, handle, message, context) => handle(message, context),
  inside: () => true,
};
