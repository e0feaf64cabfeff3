import { newId } from '@typed-queue/contracts';
import type { After } from '@typed-queue/contracts/wire';
import { handlerScope, type HandlerScope } from '#handler-scope';
import { openSocket, type OpenSocket } from './connection/socket.js';

/** The platform: clocks, timers, randomness, sockets, console. */
export interface Runtime {
  readonly openSocket: OpenSocket;
  /** Runs a function after this turn of the event loop. */
  readonly defer: (run: () => void) => void;
  /** Runs a function after what runs now, still in this turn of the event loop. */
  readonly soon: (run: () => void) => void;
  readonly after: After;
  /** Monotonic clock, in milliseconds; it may stop while the machine sleeps. */
  readonly now: () => number;
  /** Wall clock, in milliseconds since 1970. */
  readonly wallNow: () => number;
  /** From 0 to below 1. */
  readonly random: () => number;
  /** A new UUID. */
  readonly newId: () => string;
  /** 256 random bits as 64 hexadecimal digits. */
  readonly newSecret: () => string;
  /** Identifies calls from handlers. */
  readonly scope: HandlerScope;
  /** Logs an error thrown by a listener. */
  readonly report: (text: string, error: unknown) => void;
  /** Logs one line for an event without a listener. */
  readonly warn: (line: string) => void;
}

interface Globals {
  readonly setImmediate?: (run: () => void) => unknown;
  readonly setTimeout: (run: () => void, ms: number) => unknown;
  readonly MessageChannel?: new () => {
    readonly port1: { onmessage: (() => void) | null };
    readonly port2: { postMessage: (nothing: null) => void };
  };
}

/**
 * The shortest delay of a whole turn of the event loop: `setImmediate` (Node), a `MessageChannel`
 * (browsers, whose timers wait 4 ms and are throttled in the background), else a timer.
 */
export const chooseDefer = ({ setImmediate, setTimeout, MessageChannel }: Globals): Runtime['defer'] => {
  if (setImmediate !== undefined) return (run) => void setImmediate(run);
  if (MessageChannel === undefined) return (run) => void setTimeout(run, 0);
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
  // Safe: all are optional or standard.
  defer: chooseDefer(globalThis as unknown as Globals),
  soon: (run) => queueMicrotask(run),
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
  now: () => performance.now(),
  wallNow: Date.now,
  random: Math.random,
  newId,
  newSecret: () =>
    Array.from(crypto.getRandomValues(new Uint8Array(32)), (byte) => byte.toString(16).padStart(2, '0')).join(
      '',
    ),
  scope: handlerScope,
  report: (text, error) => console.error(text, error),
  warn: (line) => console.warn(line),
});
