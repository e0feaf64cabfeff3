import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startTestServer, type TestServer } from '../testing.js';
import { stock } from '../transport/stock.fixture.js';
import {
  itemsOf,
  PlainCaller,
  PlainResponder,
  stockSocket,
  textOf,
  type Responding,
  type StockSocket,
} from './plain-calls.fixture.js';

let server: TestServer;
let sockets: StockSocket[] = [];

const connected = async (): Promise<StockSocket> => {
  const socket = await stockSocket(server.url);
  sockets.push(socket);
  return socket;
};
const responding = async (respond: Responding, concurrency = 4): Promise<PlainResponder> => {
  const responder = new PlainResponder(await connected(), respond);
  await responder.serve(['reserve', 'count', 'movements'], concurrency);
  return responder;
};

beforeEach(async () => {
  server = await startTestServer({ contract: stock, storage: 'memory' });
});
afterEach(async () => {
  for (const socket of sockets) socket.disconnect();
  sockets = [];
  await server.close();
});

const reserve = (id: number) =>
  ({ id, call: 'reserve', input: textOf({ sku: `${id}`, count: id }) }) as const;
const movements = (id: number) =>
  ({ id, call: 'movements', input: textOf({ sku: 'tea' }), window: 8 }) as const;

/** The text of the input is the reservation; of an odd number there is nothing left. */
const reserving: Responding = ({ input }) => {
  // Safe: the server checked it.
  const { sku, count } = JSON.parse(input) as { readonly sku: string; readonly count: number };
  return count % 2 === 1
    ? { kind: 'failure', failure: { code: 'sold_out', data: { left: 0 } }, reason: 'none' }
    : { kind: 'output', output: textOf({ reservation: sku }) };
};
/** The items 1, 2, 3 … */
const counting =
  (last: number): Responding =>
  (_invocation, sent) =>
    sent === last ? { kind: 'end' } : { kind: 'item', output: textOf(sent + 1) };

describe('plain Socket.IO clients, one of which serves', () => {
  it('call: the answer is in the acknowledgement', async () => {
    await responding(reserving);
    const socket = await connected();
    const request = { call: 'reserve', input: { sku: 'tea', count: 2 } } as const;
    expect(await socket.emitWithAck('call', 'stock', request)).toEqual({
      ok: true,
      value: { kind: 'output', output: { reservation: 'tea' } },
    });
  });

  it('make 500 calls at once: each has its answer', async () => {
    await responding(reserving);
    await responding(reserving);
    const caller = new PlainCaller(await connected());
    const ids = Array.from({ length: 500 }, (_, id) => id);
    caller.make(ids.map(reserve));
    const answers = await Promise.all(ids.map((id) => caller.answered(id)));
    expect(answers).toEqual(
      ids.map((id) => [{ id, ...reserving({ ...reserve(id), token: 0, attempt: 1, remainingMs: 1 }, 0) }]),
    );
  });

  it('have a stream of 100 items, in order, through a window of 8', async () => {
    await responding(counting(100));
    const caller = new PlainCaller(await connected());
    caller.make([movements(1)]);
    const answers = await caller.answered(1);
    expect(itemsOf(answers)).toEqual(Array.from({ length: 100 }, (_, place) => place + 1));
    expect(answers.at(-1)).toEqual({ id: 1, kind: 'end' });
  });

  it('cancel a stream without an end: its responder has its place again', async () => {
    const respond: Responding = (invocation, sent) =>
      (invocation.call === 'movements' ? counting(Infinity) : reserving)(invocation, sent);
    await responding(respond, 1);
    const caller = new PlainCaller(await connected());
    caller.make([movements(1), reserve(2)]);
    await caller.answered(1, 20);
    caller.cancel(1);
    expect((await caller.answered(1)).at(-1)).toMatchObject({ kind: 'error', error: { code: 'aborted' } });
    expect(await caller.answered(2)).toMatchObject([{ kind: 'output' }]);
  });

  it('lose a responder: what is idempotent is made again, the rest is unknown', async () => {
    const lost = await connected();
    const first = new PlainResponder(lost, () => undefined);
    await first.serve(['reserve', 'count'], 2);
    const caller = new PlainCaller(await connected());
    caller.make([reserve(1), { id: 2, call: 'count', input: textOf({ sku: 'tea' }) }]);
    while (first.attempts.length < 2) await new Promise((resolve) => lost.once('invocations', resolve));
    const second = await responding(() => ({ kind: 'output', output: textOf({ left: 7 }) }));
    lost.disconnect();
    expect(await caller.answered(1)).toMatchObject([{ kind: 'error', error: { code: 'outcome_unknown' } }]);
    expect(await caller.answered(2)).toEqual([{ id: 2, kind: 'output', output: '{"left":7}' }]);
    expect(second.attempts).toEqual([2]);
  });
});
