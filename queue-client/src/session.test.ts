import { describe, expect, it } from '@jest/globals';
import { QueueError } from '@typed-queue/contracts';
import { codeOf } from './code-of.fixture.js';
import { grantHeader, seqFrame } from './consuming/grants.fixture.js';
import { mergeRanges } from '@typed-queue/contracts/wire';
import { heard, Stage, until } from './session.fixture.js';
import { gate } from './consuming/subscription.fixture.js';

const stage = new Stage();

describe('subscribing', () => {
  it('handles what is granted, sends the outcomes, leaves', async () => {
    const client = stage.open();
    const seen: number[] = [];
    const subscription = client.subscribe(
      'files',
      { group: 'logger' },
      ({ payload }) => void seen.push(payload),
    );
    await subscription.ready;
    stage.server.grant(grantHeader(1), seqFrame(1, 3));
    await until(() => seen.length === 3);
    await subscription.close();
    expect(seen).toEqual([1, 2, 3]);
    // A slow machine may spread them over several requests.
    const { settlements } = stage.server;
    expect(new Set(settlements.map(({ token, outcome }) => `${token} ${outcome.kind}`))).toEqual(
      new Set(['1 ack']),
    );
    expect(mergeRanges(settlements.flatMap(({ ranges = [] }) => ranges))).toEqual([[1, 3]]);
    expect(stage.server.left).toEqual(['files/1']);
  });

  it('requests the options of the subscription', async () => {
    const client = stage.open({ window: { messages: 5 } });
    await client.subscribe('files', { group: 'a', start: { seq: 7 } }, () => undefined).ready;
    await client.subscribe('files', { group: 'b', window: { bytes: 9 } }, { save: () => undefined }).ready;
    expect(stage.server.joins).toMatchObject([
      { group: 'a', start: { seq: 7 }, window: { messages: 5 }, form: 'frame' },
      { group: 'b', window: { bytes: 9 }, subscription: 'files/2' },
    ]);
    expect(stage.server.joins[1]).not.toHaveProperty('start');
  });

  it('names its leases after a reconnect', async () => {
    const client = stage.open();
    const work = gate();
    const started = gate();
    const subscription = client.subscribe('files', { group: 'logger' }, () => {
      started.open();
      return work.promise;
    });
    await subscription.ready;
    stage.server.grant(grantHeader(6), seqFrame(1, 1));
    await started.promise;
    stage.server.cut();
    await until(() => stage.server.joins.length === 2);
    work.open();
    await until(() => stage.server.settlements.some(({ outcome }) => outcome.kind === 'ack'));
    expect(stage.server.joins[1]?.tokens).toEqual([6]);
  });

  it('passes gaps on', async () => {
    const client = stage.open();
    await client.subscribe('files', { group: 'logger' }, () => undefined).ready;
    const gap = { queue: 'files', group: 'logger', from: 3, to: 5, reason: 'damage' } as const;
    const received = heard(client, 'gap');
    stage.server.gap(gap);
    expect(await received).toEqual(gap);
  });

  it('releases messages without a handler when the server is draining', async () => {
    const client = stage.open();
    const work = gate();
    const started = gate();
    const subscription = client.subscribe('files', { group: 'logger' }, () => {
      started.open();
      return work.promise;
    });
    await subscription.ready;
    stage.server.grant(grantHeader(6), seqFrame(1, 3));
    await started.promise;
    stage.server.draining();
    await until(() => stage.server.settlements.length === 1);
    expect(stage.server.settlements).toEqual([{ token: 6, outcome: { kind: 'release' }, ranges: [[2, 3]] }]);
    work.open();
    await until(() => stage.server.settlements.length === 2);
  });

  it.each([0, 1.5, Number.NaN])('refuses a concurrency of %d', (concurrency) => {
    const client = stage.open();
    expect(() => client.subscribe('files', { group: 'g', concurrency }, () => undefined)).toThrow(
      expect.objectContaining({ code: 'request_invalid' }),
    );
  });
});

describe('publishing', () => {
  it('a signal that was aborted before sends nothing', async () => {
    const client = stage.open();
    const gone = client.publish('files', 'save', 1, { signal: AbortSignal.abort() });
    expect(await codeOf(gone)).toBe('aborted');
    await client.publish('files', 'save', 2);
    expect(stage.server.frames).toEqual([[2]]);
  });

  it('a message that cannot be published rejects without the others', async () => {
    const client = stage.open();
    const good = [client.publish('files', 'save', 1)];
    const bad = client.publish('files', 'save', 2, { id: 'no UUID' });
    good.push(client.publish('files', 'save', 3));
    expect(await codeOf(bad)).toBe('message_invalid');
    expect((await Promise.all(good)).map(({ seq }) => seq)).toEqual([1, 2]);
    expect(stage.server.frames).toEqual([[1, 3]]);
  });

  it('refuses more than the outbox holds', async () => {
    const client = stage.open({ outbox: { maxMessages: 1 } });
    const first = client.publish('files', 'save', 1);
    expect(await codeOf(client.publish('files', 'save', 2))).toBe('outbox_full');
    await first;
    expect(await codeOf(client.publish('files', 'save', 3))).toBe('resolved');
  });
});

describe('closing', () => {
  it('waits for receipts, and refuses later messages', async () => {
    const client = stage.open();
    const published = client.publish('files', 'save', 1);
    const closed = client.close();
    expect(await codeOf(client.publish('files', 'save', 2))).toBe('closed');
    expect(() => client.subscribe('files', { group: 'g' }, () => undefined)).toThrow(QueueError);
    expect(await published).toMatchObject({ seq: 1 });
    await closed;
    expect(client.state).toEqual({ kind: 'closed' });
    expect(client.close()).toBe(client.close());
  });

  it('lets running handlers publish', async () => {
    const client = stage.open();
    const work = gate();
    const started = gate();
    const subscription = client.subscribe('files', { group: 'logger' }, async () => {
      started.open();
      await work.promise;
      await client.publish('files', 'save', 7);
    });
    await subscription.ready;
    stage.server.grant(grantHeader(1), seqFrame(1, 1));
    await started.promise;
    const closed = client.close();
    work.open();
    await closed;
    expect(stage.server.frames).toEqual([[7]]);
    expect(stage.server.settlements).toEqual([{ token: 1, outcome: { kind: 'ack' }, ranges: [[1, 1]] }]);
    expect(stage.server.left).toEqual(['files/1']);
  });

  it('rejects messages without a receipt when its time is over', async () => {
    const client = stage.open();
    await heard(client, 'connected');
    stage.server.answering = false;
    const sent = client.publish('files', 'save', 1);
    await until(() => stage.server.frames.length === 1);
    stage.server.refusal = new QueueError('draining', 'gone');
    stage.server.cut();
    await heard(client, 'disconnected');
    const waiting = client.publish('files', 'save', 2);
    const codes = Promise.all([codeOf(sent), codeOf(waiting)]);
    await client.close({ timeoutMs: 1 });
    expect(await codes).toEqual(['outcome_unknown', 'closed']);
  });

  it('ends at once when there is no server and nothing to wait for', async () => {
    await stage.server.close();
    const client = stage.open();
    client.subscribe('files', { group: 'g' }, () => undefined);
    await client.close();
    expect(client.state.kind).toBe('closed');
  });
});
