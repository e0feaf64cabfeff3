import { messageOf } from '@typed-queue/program';
import { Command } from 'commander';
import { resolve } from 'node:path';
import { CommandError, EXIT, type ExitCode } from '../exit-code.js';
import type { Machine } from '../machine.js';
import { addOutputOptions, Printer, type OutputOptions } from '../output/printer.js';
import { notEmpty } from '../not-empty.js';
import { contentText } from './content-text.js';
import { checkFolder } from './target.js';
import { writingFailure } from './writing-failure.js';

interface RestoreOptions extends OutputOptions {
  readonly dataDir: string;
}

const HELP = `
No server is asked: the backup becomes the data of one that is not running, when all of it was checked. Every queue has a
new epoch then: clients that know what was published after the backup get a "gap" of the reason "reset".

Examples:
  $ typed-queue restore queue.tar --data-dir /var/lib/typed-queue
  $ typed-queue serve --data-dir /var/lib/typed-queue

Exit codes: 0 restored  64 wrong usage  66 the backup is missing, incomplete, damaged or none
            73 the data directory is not empty, or cannot be written  78 a server owns it  129, 130, 143 ended by a signal
`;

/** `typed-queue restore`. */
export const restoreCommand = (machine: Machine, exit: (code: ExitCode) => void): Command =>
  addOutputOptions(
    new Command('restore')
      .description('restores a backup as the data of a server')
      .argument('<backup>', 'a folder or a file.tar', notEmpty)
      .requiredOption('--data-dir <folder>', 'of the server (its DATA_DIR): empty or new', notEmpty),
  )
    .addHelpText('after', HELP)
    .action(async (backup: string, options: RestoreOptions) =>
      exit(await restoreInto(backup, options, machine)),
    );

const restoreInto = async (backup: string, options: RestoreOptions, machine: Machine): Promise<ExitCode> => {
  const printer = new Printer(options, machine);
  const [path, dataDir] = [resolve(machine.directory, backup), resolve(machine.directory, options.dataDir)];
  await machine.fs.stat(path).catch((error: unknown) => {
    throw new CommandError(EXIT.input, `${path} cannot be read: ${messageOf(error)}`);
  });
  await checkFolder(dataDir, machine);
  // Loaded only by the commands that need it.
  const { restore } = await import('@typed-queue/queue-server/backup');
  const signal = machine.stop();
  try {
    const { createdAt, queues } = await restore(path, dataDir, { now: machine.now, signal });
    const since = new Date(createdAt).toISOString();
    printer.result(
      { dataDir, createdAt, queues },
      `${contentText(queues)}, as they were at ${since}, restored into ${dataDir}`,
    );
    return EXIT.done;
  } catch (error) {
    // Safe: the reason is the exit code.
    if (signal.aborted) return signal.reason as ExitCode;
    throw writingFailure(error, dataDir);
  }
};
