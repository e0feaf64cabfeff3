import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

export interface Options {
  /** Names of measures. Empty: all that are not long. */
  readonly only: readonly string[];
  /** Names of peers. Empty: those of a comparison of brokers. */
  readonly peers: readonly string[];
  readonly seconds: number;
  readonly warmUpSeconds: number;
  readonly rounds: number;
  readonly messages: number;
  readonly node: string;
  /** Where the results go. */
  readonly out: string;
  readonly isHelp: boolean;
}

export interface Known {
  readonly measures: readonly string[];
  readonly peers: readonly string[];
}

const FLAGS = {
  only: { type: 'string' },
  peers: { type: 'string' },
  seconds: { type: 'string', default: '5' },
  'warm-up': { type: 'string', default: '3' },
  rounds: { type: 'string', default: '3' },
  messages: { type: 'string', default: '1000000' },
  node: { type: 'string' },
  out: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

export const HELP = `\
npm run bench -- [options]
  --only a,b     these measures (default: all but the long ones)
  --peers a,b    these peers (default: all that are installed)
  --seconds 5    how long each flow is measured, after
  --warm-up 3    seconds that do not count; four times as many where it is not in bulk
  --rounds 3     how often each peer has its turn; the median counts
  --messages 1000000  of the backlog
  --node path    the Node that runs everything that is measured
  --out folder   where results.json and the pictures go (default: bench/results)
`;

type Values = ReturnType<typeof parseArgs<{ options: typeof FLAGS }>>['values'];

/** Reads values, and notes what is wrong with them. */
class OptionReader {
  readonly wrong: string[] = [];
  readonly #values: Values;

  constructor(values: Values) {
    this.#values = values;
  }

  number(name: 'seconds' | 'warm-up' | 'rounds' | 'messages', least: number): number {
    const value = Number(this.#values[name]);
    if (!(value >= least))
      this.wrong.push(`--${name} is "${this.#values[name]}", not a number from ${least} on`);
    return value;
  }

  names(name: 'only' | 'peers', known: readonly string[]): string[] {
    const given = (this.#values[name] ?? '').split(',').filter((text) => text !== '');
    const unknown = given.filter((text) => !known.includes(text));
    if (unknown.length > 0)
      this.wrong.push(`--${name}: "${unknown.join(', ')}" is none of ${known.join(', ')}`);
    return given;
  }
}

/**
 * What is used without `--node` and `--out` comes in, and the directory in which relative paths are resolved.
 *
 * @throws Error that names every wrong option
 */
export const parseOptions = (
  args: readonly string[],
  known: Known,
  { directory, ...defaults }: Pick<Options, 'node' | 'out'> & { readonly directory: string },
): Options => {
  const { values } = parseArgs({ args: [...args], options: FLAGS });
  const reader = new OptionReader(values);
  const options: Options = {
    only: reader.names('only', known.measures),
    peers: reader.names('peers', known.peers),
    seconds: reader.number('seconds', 0.1),
    warmUpSeconds: reader.number('warm-up', 0),
    rounds: reader.number('rounds', 1),
    messages: reader.number('messages', 1),
    node: values.node?.includes('/') ? resolve(directory, values.node) : (values.node ?? defaults.node),
    out: values.out === undefined ? defaults.out : resolve(directory, values.out),
    isHelp: values.help,
  };
  if (reader.wrong.length > 0) throw new Error(`${reader.wrong.join('.\n')}.`);
  return options;
};
