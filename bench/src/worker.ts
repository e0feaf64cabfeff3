import { clock, cpuMs } from './clock.js';
import type { Peer } from './peers/peer.js';
import { loadPeer } from './peers/registry.js';
import type { Request, Sample, Task } from './workers/protocol.js';
import { Publishing } from './workers/publishing.js';
import { Receiving } from './workers/receiving.js';

/** How often the bench hears how far the slowest subscriber is. */
const PROGRESS_MS = 5;

type Answer = (request: Request) => unknown;

const sampleOf = (count: number): Sample => ({ at: clock(), cpuMs: cpuMs(), count });

const inTurn = (ports: readonly number[], index: number): number => {
  const port = ports[index % ports.length];
  if (port === undefined) throw new Error('A broker listens at one port at least.');
  return port;
};

const publisher = async (peer: Peer, task: Task & { role: 'publisher' }): Promise<Answer> => {
  const { ports, queues, pace } = task;
  const publishers = await Promise.all(
    queues.map((queue, index) => peer.publisher({ port: inTurn(ports, index), queue })),
  );
  const publishing = new Publishing(publishers, clock);
  return (request) => {
    if (request.kind === 'publish') return publishing.run(pace, request.limit);
    if (request.kind === 'stop') publishing.stop();
    if (request.kind === 'delivered') publishing.delivered(request.count);
    return sampleOf(publishing.acknowledged);
  };
};

const subscriber = async (peer: Peer, task: Task & { role: 'subscriber' }): Promise<Answer> => {
  const { ports, queues, groups, live, tellsProgress = false, warmAt = 1 } = task;
  const receiving = new Receiving(groups.length, clock);
  const warm = new Promise<Sample>((resolve) =>
    receiving.reach(warmAt, () => resolve(sampleOf(receiving.count))),
  );
  const subscribers = await Promise.all(
    queues.flatMap((queue, place) =>
      groups.map((name, index) => {
        const [port, group] = [inTurn(ports, place + index), live ? undefined : name];
        return peer.subscriber({ port, queue, group }, receiving.handlerOf(index));
      }),
    ),
  );
  const finish = async (published: number) => {
    await receiving.until(published);
    await Promise.all(subscribers.map((one) => one.close()));
    return { ...receiving.verify(published), times: receiving.times };
  };
  if (tellsProgress) setInterval(() => process.send?.({ progress: receiving.complete }), PROGRESS_MS);
  return (request) => {
    if (request.kind === 'finish') return finish(request.published);
    if (request.kind === 'warm') return warm;
    return sampleOf(receiving.count);
  };
};

// Safe: worker-process.ts starts it with a task.
const task = JSON.parse(process.argv[2] ?? '{}') as Task;
const peer = await loadPeer(task.peer);
const answer = await (task.role === 'publisher' ? publisher(peer, task) : subscriber(peer, task));

process.on('message', (message) => {
  // Safe: worker-process.ts sends these.
  const { id, request } = message as { id: number; request: Request };
  void Promise.resolve(answer(request)).then((result) => process.send?.({ id, result }));
});
// The bench has ended.
process.on('disconnect', () => process.exit());
process.send?.({ ready: true });
