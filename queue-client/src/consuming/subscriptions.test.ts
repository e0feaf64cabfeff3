import { describe, expect, it } from '@jest/globals';
import type { AnyMessage } from '@typed-queue/contracts';
import { heard, Stage, until } from '../session.fixture.js';
import type { HandlerContext } from './handler.js';
import { grantHeader, seqFrame } from './grants.fixture.js';

const stage = new Stage();

describe('a subscription', () => {
  it('drops what the server revokes', async () => {
    const client = stage.open();
    const signals: AbortSignal[] = [];
    const handle = (_: AnyMessage, { signal }: HandlerContext) => {
      signals.push(signal);
      return new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    };
    await client.subscribe('files', { group: 'logger' }, handle).ready;
    const lost = heard(client, 'lease:lost');
    stage.server.grant(grantHeader(6), seqFrame(1, 3));
    await until(() => signals.length === 1);
    stage.server.broadcast('revoke', { subscription: 'files/1', token: 6, ranges: [[1, 3]] });
    expect(await lost).toEqual({ queue: 'files', group: 'logger', token: 6, ranges: [[1, 1]] });
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  });

  it('that has ended has nothing to give up', async () => {
    const client = stage.open();
    await client.subscribe('files', { group: 'logger' }, () => undefined).ready;
    stage.server.broadcast('revoke', { subscription: 'files/9', token: 6, ranges: [[1, 3]] });
    await client.publish('files', 'save', 1);
    expect(stage.errors).toEqual([]);
  });

  it('reports that its group is stalled', async () => {
    const client = stage.open();
    await client.subscribe('files', { group: 'logger' }, () => undefined).ready;
    const stalled = heard(client, 'stalled');
    stage.server.broadcast('stalled', { queue: 'files', group: 'logger', unsettled: 10_000 });
    expect(await stalled).toEqual({ queue: 'files', group: 'logger', unsettled: 10_000 });
  });

  it('reports that dead letters of its group were removed', async () => {
    const client = stage.open();
    await client.subscribe('files', { group: 'logger' }, () => undefined).ready;
    const expired = heard(client, 'dead-letters:expired');
    stage.server.broadcast('dead-letters:expired', { queue: 'files', group: 'logger', letters: 3 });
    expect(await expired).toEqual({ queue: 'files', group: 'logger', letters: 3 });
  });
});
