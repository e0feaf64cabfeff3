import type { Manifest } from '@typed-queue/queue-server/backup';
import { Command } from 'commander';
import { resolve } from 'node:path';
import { warnOfExposedToken } from '../connection/exposed-token.js';
import { readSettings } from '../connection/settings.js';
import { CommandError, EXIT, type ExitCode } from '../exit-code.js';
import type { Machine } from '../machine.js';
import { Printer } from '../output/printer.js';
import { bytesText } from '../output/quantity.js';
import { addServerOptions, type ServerOptions } from '../server-options.js';
import { notEmpty } from '../not-empty.js';
import { writingFailure } from './writing-failure.js';
import { requestBackup } from './backup-request.js';
import { contentText } from './content-text.js';
import { checkNew } from './target.js';

const HELP = `
The server goes on meanwhile. What was acknowledged or settled before the backup began is in it. The token needs the rights
"admin" and "tail" of all queues. Until it is complete and was checked, it is written to <target>.<id>.part.

Examples:
  $ typed-queue backup /backups/2026-11-27
  $ typed-queue backup queue.tar --url https://queue.example --token-file key
  $ typed-queue backup - | gzip > queue.tar.gz

Exit codes: 0 saved  4 refused  5 no server, or the connection was lost  64 wrong usage  66 what came is damaged
            69 the server cannot do it now  73 unwritable target  129, 130, 143 ended by a signal
`;

const STDOUT = '-';
const ARCHIVE_SUFFIX = '.tar';

/** `typed-queue backup`. */
export const backupCommand = (machine: Machine, exit: (code: ExitCode) => void): Command =>
  addServerOptions(
    new Command('backup')
      .description('saves a backup of a running server: queues, groups and dead letters')
      .argument(
        '<target>',
        'a new folder, a new file.tar, or "-": a tar archive on standard output',
        notEmpty,
      ),
    HELP,
  ).action(async (target: string, options: ServerOptions) => exit(await backUp(target, options, machine)));

const backUp = async (target: string, options: ServerOptions, machine: Machine): Promise<ExitCode> => {
  const printer = new Printer(options, machine);
  const path = target === STDOUT ? STDOUT : resolve(machine.directory, target);
  if (path !== STDOUT) await checkNew(path, machine);
  const settings = await readSettings(options, machine);
  warnOfExposedToken(settings, machine);
  const stop = machine.stop();
  try {
    const archive = await requestBackup(settings, stop);
    report(await save(archive, path, machine), path, printer);
    return EXIT.done;
  } catch (error) {
    // Safe: the reason is the exit code.
    if (stop.aborted) return stop.reason as ExitCode;
    throw writingFailure(error, path);
  }
};

const save = async (
  archive: AsyncIterable<Uint8Array>,
  path: string,
  { stdout, outputClosed }: Machine,
): Promise<Manifest> => {
  // Loaded only by the commands that need it.
  const { passArchive, saveArchive, saveFolder } = await import('@typed-queue/queue-server/backup');
  if (path.endsWith(ARCHIVE_SUFFIX)) return saveArchive(archive, path);
  if (path !== STDOUT) return saveFolder(archive, path);
  return passArchive(archive, async (chunk) => {
    stdout.write(chunk);
    await stdout.ready?.();
    if (outputClosed.reason instanceof CommandError) throw outputClosed.reason;
    if (outputClosed.aborted) throw new CommandError(EXIT.output, 'standard output is closed');
  });
};

const report = ({ createdAt, queues, files }: Manifest, path: string, printer: Printer): void => {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const text = `backup of ${contentText(queues)} (${bytesText(bytes)})`;
  if (path === STDOUT) printer.note(text);
  else printer.result({ path, createdAt, bytes, queues }, `${text} saved as ${path}`);
};
