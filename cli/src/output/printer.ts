import { printable } from '@typed-queue/program';
import type { Command } from 'commander';
import pc from 'picocolors';
import type { Colors } from 'picocolors/types.js';
import type { Machine } from '../machine.js';
import { orAborted } from '../or-aborted.js';

/** The options of every command that prints what a server said. */
export interface OutputOptions {
  readonly json: boolean;
  readonly color: boolean;
}

export const addOutputOptions = (command: Command): Command =>
  command
    .option('--json', 'print one JSON object a line, and nothing else on standard output', false)
    .option('--no-color', 'print no colours, as NO_COLOR; without a terminal there are none');

/** No lines between cells: columns are what other programs can cut. */
const PLAIN = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '',
};
const STYLE = { 'padding-left': 0, 'padding-right': 2, head: [], border: [] };

/** Prints results: for people, or as JSON. */
export class Printer {
  readonly isJson: boolean;
  readonly colors: Colors;
  readonly #machine: Pick<Machine, 'stdout' | 'stderr' | 'outputClosed'>;

  constructor({ json, color }: OutputOptions, { stdout, stderr, env, outputClosed }: Machine) {
    this.isJson = json;
    const isOff = !color || (env.NO_COLOR !== undefined && env.NO_COLOR !== '');
    this.colors = pc.createColors(!isOff && stdout.isTerminal === true);
    this.#machine = { stdout, stderr, outputClosed };
  }

  /** Nobody reads the results any more. */
  get isClosed(): boolean {
    return this.#machine.outputClosed.aborted;
  }

  /** Resolves when there is room for more results. */
  async ready(): Promise<void> {
    const { stdout, outputClosed } = this.#machine;
    const ready = stdout.ready?.();
    if (ready !== undefined) await orAborted(ready, outputClosed);
  }

  /** A result: the object, or the text about it. */
  result(object: object, text: string): void {
    if (this.isJson) this.object(object);
    else this.text(text);
  }

  object(object: object): void {
    const { stdout } = this.#machine;
    const json = JSON.stringify(object);
    // The same JSON: what would act on a terminal is escaped.
    stdout.write(`${stdout.isTerminal === true ? printable(json) : json}\n`);
  }

  text(text: string): void {
    this.#machine.stdout.write(`${text}\n`);
  }

  /** Talk: on `stderr`, so that it is in no pipe. */
  note(text: string): void {
    this.#machine.stderr.write(`${printable(text)}\n`);
  }

  /** Rows under their headings, with the text `empty` on `stderr` in place of no rows. Texts of the server are made printable. */
  async table(
    headings: readonly string[],
    rows: readonly (readonly string[])[],
    empty: string,
  ): Promise<void> {
    if (rows.length === 0) {
      this.note(empty);
      return;
    }
    const { default: Table } = await import('cli-table3');
    const { bold } = this.colors;
    const table = new Table({ chars: PLAIN, style: STYLE });
    table.push(
      headings.map((heading) => bold(heading)),
      ...rows.map((row) => row.map(printable)),
    );
    const lines = table.toString().split('\n');
    this.text(lines.map((line) => line.trimEnd()).join('\n'));
  }
}
