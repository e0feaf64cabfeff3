import type { Writable } from 'node:stream';
import { QueueError, type SystemContract } from '@typed-queue/contracts';
import type { QueueClient } from '@typed-queue/queue-client';
import { printable } from '@typed-queue/contracts/program';

/** Says something about the logger itself; the same twice in a row is said once. */
export type Say = (text: string) => void;

export const statusTo = (stream: Writable): Say => {
  // Nobody who listens is no reason to end.
  stream.on('error', () => undefined);
  let last = '';
  return (text) => {
    if (text === last) return;
    last = text;
    stream.write(`logger: ${printable(text)}\n`);
  };
};

export const textOf = (error: unknown): string => {
  if (error instanceof QueueError) return `${error.code}: ${error.message}`;
  return error instanceof Error ? error.message : String(error);
};

const ofGroup = ({ queue, group }: { readonly queue?: string; readonly group?: string }): string =>
  queue === undefined ? '' : ` (queue ${queue}, group ${group})`;

/** Says what happens to the connection and to the subscriptions. */
export const sayEvents = (
  queue: Pick<QueueClient<SystemContract>, 'on'>,
  { server, say }: { readonly server: string; readonly say: Say },
): void => {
  queue.on('connected', () => say(`connected to ${server}`));
  queue.on('disconnected', ({ reason }) => say(`disconnected from ${server} (${reason}), connecting again`));
  queue.on('connection:failed', ({ cause }) =>
    say(`waiting for the queue server at ${server}: ${cause.message}`),
  );
  queue.on('gap', (gap) =>
    say(`messages ${gap.from} to ${gap.to} will never come, reason: ${gap.reason}${ofGroup(gap)}`),
  );
  queue.on('lease:lost', (lost) => {
    const ranges = lost.ranges.map(([from, to]) => (from === to ? `${from}` : `${from} to ${to}`)).join(', ');
    say(`too late with messages ${ranges}: they may be printed again${ofGroup(lost)}`);
  });
  queue.on('handler:error', (failure) =>
    say(`message ${failure.message.seq} was not printed: ${textOf(failure.error)}${ofGroup(failure)}`),
  );
  // What is refused for good ends the logger, which says it then.
  queue.on('error', (refusal) => {
    if (refusal.error.retryable) say(`${textOf(refusal.error)}${ofGroup(refusal)}`);
  });
};
