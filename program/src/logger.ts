import { createRequire } from 'node:module';
import { pino, type Logger } from 'pino';
import { codedErrors } from './coded-errors.js';
import { printableLog } from './printable-log.js';

interface LoggerOptions {
  readonly logLevel: string;
  /** `pretty`: for people; `json`: one object a line. */
  readonly logFormat: 'pretty' | 'json';
  /** Pretty lines hold their fields as well, instead of one line for each. Default false. */
  readonly singleLine?: boolean | undefined;
}

/** The log of a server on its stdout: written at once, errors with a code on one line, nothing from outside as it is. */
export const serverLogger = ({ logLevel, logFormat, singleLine = false }: LoggerOptions): Logger => {
  const format = logFormat === 'json' ? undefined : prettyFormat(singleLine);
  return pino(
    { level: logLevel, base: null, formatters: { log: codedErrors } },
    printableLog(pino.destination({ sync: true }), format),
  );
};

type Format = (entry: unknown) => string;

/** Loads its library with the first line: a server is ready before that, or prints none. */
const prettyFormat = (singleLine: boolean): Format => {
  let format: Format | undefined;
  return (entry) => (format ??= loadPretty(singleLine))(entry);
};

const loadPretty = (singleLine: boolean): Format => {
  // Safe: it is that module. A log cannot wait for `import()`.
  const { prettyFactory } = createRequire(import.meta.url)('pino-pretty') as typeof import('pino-pretty');
  return prettyFactory({ translateTime: 'SYS:yyyy-mm-dd HH:MM:ss.l', ignore: 'pid,hostname', singleLine });
};
