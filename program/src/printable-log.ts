import { printable } from './printable.js';

interface LogOutput {
  write(text: string): unknown;
}

/** Only a stack may have several lines. */
const parseEntry = (line: string): unknown =>
  JSON.parse(line, (key, value: unknown) => {
    if (typeof value !== 'string') return value;
    return key === 'stack' ? value.split('\n').map(printable).join('\n') : printable(value);
  });

/**
 * A destination for a JSON logger such as pino: untrusted text in an entry cannot forge a line, control the terminal or
 * hide. `format` turns an entry into text for people; default: one JSON object a line.
 */
export const printableLog = (output: LogOutput, format?: (entry: unknown) => string): LogOutput => ({
  write: (line) =>
    output.write(format === undefined ? `${printable(line.replace(/\n$/, ''))}\n` : format(parseEntry(line))),
});
