import type { Writable } from 'node:stream';
import { QueueError, type Gap, type Range, type Reset, type Contract } from '@typed-queue/contracts';
import { printable, type After } from '@typed-queue/program';
import type { QueueClient } from '@typed-queue/queue-client';
import { match } from 'ts-pattern';

/** Writes a line about the logger itself; the same twice in a row is written once. */
export type ReportStatus = (text: string) => void;

export const statusTo = (stream: Writable): ReportStatus => {
  // The logger goes on without a reader of its status.
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

/** Whether the server will never serve this logger; other errors concern one message, or pass. */
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
        'restored), or has not come so far; starting again with its oldest message',
    )
    .exhaustive();

const of = ({ queue, group }: { readonly queue?: string; readonly group?: string }): string => {
  if (queue === undefined) return '';
  return group === undefined ? ` (queue ${queue})` : ` (queue ${queue}, group ${group})`;
};

export interface StatusDeps {
  readonly queue: Pick<QueueClient<Contract>, 'on'>;
  /** Of the queue server, for people. */
  readonly server: string;
  readonly report: ReportStatus;
  readonly after: After;
}

/**
 * Reports what happens to the connection and to the subscriptions.
 * @returns ends its timer.
 */
export const reportEvents = (deps: StatusDeps): (() => void) => {
  const { queue, report } = deps;
  queue.on('gap', (gap) => report(`${gapText(gap)}${of(gap)}`));
  queue.on('lease:lost', (lost) =>
    report(`too late with ${lost.ranges.map(rangeText).join(', ')}: they may be printed again${of(lost)}`),
  );
  queue.on('stalled', (stalled) =>
    report(
      `stalled: nothing more comes before some of ${stalled.unsettled} messages are printed${of(stalled)}`,
    ),
  );
  queue.on('handler:error', (failure) =>
    report(`message ${failure.message.seq} was not printed: ${textOf(failure.error)}${of(failure)}`),
  );
  queue.on('handler:slow', (slow) =>
    report(
      `message ${slow.message.seq} has waited ${slow.runningMs / 1_000} s for its line to be printed${of(slow)}`,
    ),
  );
  queue.on('dead-letter', (letter) =>
    report(
      `message ${letter.message.seq} is given up after ${letter.attempt} attempts: ${letter.reason}${of(letter)}`,
    ),
  );
  // A final error ends the logger, which reports it then.
  queue.on('error', (refusal) => {
    if (!isFinal(refusal.error)) report(`${textOf(refusal.error)}${of(refusal)}`);
  });
  return reportConnection(deps);
};

/** In milliseconds: as long as a server takes that was started together with the logger. */
const PATIENCE_MS = 2_000;

/** While the server may still be starting, failures to connect are held back; the last one is reported if it persists. */
const reportConnection = ({ queue, server, report, after }: StatusDeps): (() => void) => {
  let isPatient = true;
  let failure: string | undefined;
  const cancel = after(PATIENCE_MS, () => {
    isPatient = false;
    if (failure !== undefined) report(failure);
  });
  const endPatience = (): void => {
    isPatient = false;
    cancel();
  };
  queue.on('connected', () => {
    endPatience();
    report(`connected to ${server}`);
  });
  queue.on('disconnected', ({ reason }) =>
    report(`disconnected from ${server} (${reason}), connecting again`),
  );
  queue.on('connection:failed', ({ cause }) => {
    failure = `waiting for the queue server at ${server}: ${cause.message}`;
    if (!isPatient) report(failure);
  });
  return endPatience;
};
