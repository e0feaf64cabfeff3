import { defineContract, defineQueue, event, type DeadLetter } from '@typed-queue/contracts';
import * as z from 'zod';
import { same } from '../../../checks/same.fixture.js';
import type { QueueClient } from '../client.js';
import type { DeclaredFailure } from '../failures/declared-failure.js';
import type { HandlerContext } from './handler.js';

const sku = z.strictObject({ sku: z.string() });
const stock = defineQueue('stock', {
  events: {
    low: event(sku, {
      failures: {
        mail_down: { retry: true },
        sold_out: { retry: false, data: z.strictObject({ left: z.int() }) },
      },
    }),
    checked: event(sku, { failures: { offline: { retry: true } } }),
    counted: sku,
  },
});
const shop = defineContract({ stock });
declare const queue: QueueClient<typeof shop>;
const cause = new Error('why');

queue.subscribe(
  'stock',
  { group: 'g' },
  {
    low: ({ payload }, { fail }) => {
      same<typeof payload, { sku: string }>(true);
      const failure = fail('mail_down');
      same<typeof failure, DeclaredFailure>(true);
      fail('mail_down', { cause });
      fail('sold_out', { left: 3 });
      fail('sold_out', { left: 3 }, { cause, reason: 'none left' });
      // @ts-expect-error no such failure
      fail('sold_oot', { left: 3 });
      // @ts-expect-error its data are missing
      fail('sold_out');
      // @ts-expect-error other data
      fail('sold_out', { left: 'three' });
      // @ts-expect-error a failure without data
      fail('mail_down', { left: 3 });
      // @ts-expect-error a failure of another event
      fail('offline');
      throw failure;
    },
    checked: (_, { fail }) => {
      throw fail('offline');
    },
    counted: (_, { fail }) => {
      // @ts-expect-error it declares none
      throw fail('offline');
    },
  },
);

// A function of several events may fail as each of them.
queue.subscribe('stock', { group: 'g', events: ['low', 'checked'] }, ({ event: name }, { fail }) => {
  throw name === 'low' ? fail('sold_out', { left: 3 }) : fail('offline');
});
queue.subscribe('stock', { group: 'g', events: ['checked'] }, (_, { fail }) => {
  // @ts-expect-error of an event that does not come
  throw fail('mail_down');
});
// Code that fails in no declared way handles any message.
const handle = (_: unknown, { attempt }: HandlerContext): number => attempt;
queue.subscribe('stock', { group: 'g' }, handle);

// What is not known better may come with a failure.
const odd = defineQueue('odd', {
  events: {
    low: event(sku, { failures: { noted: { retry: false, data: z.any() }, lost: { retry: true } } }),
  },
});
declare const odds: QueueClient<{ readonly odd: typeof odd }>;
declare const either: 'noted' | 'lost';
odds.subscribe(
  'odd',
  { group: 'g' },
  {
    low: (_, { fail }) => {
      fail('noted', { left: 1 });
      throw fail(either, undefined, { cause });
    },
  },
);

// Dead letters have the code and what comes with it.
for await (const letter of queue.admin.eachDeadLetter('stock', { code: 'sold_out' })) {
  letter satisfies DeadLetter<'stock'>;
  if (letter.code === 'sold_out') same<typeof letter.data, { left: number }>(true);
  if (letter.code === 'mail_down') same<typeof letter.data, undefined>(true);
  if (letter.code === 'undeclared') same<typeof letter.data.code, string>(true);
  // @ts-expect-error a code that cannot come
  if (letter.code === 'sold_oot') throw cause;
}
void queue.admin.redrive('stock', { code: 'offline' });
void queue.admin.discard('stock', { code: 'attempts_exhausted' });
// @ts-expect-error a code that cannot come
void queue.admin.redrive('stock', { code: 'sold_oot' });
// @ts-expect-error what is undeclared here has its own code on the server
void queue.admin.discard('stock', { code: 'undeclared' });
