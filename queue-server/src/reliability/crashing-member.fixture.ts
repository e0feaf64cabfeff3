import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** The arguments of a member whose handler kills its process. */
export interface Crashing {
  readonly url: string;
  readonly form: 'client' | 'plain';
  readonly concurrency: number;
  /** The seq at which the handler kills its process; 0: at none. */
  readonly poison: number;
}

/** Handles without taking any time, and writes the seq of each message down before anything else can happen. */
const HANDLE = `
import { writeSync } from 'node:fs';
const { url, concurrency, poison } = JSON.parse(process.argv[1]);
const handle = ({ seq }) => {
  if (seq === poison) process.kill(process.pid, 'SIGKILL');
  writeSync(1, seq + '\\n');
};
`;
const CLIENT = `${HANDLE}
import { contract } from '@typed-queue/contracts';
import { connect } from '@typed-queue/queue-client';
connect(contract, { url }).subscribe('database', { group: 'workers', concurrency }, handle);
`;
const PLAIN = `${HANDLE}
import { io } from 'socket.io-client';
const socket = io(url, { transports: ['websocket'] });
socket.on('connect', () => socket.emit('subscribe', { subscription: 's', queue: 'database', group: 'workers' }, () => {}));
socket.on('grant', ({ token, messages }) => {
  for (const message of messages) {
    handle(message);
    const ranges = [[message.seq, message.seq]];
    socket.emit('settle', 's', [{ token, outcome: { kind: 'ack' }, ranges }], () => {});
  }
});
`;

export interface CrashingMember {
  /** Resolves when it has ended by itself, and everything that it wrote was read. */
  readonly ended: Promise<void>;
  kill(): void;
}

/** Starts a member as a program of its own, built before; reports each message that it has handled. */
export const startCrashingMember = (crashing: Crashing, onHandled: (seq: number) => void): CrashingMember => {
  const program = crashing.form === 'plain' ? PLAIN : CLIENT;
  const args = ['--input-type=module', '-e', program, JSON.stringify(crashing)];
  const child = spawn(process.execPath, args, {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => onHandled(Number(line)));
  return {
    ended: once(lines, 'close').then(() => undefined),
    kill: () => void child.kill('SIGKILL'),
  };
};
