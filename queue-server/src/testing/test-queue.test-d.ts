/** What a test queue returns is typed by its contract. */
import type { DeadLetter, Message } from '@typed-queue/contracts';
import { same } from '../../../checks/same.fixture.js';
import type { Shop } from './shop.fixture.js';
import type { TestQueue } from './test-queue.js';

declare const queue: TestQueue<Shop>;

const published = queue.published('orders');
same<typeof published, readonly Message<Shop, 'orders'>[]>(true);
const settled = queue.settled('mails', 'log');
same<typeof settled, readonly Message<Shop, 'mails'>[]>(true);
const dead = queue.deadLettered('orders', 'mails');
same<typeof dead, readonly DeadLetter<'orders', never>[]>(true);

// @ts-expect-error no such queue
queue.published('order');
// @ts-expect-error no such event
void queue.client.publish('orders', 'palced', { id: 'o-1' });
// @ts-expect-error no such point
void queue.crash('during-append');
// @ts-expect-error no such unit
void queue.clock.advance('5 weeks');
// Only the server starts timers.
same<keyof typeof queue.clock, 'now' | 'advance'>(true);
