import * as z from 'zod';
import { same } from '../../checks/same.fixture.js';
import { defineContract, type Contract, type EventFailure, type Payload } from './contract.js';
import { event } from './event.js';
import type { FailureDeclaration } from './failures.js';
import { defineQueue, type QueueDefinition } from './queue.js';
import { version } from './versions.js';

const low = z.strictObject({ sku: z.string() });
const left = z.strictObject({ left: z.int() });
const stock = defineQueue('stock', {
  events: {
    low: event(low, { failures: { mail_down: { retry: true }, sold_out: { retry: false, data: left } } }),
    checked: event(low, { failures: { offline: { retry: true, retryDelaysMs: [10, 20] } } }),
    counted: low,
  },
});
const shop = defineContract({ stock });
type Shop = typeof shop;

same<
  typeof stock,
  QueueDefinition<
    'stock',
    { readonly low: { sku: string }; readonly checked: { sku: string }; readonly counted: { sku: string } },
    | FailureDeclaration<'low', 'mail_down', undefined>
    | FailureDeclaration<'low', 'sold_out', { left: number }>
    | FailureDeclaration<'checked', 'offline', undefined>
  >
>(true);
stock satisfies QueueDefinition;
shop satisfies Contract;
same<Payload<Shop, 'stock', 'low'>, { sku: string }>(true);

interface MailDown {
  readonly code: 'mail_down';
  readonly data: undefined;
}
interface SoldOut {
  readonly code: 'sold_out';
  readonly data: { left: number };
}
interface Offline {
  readonly code: 'offline';
  readonly data: undefined;
}
same<EventFailure<Shop, 'stock', 'low'>, MailDown | SoldOut>(true);
same<EventFailure<Shop, 'stock', 'low' | 'checked'>, MailDown | SoldOut | Offline>(true);
same<EventFailure<Shop, 'stock', 'low' | 'checked' | 'counted'>, MailDown | SoldOut | Offline>(true);
same<EventFailure<Shop, 'stock', 'counted'>, never>(true);

// Versions are of the schema.
const low1 = z.strictObject({ id: z.string() });
defineQueue('stock', {
  events: { low: event(low, { failures: { mail_down: { retry: true } } }) },
  versions: { low: [version(low1, ({ id }) => ({ sku: id })), low] },
});
defineQueue('stock', {
  events: { low: event(low, { failures: { mail_down: { retry: true } } }) },
  // @ts-expect-error an upcast that makes something else
  versions: { low: [version(low1, ({ id }) => ({ id })), low] },
});

// @ts-expect-error it must say whether the message is delivered again
event(low, { failures: { mail_down: {} } });
// @ts-expect-error a field that does not exist
event(low, { failures: { mail_down: { retry: true, delayMs: 5 } } });
// @ts-expect-error a delay of what is not tried again
event(low, { failures: { sold_out: { retry: false, retryDelaysMs: [10] } } });
// @ts-expect-error a code that the queue has
event(low, { failures: { attempts_exhausted: { retry: true } } });
// @ts-expect-error a code of an error
event(low, { failures: { overloaded: { retry: true } } });
// @ts-expect-error what comes with a failure is stored as it came
event(low, { failures: { sold_out: { retry: false, data: z.string().transform(Number) } } });
// @ts-expect-error what comes with a failure is JSON
event(low, { failures: { sold_out: { retry: false, data: z.strictObject({ at: z.date() }) } } });
// @ts-expect-error not a schema
event(low, { failures: { sold_out: { retry: false, data: 'left' } } });
// @ts-expect-error the payload as well
event(z.string().transform(Number), { failures: { mail_down: { retry: true } } });
// @ts-expect-error an option that does not exist
event(low, { failure: { mail_down: { retry: true } } });
