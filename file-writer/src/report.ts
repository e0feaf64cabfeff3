import type { Writable } from 'node:stream';
import { printable } from '@typed-queue/program';
import type { Colors } from 'picocolors/types.js';
import { match } from 'ts-pattern';
import type { FileOutcome } from './file-outcome.js';
import type { Progress } from './progress.js';
import type { Unpublished } from './publishing.js';

/** What the user sees: a line for each file; failures and the status go to `stderr`. */
export interface Report {
  outcome(outcome: FileOutcome): void;
  unpublished(unpublished: Unpublished): void;
  /** A file that was not begun because the user ended the program. */
  skipped(path: string): void;
  /** A line about the file writer itself. */
  status(text: string): void;
}

export interface ReportDeps {
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly colors: Colors;
  /** On the same terminal: hidden before each line. */
  readonly progress: Pick<Progress, 'hide'>;
}

export const reportTo = ({ stdout, stderr, colors: { green, red }, progress }: ReportDeps): Report => {
  const line = (stream: Writable, text: string): void => {
    progress.hide();
    stream.write(`${text}\n`);
  };
  const status = (text: string): void => line(stderr, `file-writer: ${printable(text)}`);
  return {
    outcome: (outcome) =>
      match(outcome)
        .with({ event: 'save' }, ({ payload: { path, bytes, sha256, durationMs } }) => {
          const measured = `${bytes} B  sha256 ${sha256}  ${durationMs.toFixed(1)} ms`;
          line(stdout, `${green('saved')}   ${printable(path)}  ${measured}`);
        })
        .with({ event: 'error' }, ({ payload: { path, operation, message } }) => {
          line(stderr, `${red('failed')}  ${printable(path)}  ${operation}: ${printable(message)}`);
        })
        .exhaustive(),
    unpublished: ({ outcome: { event, payload }, reason }) =>
      status(`unpublished: "${event}" of ${payload.path} (${reason})`),
    skipped: (path) => status(`not processed: ${path}`),
    status,
  };
};
