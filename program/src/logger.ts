import { pino, type Logger } from 'pino';
import { prettyFactory } from 'pino-pretty';
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
  const format =
    logFormat === 'json'
      ? undefined
      : prettyFactory({
          translateTime: 'SYS:yyyy-mm-dd HH:MM:ss.l',
          ignore: 'pid,hostname',
          singleLine,
        });
  return pino(
    { level: logLevel, base: null, formatters: { log: codedErrors } },
    printableLog(pino.destination({ sync: true }), format),
  );
};
