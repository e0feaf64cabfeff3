import { beforeEach, describe, expect, it } from '@jest/globals';
import { later, eventLoopIdle } from '../recorder.fixture.js';
import { Tailing } from './tailing.fixture.js';

let tailing: Tailing;

beforeEach(() => {
  tailing = new Tailing();
  for (let frames = 0; frames < 5; frames++) tailing.publish('save', 'save');
});

describe('a tail, whatever its window', () => {
  it('is sent nothing while its connection accepts nothing, and continues at its position', async () => {
    const client = await tailing.opened('start', { window: { messages: 10_000, bytes: 64 * 1024 * 1024 } });
    client.sendable = 0;
    client.tail.start();
    await eventLoopIdle();
    expect(client.heard).toEqual([]);
    client.sendable = Infinity;
    client.tail.drained();
    await eventLoopIdle();
    expect(client.seqs).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(client.heard.at(-1)).toBe('live 11');
  });

  it('is sent no more at once than its connection accepts, and at least one message', async () => {
    const client = await tailing.opened('start');
    client.sendable = 1;
    client.onHeard = () => (client.sendable = 0);
    client.tail.start();
    await eventLoopIdle();
    expect(client.heard).toEqual(['replay 1-1']);
    client.sendable = 1;
    client.tail.drained();
    await eventLoopIdle();
    expect(client.heard).toEqual(['replay 1-1', 'replay 2-2']);
  });

  it('leaves the broadcast when its connection accepts nothing more, and joins it again', async () => {
    const client = await tailing.open('now');
    client.sendable = 0;
    tailing.publish('save');
    await eventLoopIdle();
    expect(client.heard).toEqual(['live 11', 'lagging 11']);
    expect(client.inRoom).toBe(undefined);
    client.sendable = Infinity;
    client.tail.drained();
    await eventLoopIdle();
    expect(client.heard.slice(2)).toEqual(['replay 11-11', 'live 12']);
  });
});

it('at most four tails read at once, to bound the memory of reads', async () => {
  const { engine } = tailing;
  const gate = later();
  engine.gates.read = gate.promise;
  const clients = await Promise.all(Array.from({ length: 60 }, () => tailing.opened('start')));
  for (const client of clients) client.tail.start();
  await eventLoopIdle();
  expect(engine.reads).toHaveLength(4);
  gate.resolve();
  while (clients.some(({ heard }) => heard.at(-1) !== 'live 11')) await eventLoopIdle();
  expect(engine.reading.most).toBe(4);
});
