/** The exit codes of all commands; those from 64 to 78 are of sysexits.h. */
export const EXIT = {
  done: 0,
  /** Something of what was asked for was not done. */
  failed: 1,
  /** `contract check`. */
  breaking: 1,
  undecidable: 2,
  /** The server has no such queue, event, group, schedule or dead letter. */
  notFound: 3,
  /** The server does not let this user do it. */
  refused: 4,
  /** There is no server, or it did not answer in time. */
  unreachable: 5,
  usage: 64,
  /** A message is not valid. */
  data: 65,
  /** What was named cannot be read, or is not what it should be. */
  input: 66,
  /** The server is there, but cannot do it at this moment, or is no queue server of a version that is known. */
  unavailable: 69,
  internal: 70,
  output: 73,
  /** Of the environment or a profile; or the module of a contract ended the process. */
  config: 78,
  /** By Ctrl-C. */
  interrupted: 130,
} as const;

/** 129, 130 and 143: ended by SIGHUP, Ctrl-C or SIGTERM. `serve` and `dev` then end with 0, as the server does. */
export type ExitCode = number;

/** Ends a command: its message is all that the user sees. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode, message: string, options: ErrorOptions = {}) {
    super(message, options);
    this.exitCode = exitCode;
  }
}

/** `--help` of the whole program. */
export const EXIT_CODES = `
Exit codes: 0 done  1 not all of it was done, or breaking  2 undecidable  3 not found  4 refused  5 no server, or no answer
            64 wrong usage  65 invalid message  66 unreadable input  69 unavailable for now  70 an error of typed-queue
            itself  73 unwritable output  78 wrong environment or profile
            129 terminal closed (SIGHUP)  130 Ctrl-C  143 SIGTERM: ended by it
`;
