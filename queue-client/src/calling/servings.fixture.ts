import { ok } from '@typed-queue/contracts/wire';
import { eventLoopIdle } from '../runtime.fixture.js';
import { openCalls, shop, TEA } from './calls.fixture.js';
import type { AnyResponder, ResponderMap } from './responder.js';

/** Responders of `stock` that the server has accepted. */
export const openServing = (responders: ResponderMap, concurrency?: number) => {
  const opened = openCalls();
  const { calls, server, runtime, invoke, replies } = opened;
  const serving = calls.servings.open(shop.stock, responders, {
    calls: Object.keys(responders),
    concurrency,
  });
  server.served[0]?.answer(ok(null));
  /** Invokes, and resolves with all replies so far when what can settle has. */
  const answered = async (...invocations: readonly object[]) => {
    invoke(...invocations);
    await settled();
    return replies();
  };
  const settled = async (): Promise<void> => {
    await eventLoopIdle();
    runtime.endTurn();
  };
  return { ...opened, serving, answered, settled };
};

export const count = (respond: AnyResponder): ResponderMap => ({ count: respond });
export const reserve = (respond: AnyResponder): ResponderMap => ({ reserve: respond });
/** Of an invocation of `reserve`. */
export const RESERVE = { call: 'reserve', input: JSON.stringify(TEA) };
