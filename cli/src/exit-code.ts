/** The exit codes of all commands; those from 64 on are of sysexits.h. */
export const EXIT = {
  done: 0,
  breaking: 1,
  undecidable: 2,
  usage: 64,
  /** What was named cannot be read, or is not what it should be. */
  input: 66,
  internal: 70,
  output: 73,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Ends a command: its message is all that the user sees. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode, message: string) {
    super(message);
    this.exitCode = exitCode;
  }
}
