/** The matchers know the contract of the queue: for Jest, and as they are declared for Vitest. */
import { expect } from '@jest/globals';
import type {} from './jest.js';
import type { QueueMatchers } from './matchers.js';
import type { Shop } from './shop.fixture.js';
import type { TestQueue } from './test-queue.js';

declare const queue: TestQueue<Shop>;

expect(queue).toHavePublished('orders', 'placed');
expect(queue).toHavePublished('orders', 'placed', { id: 'o-1', total: 42 });
expect(queue).toHavePublished('orders', 'placed', { id: expect.any(String), total: 42, items: ['a'] });
expect(queue).toHavePublished('orders', 'placed', { id: 'o-1', total: 42, items: [expect.anything()] });
expect(queue).toHavePublished('orders', 'placed', expect.objectContaining({ id: 'o-1' }));
expect(queue).not.toHavePublished('mails', 'sent');
expect(queue).toHaveSettled('orders', 'mails');
expect(queue).toHaveSettled('orders', 'mails', '01890000-0000-7000-8000-000000000001');
expect(queue).toHaveSettled('orders', 'mails', { id: 'o-1' });
expect(queue).not.toHaveDeadLettered('orders', 'mails', { id: 'o-1', total: 42 });

// @ts-expect-error no such queue
expect(queue).toHavePublished('order', 'placed');
// @ts-expect-error no such event
expect(queue).toHavePublished('orders', 'palced');
// @ts-expect-error an event of another queue
expect(queue).not.toHavePublished('orders', 'sent');
// @ts-expect-error a field is missing
expect(queue).toHavePublished('orders', 'placed', { id: 'o-1' });
// @ts-expect-error a wrong field
expect(queue).toHavePublished('orders', 'placed', { id: 'o-1', total: '42' });
// @ts-expect-error a payload of another event
expect(queue).toHavePublished('orders', 'cancelled', { id: 'o-1', total: 42 });
// @ts-expect-error the group is missing
expect(queue).toHaveSettled('orders');
// @ts-expect-error no such queue
expect(queue).toHaveSettled('order', 'mails');
// @ts-expect-error of no event of this queue
expect(queue).toHaveDeadLettered('orders', 'mails', { to: 'me' });
// @ts-expect-error not a test queue
expect(queue.client).toHavePublished('orders', 'placed');

declare const vitest: QueueMatchers<void, TestQueue<Shop>>;
vitest.toHavePublished('orders', 'placed', { id: 'o-1', total: 42 });
// @ts-expect-error no such event
vitest.toHavePublished('orders', 'palced');
// `expect` of a value of unknown type.
declare const any: QueueMatchers<void, unknown>;
// @ts-expect-error not a test queue
any.toHavePublished('orders', 'placed');
