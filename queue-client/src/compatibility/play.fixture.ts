/**
 * A program that uses a queue server as programs do, over a connection that is cut while a handler runs, and
 * prints what it saw. Compiled and run in a project of its own, with the packed client of one build or another.
 */
import { contract } from '@typed-queue/contracts';
import { connect, DeadLetter } from '@typed-queue/queue-client';
import { once } from 'node:events';
import { connect as connectTo, createServer, type AddressInfo, type Socket } from 'node:net';

const server = new URL(process.argv[2] ?? '');
const sockets = new Set<Socket>();
const proxy = createServer((client) => {
  const both = [client, connectTo(Number(server.port), server.hostname)] as const;
  for (const socket of both) {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => both.forEach((each) => each.destroy()));
  }
  both[0].pipe(both[1]).pipe(both[0]);
});
await once(proxy.listen(0, '127.0.0.1'), 'listening');
// Safe: a server that listens on a port has an address of this kind.
const { port } = proxy.address() as AddressInfo;

const reconnect = { minDelayMs: 10, maxDelayMs: 100 };
const queue = connect(contract, { url: `http://127.0.0.1:${port}`, reconnect });
const errors: string[] = [];
queue.on('error', ({ error }) => errors.push(error.code));
const lost: unknown[] = [];
queue.on('lease:lost', (event) => lost.push(event));

/** Cuts the connection; resolves when there is another. */
const cut = async (): Promise<void> => {
  const again = new Promise<void>((resolve) => queue.once('connected', () => resolve()));
  for (const socket of sockets) socket.destroy();
  await again;
};

const publish = async (bytes: number): Promise<number> => {
  const payload = { path: `/${bytes}`, bytes, sha256: 'a', durationMs: 1 };
  const { seq } = await queue.publish('files', 'save', payload, { headers: { key: 'one', priority: '7' } });
  return seq;
};
const published = await Promise.all([1, 2, 3, 4].map(publish));

const handled: string[] = [];
const done = new Promise<void>((resolve) => {
  queue.subscribe('files', { group: 'workers', events: ['save'] }, async ({ payload }, { attempt }) => {
    handled.push(`${payload.bytes}: attempt ${attempt}`);
    if (payload.bytes === 2) await cut();
    if (payload.bytes === 3) throw new DeadLetter('not wanted');
    if (payload.bytes === 5) resolve();
  });
});
published.push(await publish(5));
await done;

const tailed: number[] = [];
for await (const { seq } of queue.tail('files', { from: 'start' })) {
  tailed.push(seq);
  if (seq === 3) await cut();
  if (tailed.length === published.length) break;
}

/** The group, when the outcome of the last message has arrived. */
const settled = async () => {
  for (;;) {
    const group = (await queue.admin.groups('files')).find((each) => each.group === 'workers');
    if (group?.depth === 0) return group;
  }
};
const { floor, deadLetters: count } = await settled();
const { letters } = await queue.admin.deadLetters('files', { group: 'workers' });
const deadLetters = letters.map(({ seq, reason, failures }) => ({ seq, reason, failures: failures.length }));
await queue.close();
proxy.close();
console.log(JSON.stringify({ published, handled, tailed, floor, count, deadLetters, errors, lost }));
