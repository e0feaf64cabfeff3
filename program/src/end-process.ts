interface Output {
  write(text: string, written: () => void): unknown;
}

/** The used part of `process`. */
interface EndingProcess {
  exitCode?: number | string | null | undefined;
  readonly stdout: Output;
  readonly stderr: Output;
  exit(): unknown;
}

/**
 * Ends the process with an exit code when its output is written, also where a module that it loaded keeps a timer or a
 * socket open.
 */
export const endProcess = (process: EndingProcess, exitCode: number): void => {
  const { stdout, stderr } = process;
  process.exitCode = exitCode;
  // Later: the main module has then finished, so that this is no early end of the program.
  stdout.write('', () => stderr.write('', () => setImmediate(() => process.exit())));
};
