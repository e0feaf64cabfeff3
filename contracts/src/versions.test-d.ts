import * as z from 'zod';
import { defineQueue, type QueueDefinition } from './queue.js';
import { version, type Version } from './versions.js';
import { same } from '../../checks/same.fixture.js';

const one = z.strictObject({ id: z.string() });
const two = z.strictObject({ id: z.string(), note: z.string().optional() });
const three = z.strictObject({ id: z.string(), note: z.string() });

const fromOne = version(one, (payload) => {
  same<typeof payload, { id: string }>(true);
  return { ...payload, note: undefined };
});
same<typeof fromOne, Version<typeof one, { note: undefined; id: string }>>(true);

defineQueue('orders', {
  events: { placed: three, cancelled: one },
  versions: {
    placed: [version(one, ({ id }) => ({ id })), version(two, ({ id, note = '' }) => ({ id, note })), three],
  },
});
defineQueue('orders', { events: { placed: three }, versions: {} });

// What is optional may be undefined.
declare const isUpgraded: boolean;
const history = [version(one, ({ id }) => ({ id, note: '' })), three] as const;
defineQueue('orders', { events: { placed: three }, versions: isUpgraded ? { placed: history } : undefined });
defineQueue('orders', { events: { placed: three }, versions: { placed: isUpgraded ? history : undefined } });
const plain = defineQueue('orders', {
  events: { placed: three },
  retention: undefined,
  deadLetters: undefined,
  versions: undefined,
});
same<typeof plain, QueueDefinition<'orders', { readonly placed: { id: string; note: string } }, never>>(true);
defineQueue('orders', {
  events: { placed: three },
  // @ts-expect-error one of two is not the schema of the event
  versions: isUpgraded ? { placed: history } : { placed: [version(one, ({ id }) => ({ id })), two] },
});

defineQueue('orders', {
  events: { placed: three },
  versions: {
    // @ts-expect-error the upcast leaves out what the next version requires
    placed: [version(one, ({ id }) => ({ id })), three],
  },
});
defineQueue('orders', {
  events: { placed: three },
  versions: {
    // @ts-expect-error a step in the middle makes a number of what the next version has as text
    placed: [version(one, () => ({ id: 1 })), version(two, ({ id }) => ({ id, note: '' })), three],
  },
});
defineQueue('orders', {
  events: { placed: three },
  // @ts-expect-error the last version is not the schema of the event
  versions: { placed: [version(one, ({ id }) => ({ id })), two] },
});
defineQueue('orders', {
  events: { placed: three },
  // @ts-expect-error an earlier version without an upcast
  versions: { placed: [one, three] },
});
defineQueue('orders', {
  events: { placed: three },
  // @ts-expect-error the queue has no such event
  versions: { paid: [version(one, ({ id }) => ({ id, note: '' })), three] },
});
// @ts-expect-error a version has no such field
version(one, (payload) => String(payload.total));
