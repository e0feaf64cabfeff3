import { newId } from '@typed-queue/contracts';
import { openSocket, type OpenSocket } from './connection/socket.js';

/** What the client takes from its surroundings. */
export interface Runtime {
  readonly openSocket: OpenSocket;
  /** Runs something when this turn of the event loop is over. */
  readonly defer: (run: () => void) => void;
  /** Runs something after some milliseconds. What it returns calls it off. */
  readonly after: (ms: number, run: () => void) => () => void;
  /** From 0 to below 1. */
  readonly random: () => number;
  /** A new UUID. */
  readonly newId: () => string;
  /** 256 random bits as 64 hexadecimal digits. */
  readonly newSecret: () => string;
  /** Where an error goes that nobody listens for. */
  readonly report: (text: string, error: unknown) => void;
}

interface Globals {
  readonly setImmediate?: (run: () => void) => unknown;
  readonly MessageChannel?: new () => {
    readonly port1: { onmessage: (() => void) | null };
    readonly port2: { postMessage: (nothing: null) => void };
  };
}

/**
 * The shortest wait that a whole turn of the event loop fits into: `setImmediate` (Node), a `MessageChannel`
 * (browsers, whose timers wait 4 ms and are throttled in the background), else a microtask.
 */
export const chooseDefer = ({ setImmediate, MessageChannel }: Globals): Runtime['defer'] => {
  if (setImmediate !== undefined) return (run) => void setImmediate(run);
  if (MessageChannel === undefined) return queueMicrotask;
  const { port1, port2 } = new MessageChannel();
  const waiting: (() => void)[] = [];
  port1.onmessage = () => waiting.shift()?.();
  return (run) => {
    waiting.push(run);
    port2.postMessage(null);
  };
};

export const defaultRuntime = (): Runtime => ({
  openSocket,
  // Safe: which of these a platform has is found out here; their shapes are standard.
  defer: chooseDefer(globalThis as unknown as Globals),
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
  random: Math.random,
  newId,
  newSecret: () =>
    Array.from(crypto.getRandomValues(new Uint8Array(32)), (byte) => byte.toString(16).padStart(2, '0')).join(
      '',
    ),
  report: (text, error) => console.error(text, error),
});
