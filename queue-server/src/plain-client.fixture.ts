import type { ErrorBody } from '@typed-queue/contracts';
import type { Result } from '@typed-queue/contracts/wire';
import { io, type ManagerOptions, type Socket } from 'socket.io-client';

/** Names the request that has no answer, before Jest ends the test; no measure of speed. */
const STUCK_MS = 200_000;

export interface PlainClient {
  readonly socket: Socket;
  /** Sends a request as any Socket.IO client would, right or wrong, and resolves with the answer. */
  readonly ask: (event: string, ...args: readonly unknown[]) => Promise<Result<unknown>>;
  /** The error of a request that is refused. */
  readonly refusal: (event: string, ...args: readonly unknown[]) => Promise<ErrorBody>;
  /** The value of a request that is granted. */
  readonly value: (event: string, ...args: readonly unknown[]) => Promise<unknown>;
}

/** A connected client that knows nothing of the contract. */
export const plainClient = async (
  url: string,
  auth: Readonly<Record<string, unknown>> = {},
  options: Pick<ManagerOptions, 'extraHeaders' | 'ca'> = {},
): Promise<PlainClient> => {
  const socket = io(url, {
    ...options,
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
    auth,
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('connect_error', reject);
  });
  const ask = async (event: string, ...args: readonly unknown[]): Promise<Result<unknown>> =>
    // Safe: every answer of the server is a result.
    (await socket.timeout(STUCK_MS).emitWithAck(event, ...args)) as Result<unknown>;
  return {
    socket,
    ask,
    refusal: async (...request) => {
      const result = await ask(...request);
      if (result.ok) throw new Error(`granted: ${JSON.stringify(result.value)}`);
      return result.error;
    },
    value: async (...request) => {
      const result = await ask(...request);
      if (!result.ok) throw new Error(`refused: ${JSON.stringify(result.error)}`);
      return result.value;
    },
  };
};

/** Resolves with the first `count` arguments of an event. */
export const received = (socket: Socket, event: string, count: number): Promise<unknown[]> =>
  new Promise((resolve) => {
    const all: unknown[] = [];
    const listener = (argument: unknown): void => {
      all.push(argument);
      if (all.length < count) return;
      socket.off(event, listener);
      resolve(all);
    };
    socket.on(event, listener);
  });
