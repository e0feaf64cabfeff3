import type { Writable } from 'node:stream';
import { printable } from '@typed-queue/program';
import type { Colors } from 'picocolors/types.js';
import { match } from 'ts-pattern';
import type { FileOutcome } from './file-outcome.js';
import type { Progress } from './progress.js';
import type { Unpublished } from './publishing.js';

/** What the file writer tells its user: a line for each file, `stderr` for all that is not as it should be. */
export interface Report {
  outcome(outcome: FileOutcome): void;
  unpublished(unpublished: Unpublished): void;
  /** Files that were not begun because the user ended the program. */
  skipped(path: string): void;
  /** Anything else. */
  say(text: string): void;
}

export interface ReportParts {
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly colors: Colors;
  /** On the same terminal, it makes room for each line. */
  readonly progress: Pick<Progress, 'hide'>;
}

export const reportTo = ({ stdout, stderr, colors: { green, red }, progress }: ReportParts): Report => {
  const line = (stream: Writable, text: string): void => {
    progress.hide();
    stream.write(`${text}\n`);
  };
  const talk = (text: string): void => line(stderr, `file-writer: ${printable(text)}`);
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
      talk(`unpublished: "${event}" of ${payload.path} (${reason})`),
    skipped: (path) => talk(`not processed: ${path}`),
    say: talk,
  };
};
