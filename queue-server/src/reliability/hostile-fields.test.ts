import { describe, it } from '@jest/globals';
import { newId } from '@typed-queue/contracts';
import { placesIn, replaced } from './broken-requests.fixture.js';
import { beside, deep, expectTyped, publication, subscription, tail } from './hostile.fixture.js';

const now = beside();

describe('a server that is sent wrong fields', () => {
  it('answers each field of each request that is wrong with an error of its table', async () => {
    const requests: Record<string, readonly unknown[]> = {
      publish: ['files', { ...publication, id: newId(), headers: { key: 'a' } }],
      'publish:frame': ['files', Buffer.from([1])],
      'publish:batch': ['files', [{ ...publication, id: newId(), headers: { key: 'a' } }]],
      'publish:batch:frame': ['files', Buffer.from([1])],
      subscribe: [
        {
          ...subscription,
          start: { seq: 1 },
          form: 'json',
          window: { messages: 1, bytes: 1 },
          tokens: [1],
          settings: {
            maxAttempts: 1,
            retryDelaysMs: [1],
            expireAfterMs: 1_000,
            events: ['save'],
            priorities: true,
          },
        },
      ],
      settle: ['s', [{ token: 1, outcome: { kind: 'retry', delayMs: 1, reason: 'a' }, ranges: [[1, 2]] }]],
      pause: ['s'],
      tail: [
        {
          ...tail,
          from: { epoch: 'a', seq: 1 },
          events: ['save'],
          form: 'frame',
          window: { messages: 1, bytes: 1 },
        },
      ],
      position: ['t', 1],
      unsubscribe: ['s'],
      queues: [],
      groups: ['files'],
      'group:seek': ['files', 'g', { time: 1 }],
      'group:pause': ['files', 'g'],
      'group:resume': ['files', 'g'],
      'group:delete': ['files', 'g'],
      'queue:purge': ['files', 1],
      'dead-letters': ['files', { group: 'g', after: 1, limit: 10 }],
    };
    const wrong = [
      null,
      true,
      -1,
      1.5,
      2 ** 60,
      '',
      'x',
      [],
      {},
      [null],
      { seq: -1 },
      deep(50),
      Buffer.from('x'),
    ];
    for (const [event, args] of Object.entries(requests)) {
      for (const place of placesIn(args)) {
        for (const value of wrong) {
          const broken = replaced(args, place, value) as readonly unknown[];
          // A packet with two attachments ends the connection.
          if (broken.filter((argument) => ArrayBuffer.isView(argument)).length > 1) continue;
          expectTyped(await now.hostile.ask(event, ...broken), { event, place, value });
        }
      }
      expectTyped(await now.hostile.ask(event), { event, args: 'none' });
      expectTyped(await now.hostile.ask(event, ...args, 'more', 'than', 'it takes'), {
        event,
        args: 'too many',
      });
    }
    await now.hostile.ask('unsubscribe', 's');
    await now.hostile.ask('unsubscribe', 't');
  });
});
