import { once } from 'node:events';
import type { Writable } from 'node:stream';
import type { SystemContract } from '@typed-queue/contracts';
import type { HandlerContext, QueueClient, Subscription } from '@typed-queue/queue-client';
import { exitCodeOf, firstEnd } from './end.js';
import type { Layout, LoggedMessage } from './layout.js';
import { printerTo } from './printer.js';
import { sayEvents, statusTo } from './status.js';

/** All loggers of one server share it: each event is printed by one of them. */
const GROUP = 'logger';
/** How long a stop waits for the line that is being printed. */
const PRINT_MS = 5_000;
/** How long any other end waits until the server knows what was printed: nothing more will be. */
const CONFIRM_MS = 500;

export interface Parts {
  readonly queue: Pick<QueueClient<SystemContract>, 'subscribe' | 'on' | 'close'>;
  /** Of the queue server, for people. */
  readonly server: string;
  readonly layout: Layout;
  /** Takes the events. */
  readonly stdout: Writable;
  /** Takes what the logger says of itself. */
  readonly stderr: Writable;
  /** Ends the logger. */
  readonly signal: AbortSignal;
}

/** Rejects with the signal's reason when it aborts. */
const aborted = async (signal: AbortSignal): Promise<void> => {
  if (!signal.aborted) await once(signal, 'abort');
  signal.throwIfAborted();
};

const subscribe = ({ queue, layout, stdout }: Parts): readonly Subscription[] => {
  const print = printerTo(stdout);
  const handler = async (message: LoggedMessage, context: HandlerContext): Promise<void> => {
    const line = layout(message);
    // An output that fails is no fault of the message: it is held until the closing client gives it back.
    await print(line).catch(() => aborted(context.signal));
  };
  // One at a time: lines stand in the order of their queue.
  const options = { group: GROUP, concurrency: 1 };
  return [queue.subscribe('files', options, handler), queue.subscribe('database', options, handler)];
};

/**
 * Prints each event of both queues until it is stopped, refused, or nobody reads any more. An event is
 * acknowledged when `stdout` took its line: what was not printed goes out again, to this logger or the next.
 * @returns the exit code: 0, or 1 when `stdout` failed or the server refused for good.
 */
export const runLogger = async (parts: Parts): Promise<number> => {
  const { queue, server, stdout, stderr, signal } = parts;
  const say = statusTo(stderr);
  sayEvents(queue, { server, say });
  const end = await firstEnd({ queue, subscriptions: subscribe(parts), stdout, signal });
  const exitCode = exitCodeOf(end, say);
  await queue.close({ timeoutMs: end.kind === 'stopped' ? PRINT_MS : CONFIRM_MS });
  return exitCode;
};
