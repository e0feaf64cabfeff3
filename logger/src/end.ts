import type { Writable } from 'node:stream';
import type { Contract } from '@typed-queue/contracts';
import type { QueueClient } from '@typed-queue/queue-client';
import { match } from 'ts-pattern';
import { isFinal, textOf, type ReportStatus } from './status.js';

/** Why a logger ends. */
export type End =
  | { readonly kind: 'stopped' }
  /** Everything that was asked for is printed. */
  | { readonly kind: 'done' }
  | { readonly kind: 'output'; readonly error: NodeJS.ErrnoException }
  | { readonly kind: 'refused'; readonly error: unknown };

export interface EndCauses {
  readonly queue: Pick<QueueClient<Contract>, 'on'>;
  /** Resolves when everything that was asked for is printed; rejects when the server refused permanently. */
  readonly printing: Promise<void>;
  readonly stdout: Writable;
  readonly signal: AbortSignal;
}

/** Resolves when a logger has to end, with the first reason. */
export const firstEnd = ({ queue, printing, stdout, signal }: EndCauses): Promise<End> =>
  new Promise((resolve) => {
    stdout.on('error', (error) => resolve({ kind: 'output', error }));
    const refused = (error: unknown): void => resolve({ kind: 'refused', error });
    printing.then(() => resolve({ kind: 'done' }), refused);
    queue.on('error', ({ error }) => {
      if (isFinal(error)) refused(error);
    });
    const stop = (): void => resolve({ kind: 'stopped' });
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });

/** The exit code of an end; a failure is reported. */
export const exitCodeOf = (end: End, report: ReportStatus): number =>
  match(end)
    .with({ kind: 'stopped' }, { kind: 'done' }, () => 0)
    // The reader has seen enough (`logger | head`): not a failure.
    .with({ kind: 'output', error: { code: 'EPIPE' } }, () => 0)
    .with({ kind: 'output' }, ({ error }) => {
      report(`cannot print: ${error.message}`);
      return 1;
    })
    .with({ kind: 'refused' }, ({ error }) => {
      report(`refused by the queue server: ${textOf(error)}`);
      return 1;
    })
    .exhaustive();
