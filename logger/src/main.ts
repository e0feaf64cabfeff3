import { contract, QueueError } from '@typed-queue/contracts';
import { stopSignal } from '@typed-queue/contracts/program';
import { connect } from '@typed-queue/queue-client';
import colors from 'picocolors';
import { parseConfig, type Config } from './config.js';
import { jsonLayout } from './json.js';
import { runLogger } from './logger.js';
import { prettyLayout } from './pretty.js';

/** How long a reader that stopped reading may keep the ended process alive. */
const LINGER_MS = 1_000;
/** `EX_CONFIG` of sysexits.h. */
const CONFIG_INVALID = 78;

const start = ({ url, token, format }: Config): Promise<number> =>
  runLogger({
    queue: connect(contract, { url, token }),
    server: new URL(url).origin,
    layout: format === 'json' ? jsonLayout : prettyLayout(colors),
    stdout: process.stdout,
    stderr: process.stderr,
    signal: stopSignal(process),
  });

try {
  process.exitCode = await start(parseConfig(process.env));
  setTimeout(() => process.exit(), LINGER_MS).unref();
} catch (error) {
  if (!(error instanceof QueueError && error.code === 'config_invalid')) throw error;
  console.error(`logger: ${error.message}`);
  process.exitCode = CONFIG_INVALID;
}
