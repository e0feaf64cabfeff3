import type { Writable } from 'node:stream';
import type { Colors } from 'picocolors/types.js';
import { match } from 'ts-pattern';
import type { FileOutcome } from './file-outcome.js';
import { printable } from '@typed-queue/contracts/program';
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

export const reportTo = (stdout: Writable, stderr: Writable, { green, red }: Colors): Report => {
  const talk = (text: string): unknown => stderr.write(`file-writer: ${printable(text)}\n`);
  return {
    outcome: (outcome) =>
      match(outcome)
        .with({ event: 'save' }, ({ payload: { path, bytes, sha256, durationMs } }) => {
          const measured = `${bytes} B  sha256 ${sha256}  ${durationMs.toFixed(1)} ms`;
          stdout.write(`${green('saved')}   ${printable(path)}  ${measured}\n`);
        })
        .with({ event: 'error' }, ({ payload: { path, operation, message } }) => {
          stderr.write(`${red('failed')}  ${printable(path)}  ${operation}: ${printable(message)}\n`);
        })
        .exhaustive(),
    unpublished: ({ outcome: { event, payload }, reason }) =>
      void talk(`unpublished: "${event}" of ${payload.path} (${reason})`),
    skipped: (path) => void talk(`not processed: ${path}`),
    say: (text) => void talk(text),
  };
};
