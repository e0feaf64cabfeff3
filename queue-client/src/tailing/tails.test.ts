import { describe, expect, it, jest } from '@jest/globals';
import { QueueError } from '@typed-queue/contracts';
import { codeOf } from '../code-of.fixture.js';
import { grantHeader, seqFrame } from '../consuming/grants.fixture.js';
import { gate } from '../consuming/subscription.fixture.js';
import { heard, Stage, until } from '../session.fixture.js';
import { liveText } from './tail.fixture.js';

const stage = new Stage();

/** The seqs that a loop takes, until it ends. */
const read = (tail: AsyncIterable<{ readonly seq: number }>) => {
  const seqs: number[] = [];
  const end = (async () => {
    for await (const { seq } of tail) seqs.push(seq);
  })();
  return { seqs, end };
};

describe('tails of a client', () => {
  it('get replays by their names, and share live broadcasts', async () => {
    const client = stage.open({ window: { messages: 50 } });
    const tails = [client.tail('files'), client.tail('files', { window: { bytes: 99 }, from: { seq: 1 } })];
    await Promise.all(tails.map(({ ready }) => ready));
    expect(stage.server.tails).toMatchObject([
      { subscription: 'files/tail/1', queue: 'files', from: 'now', window: { messages: 50 } },
      { subscription: 'files/tail/2', from: { seq: 1 }, window: { messages: 1_000, bytes: 99 } },
    ]);
    const [one, other] = tails.map(read);
    const parse = jest.spyOn(JSON, 'parse');
    const { server } = stage;
    server.broadcast('live', { subscription: 'files/tail/1', next: 1 });
    server.broadcast('deliver', 'files', 'e', 1, liveText(1, 2));
    server.broadcast(
      'replay:frame',
      { subscription: 'files/tail/2', from: 1, to: 2, gaps: [] },
      seqFrame(1, 2),
    );
    server.broadcast('live', { subscription: 'files/tail/2', next: 3 });
    server.broadcast('deliver', 'another', 'e', 3, liveText(3, 1));
    server.broadcast('deliver', 'files', 'e', 3, liveText(3, 1));
    server.broadcast('behind', { subscription: 'files/tail/2', next: 4 });
    server.broadcast('deliver', 'files', 'e', 4, liveText(4, 1));
    await until(() => one?.seqs.length === 4 && other?.seqs.length === 3);
    expect(one?.seqs).toEqual([1, 2, 3, 4]);
    expect(other?.seqs).toEqual([1, 2, 3]);
    expect(parse.mock.calls.filter(([text]) => text === liveText(3, 1)).length).toBe(1);
    parse.mockRestore();
  });

  it('ask for live messages as frames, and each takes those of its queue', async () => {
    const client = stage.open();
    const tails = [client.tail('files'), client.tail('files')];
    await Promise.all(tails.map(({ ready }) => ready));
    expect(stage.server.tails).toMatchObject([{ live: 'frame' }, { live: 'frame' }]);
    const [one, other] = tails.map(read);
    const { server } = stage;
    server.broadcast('live', { subscription: 'files/tail/1', next: 1 });
    server.broadcast('live', { subscription: 'files/tail/2', next: 1 });
    server.broadcast('deliver:frame', 'files', 'e', 1, seqFrame(1, 2));
    server.broadcast('deliver:frame', 'another', 'e', 3, seqFrame(3, 1));
    server.broadcast('deliver:frame', 'files', 'e', 3, seqFrame(3, 1));
    await until(() => one?.seqs.length === 3 && other?.seqs.length === 3);
    expect([one?.seqs, other?.seqs]).toEqual([
      [1, 2, 3],
      [1, 2, 3],
    ]);
  });

  it('begin again after a live frame that is not intact', async () => {
    const client = stage.open();
    const failure = heard(client, 'error');
    const tail = client.tail('files');
    await tail.ready;
    const { seqs } = read(tail);
    const { server } = stage;
    server.broadcast('live', { subscription: 'files/tail/1', next: 1 });
    server.broadcast('deliver:frame', 'files', 'e', 1, seqFrame(1, 1));
    await until(() => seqs.length === 1);
    server.broadcast('deliver:frame', 'files', 'e', 2, seqFrame(2, 1).fill(0, 20));
    await until(() => server.tails.length === 2);
    expect(await failure).toMatchObject({ error: { code: 'frame_invalid' } });
    expect(server.tails[1]).toMatchObject({ from: { epoch: expect.any(String), seq: 2 } });
    expect(seqs).toEqual([1]);
  });

  it('continue at their position after a reconnect', async () => {
    const client = stage.open();
    const tail = client.tail('files', { from: 'start' });
    await tail.ready;
    const { seqs } = read(tail);
    stage.server.broadcast(
      'replay:frame',
      { subscription: 'files/tail/1', from: 1, to: 2, gaps: [] },
      seqFrame(1, 2),
    );
    await until(() => seqs.length === 2);
    stage.server.cut();
    await until(() => stage.server.tails.length === 2);
    expect(stage.server.tails[1]?.from).toEqual({ epoch: 'e', seq: 3 });
  });

  it('end with their loops, and with the client', async () => {
    const client = stage.open();
    const tails = [client.tail('files'), client.tail('files')];
    await Promise.all(tails.map(({ ready }) => ready));
    const ends = tails.map((tail) => read(tail).end);
    tails[0]?.close();
    await ends[0];
    await until(() => stage.server.left.length === 1);
    await client.close();
    await ends[1];
    expect(stage.server.left[0]).toBe('files/tail/1');
    expect(() => client.tail('files')).toThrow(expect.objectContaining({ code: 'closed' }));
  });

  it('end before the client waits for handlers and receipts, also those opened by a running handler', async () => {
    const client = stage.open();
    const { end } = read(client.tail('files'));
    stage.server.answering = false;
    const published = client.publish('files', 'save', 1);
    const started = gate();
    const subscription = client.subscribe('files', { group: 'g' }, async () => {
      started.open();
      await end;
      ends.push(read(client.tail('files')).end);
    });
    const ends: Promise<void>[] = [];
    await subscription.ready;
    stage.server.grant(grantHeader(1), seqFrame(1, 1));
    await started.promise;
    await client.close({ timeoutMs: 10 });
    expect(await codeOf(published)).toBe('outcome_unknown');
    expect(ends).toHaveLength(1);
    await Promise.all(ends);
  });

  it('throw the error of a refused connection', async () => {
    stage.server.refusal = new QueueError('unauthorized', 'who are you?');
    const client = stage.open();
    const { end } = read(client.tail('files'));
    expect(await codeOf(end)).toBe('unauthorized');
  });

  it('are not requested again after they ended', async () => {
    const client = stage.open();
    client.tail('files').close();
    const gone = client.tail('files', { signal: AbortSignal.abort() });
    await heard(client, 'connected');
    await client.tail('files').ready;
    expect(stage.server.tails.map(({ subscription }) => subscription)).toEqual(['files/tail/3']);
    expect(await codeOf(gone.ready)).toBe('aborted');
  });

  it('of unknown queues and events are refused', () => {
    const client = stage.open();
    // Safe: what the compiler forbids, as plain JavaScript may say it.
    const open = client.tail.bind(client) as (queue: string, options?: object) => unknown;
    expect(() => open('flies')).toThrow(expect.objectContaining({ code: 'queue_unknown' }));
    expect(() => open('files', { events: ['save', 'svae'] })).toThrow(
      expect.objectContaining({ code: 'event_unknown' }),
    );
  });
});
