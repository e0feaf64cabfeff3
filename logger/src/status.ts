import type { Say } from './say.js';
import type { Writable } from 'node:stream';
import { QueueError, type Gap, type Range, type Reset, type Contract } from '@typed-queue/contracts';
import { printable } from '@typed-queue/program';
import type { QueueClient } from '@typed-queue/queue-client';
import { match } from 'ts-pattern';
import { firstFailures, type After } from './first-failures.js';

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

/** Whether nothing more can come; all other errors are about one message, or pass. */
export const isFinal = ({ retryable, code }: QueueError): boolean =>
  !retryable && code !== 'contract_mismatch';

const rangeText = ([from, to]: Range): string =>
  from === to ? `message ${from}` : `messages ${from} to ${to}`;

/** What a reader will never get, and why. */
export const gapText = (gap: Gap | Reset): string =>
  match(gap)
    .with(
      { reason: 'damage' },
      ({ from, to }) => `${rangeText([from, to])} will never come: damaged or lost on the server's disk`,
    )
    .with(
      { reason: 'retention' },
      ({ from, to }) => `${rangeText([from, to])} will never come: no longer kept, or purged`,
    )
    .with(
      { reason: 'reset' },
      ({ from }) =>
        `there is no message ${from}: this log is another than before (its disk was wiped, or an older copy ` +
        'restored), or has not come so far; beginning anew with its oldest message',
    )
    .exhaustive();

const of = ({ queue, group }: { readonly queue?: string; readonly group?: string }): string => {
  if (queue === undefined) return '';
  return group === undefined ? ` (queue ${queue})` : ` (queue ${queue}, group ${group})`;
};

export interface StatusParts {
  readonly queue: Pick<QueueClient<Contract>, 'on'>;
  /** Of the queue server, for people. */
  readonly server: string;
  readonly say: Say;
  readonly after: After;
}

const sayConnection = ({ queue, server, say, after }: StatusParts): (() => void) => {
  const failures = firstFailures(say, after);
  queue.on('connected', () => {
    failures.end();
    say(`connected to ${server}`);
  });
  queue.on('disconnected', ({ reason }) => say(`disconnected from ${server} (${reason}), connecting again`));
  queue.on('connection:failed', ({ cause }) =>
    failures.say(`waiting for the queue server at ${server}: ${cause.message}`),
  );
  return failures.end;
};

/**
 * Says what happens to the connection and to the subscriptions.
 * @returns ends its timer.
 */
export const sayEvents = (parts: StatusParts): (() => void) => {
  const { queue, say } = parts;
  queue.on('gap', (gap) => say(`${gapText(gap)}${of(gap)}`));
  queue.on('lease:lost', (lost) =>
    say(`too late with ${lost.ranges.map(rangeText).join(', ')}: they may be printed again${of(lost)}`),
  );
  queue.on('stalled', (stalled) =>
    say(`stalled: nothing more comes before some of ${stalled.unsettled} messages are printed${of(stalled)}`),
  );
  queue.on('handler:error', (failure) =>
    say(`message ${failure.message.seq} was not printed: ${textOf(failure.error)}${of(failure)}`),
  );
  queue.on('handler:slow', (slow) =>
    say(
      `message ${slow.message.seq} waits since ${slow.runningMs / 1_000} s for its line to be taken${of(slow)}`,
    ),
  );
  queue.on('dead-letter', (letter) =>
    say(
      `message ${letter.message.seq} is given up after ${letter.attempt} attempts: ${letter.reason}${of(letter)}`,
    ),
  );
  // What is final ends the logger, which says it then.
  queue.on('error', (refusal) => {
    if (!isFinal(refusal.error)) say(`${textOf(refusal.error)}${of(refusal)}`);
  });
  return sayConnection(parts);
};
