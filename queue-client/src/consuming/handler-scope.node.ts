import { AsyncLocalStorage } from 'node:async_hooks';
import type { HandlerScope } from './handler-scope.js';

export type { HandlerScope } from './handler-scope.js';

const owners = new AsyncLocalStorage<object>();

/** Tracks handlers across promises and timers. */
export const handlerScope: HandlerScope = {
  run: (owner, handle, given, context) => owners.run(owner, handle, given, context),
  inside: (owner) => owners.getStore() === owner,
};
