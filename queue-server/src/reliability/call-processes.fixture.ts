import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** A contract with a durable call, in a program of its own. What is written at once survives SIGKILL. */
const SHARED = `
import { call, defineContract, defineQueue } from '@typed-queue/contracts';
import { connect } from '@typed-queue/queue-client';
import { startQueueServer } from '@typed-queue/queue-server';
import { writeSync } from 'node:fs';
import * as z from 'zod';
const double = call({
  input: z.int(),
  output: z.strictObject({ value: z.int(), by: z.string() }),
  failures: { busy: { retry: true, retryDelaysMs: [20] } },
  timeoutMs: 600_000,
  durable: true,
});
const contract = defineContract({ work: defineQueue('work', { events: { double } }) });
const [port, first, last] = process.argv.slice(1);
const url = 'http://127.0.0.1:' + port;
const write = (...words) => writeSync(1, words.join(' ') + '\\n');
`;

const SERVER = `${SHARED}
await startQueueServer({ contract, port: Number(port), dataDir: first, auth: 'none' });
write('listens');
`;

/** Every seventh input fails once; each invocation makes an answer of its own, and returns it later. */
const RESPONDER = `${SHARED}
connect(contract, { url }).serve('work', {
  double: async (input, { attempt, fail }) => {
    if (input % 7 === 0 && attempt === 1) throw fail('busy');
    const by = crypto.randomUUID();
    write(input, by);
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 10));
    return { value: 2 * input, by };
  },
}, { concurrency: 8 });
`;

/** Makes all its calls again when it is started again. */
const CALLER = `${SHARED}
const queue = connect(contract, { url });
let next = Number(first);
const callNext = async () => {
  while (next < Number(last)) {
    const input = next++;
    const { value, by } = await queue.call('work', 'double', input, { id: 'call-' + input });
    write(input, value === 2 * input ? by : 'wrong-' + value);
  }
};
await Promise.all(Array.from({ length: 16 }, callNext));
write('done');
process.exit();
`;

const PROGRAMS = { server: SERVER, responder: RESPONDER, caller: CALLER } as const;

export interface CallProcess {
  /** Resolves when all that it wrote was read. */
  kill(): Promise<void>;
  /** Freezes it, or lets it go on. */
  send(signal: 'SIGSTOP' | 'SIGCONT'): void;
  /** Resolves when it wrote its last word: `listens` or `done`. */
  readonly ready: Promise<void>;
}

/** Starts one of the programs; reports each line of an input and an answer. */
export const startCallProcess = (
  name: keyof typeof PROGRAMS,
  args: readonly (string | number)[],
  onAnswer: (input: number, answer: string) => void = () => undefined,
): CallProcess => {
  const child = spawn(
    process.execPath,
    ['--input-type=module', '-e', PROGRAMS[name], ...args.map((arg) => String(arg))],
    { cwd: import.meta.dirname, stdio: ['ignore', 'pipe', 'ignore'] },
  );
  const lines = createInterface({ input: child.stdout });
  const read = once(lines, 'close');
  const ready = new Promise<void>((resolve) => {
    lines.on('line', (line) => {
      const [input, answer] = line.split(' ');
      if (answer === undefined) resolve();
      else onAnswer(Number(input), answer);
    });
  });
  return {
    ready,
    send: (signal) => void child.kill(signal),
    kill: async () => {
      child.kill('SIGKILL');
      await read;
    },
  };
};
