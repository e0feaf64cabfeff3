import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { connect } from '@typed-queue/queue-client';
import { startTestQueue, type TestQueue } from '@typed-queue/queue-server/testing';
import colors from 'picocolors';
import { save } from './fake-queue.fixture.js';
import { selectionOf } from './filter.js';
import { contract } from './own-contract.fixture.js';
import { prettyLayout } from './layouts/pretty-layout.js';
import { start } from './running.fixture.js';
import { groupOf } from './source.js';

const everything = selectionOf(contract, { queues: [], events: [] });
const layout = prettyLayout(contract, colors.createColors(false));

describe('the layout of queues that are not the built-in ones', () => {
  it('is the queue, seq, event and an excerpt of the payload', () => {
    const placed = { ...save(3), queue: 'orders', event: 'placed', payload: { id: 'o-1', total: 42 } };
    expect(layout.message(placed)).toMatch(/ {2}orders {2}#3 {2}placed {7}\{"id":"o-1","total":42\}\n$/);
  });

  it('cuts a long payload', () => {
    const placed = { ...save(3), queue: 'orders', event: 'placed', payload: 'x'.repeat(999) };
    expect(layout.message(placed)).toMatch(/ {2}"x{198}…\n$/);
  });

  it('is that of the payload also for a queue that only has the name of a built-in one', () => {
    expect(layout.message({ ...save(1), payload: { name: 'a' } })).toMatch(/ {2}\{"name":"a"\}\n$/);
  });
});

describe('the group of a selection', () => {
  it('is "logger" for all queues of the contract', () => {
    expect(groupOf(contract, everything)).toMatchObject({ group: 'logger' });
  });

  it('is named by a digest when an event has a dot in its name', () => {
    const selection = selectionOf(contract, { queues: [], events: ['placed.late'] });
    expect(groupOf(contract, selection)).toMatchObject({
      group: expect.stringMatching(/^logger:[\da-f]{32}$/),
    });
  });

  it('is named by a digest when its name would be longer than a server takes', () => {
    const events = Array.from({ length: 40 }, (_, n) => `event${n}`);
    const group = groupOf(contract, [{ queue: 'orders', events }]);
    expect(group).toMatchObject({ group: expect.stringMatching(/^logger:[\da-f]{32}$/) });
  });
});

describe('a logger at a server with the same contract', () => {
  let server: TestQueue<typeof contract>;
  beforeEach(async () => {
    server = await startTestQueue(contract);
  });
  afterEach(() => server.close());

  it('prints the events of its queues', async () => {
    const stdout = new PassThrough({ encoding: 'utf8' });
    const queue = connect(contract, { url: server.url });
    const source = groupOf(contract, everything);
    const { exitCode, stop } = start({ queue, contract, selection: everything, source, layout, stdout });
    const line = new Promise((resolve) => stdout.once('data', resolve));
    await server.client.publish('orders', 'placed', { id: 'o-1', total: 42 });
    expect(await line).toContain('{"id":"o-1","total":42}');
    stop.abort();
    expect(await exitCode).toBe(0);
  });
});
