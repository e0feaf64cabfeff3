import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Handled } from './loss-checker.js';

/**
 * A member of a group as a program of its own, built before: it writes down what it is granted, and then acks it. What a full
 * pipe does not take, `process.stdout` keeps in memory, where SIGKILL would lose what was acked.
 */
const PROGRAM = `
import { contract } from '@typed-queue/contracts';
import { connect } from '@typed-queue/queue-client';
import { writeSync } from 'node:fs';
const [url, concurrency, handler] = process.argv.slice(1);
const queue = connect(contract, { url, window: { messages: 500 } });
queue.subscribe('database', { group: 'workers', concurrency: Number(concurrency) }, async (message, { attempt }) => {
  const at = Number(process.hrtime.bigint() / 1000n);
  writeSync(1, [message.seq, attempt, message.headers.key ?? '', at].join(' ') + '\\n');
  await new Promise((resolve) => handler === 'never ends' || setImmediate(resolve));
});
process.on('SIGTERM', () => void queue.close().then(() => process.exit()));
`;

export interface MemberProcess {
  readonly pid: number;
  /** With SIGKILL it vanishes, with SIGTERM it leaves as it should. Resolves when all that it wrote was read. */
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
}

/** Starts a member; reports each message that it gets. */
export const startMember = (
  url: string,
  concurrency: number,
  onHandled: (handled: Handled) => void,
  { handler = 'ends at once' }: { readonly handler?: 'ends at once' | 'never ends' } = {},
): MemberProcess => {
  const args = ['--input-type=module', '-e', PROGRAM, url, String(concurrency), handler];
  const child: ChildProcess = spawn(process.execPath, args, {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (child.stdout === null) throw new Error('a member has no output');
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => {
    const [seq, attempt, key = '', at] = line.split(' ');
    // A line that SIGKILL cut off is ignored.
    if (at === undefined) return;
    onHandled({ seq: Number(seq), attempt: Number(attempt), key, at: Number(at), holder: child.pid });
  });
  const read = once(lines, 'close');
  return {
    pid: child.pid ?? NaN,
    end: async (signal) => {
      child.kill(signal);
      await read;
    },
  };
};
