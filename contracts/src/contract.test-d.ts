import * as z from 'zod';
import { defineContract, type Contract, type EventMessage, type EventName } from './contract.js';
import type { Message, Payload, QueueName } from './contract.js';
import type { Headers, MessageOf } from './message.js';
import { defineQueue, type QueueDefinition } from './queue.js';
import { same } from '../../checks/same.fixture.js';

const orders = defineQueue('orders', {
  events: { placed: z.strictObject({ total: z.number() }), cancelled: z.strictObject({ why: z.string() }) },
});
const stock = defineQueue('stock', { events: { low: z.strictObject({ left: z.int() }) } });
const shop = defineContract({ orders, stock });

type Shop = typeof shop;

interface Placed {
  readonly id: string;
  readonly queue: 'orders';
  readonly event: 'placed';
  readonly payload: { total: number };
  readonly headers: Headers;
  readonly seq: number;
  readonly time: number;
}

shop satisfies Contract;
same<Shop, { readonly orders: typeof orders; readonly stock: typeof stock }>(true);
same<QueueName<Shop>, 'orders' | 'stock'>(true);
same<EventName<Shop, 'orders'>, 'placed' | 'cancelled'>(true);
same<EventName<Shop, 'stock'>, 'low'>(true);
same<Payload<Shop, 'orders', 'placed'>, { total: number }>(true);
same<Payload<Shop, 'stock', 'low'>, { left: number }>(true);
same<MessageOf<'orders', 'placed', { total: number }> extends Placed ? true : false, true>(true);
same<Placed extends MessageOf<'orders', 'placed', { total: number }> ? true : false, true>(true);
same<EventMessage<Shop, 'orders', 'placed'>, MessageOf<'orders', 'placed', { total: number }>>(true);
same<
  Message<Shop, 'orders'>,
  MessageOf<'orders', 'placed', { total: number }> | MessageOf<'orders', 'cancelled', { why: string }>
>(true);
same<Message<Shop>, Message<Shop, 'orders'> | Message<Shop, 'stock'>>(true);

// What is generic over contracts stays usable.
same<QueueName<Contract>, string>(true);
same<EventName<Contract, string>, string>(true);
same<Payload<Contract, string, string>, unknown>(true);

// @ts-expect-error the contract has no such queue
type _UnknownQueue = EventName<Shop, 'ordres'>;
// @ts-expect-error the contract has no such queue
type _MessageOfUnknownQueue = Message<Shop, 'ordres'>;
// @ts-expect-error the queue has no such event
type _UnknownEvent = Payload<Shop, 'orders', 'plcaed'>;
// @ts-expect-error the event is one of another queue
type _ForeignEvent = EventMessage<Shop, 'orders', 'low'>;

// @ts-expect-error the key of a queue is its name
defineContract({ purchases: orders });
// @ts-expect-error two queues have each other's names as keys
defineContract({ orders: stock, stock: orders });
// @ts-expect-error a queue is made by defineQueue
defineContract({ orders: { placed: z.string() } });
// @ts-expect-error a contract does not change
shop.orders = orders;

// A queue whose name is not known to the compiler is checked at run time.
declare const anyQueue: QueueDefinition;
// @ts-expect-error its name may be another
defineContract({ orders: anyQueue });
