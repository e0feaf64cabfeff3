import { describe, expect, it } from '@jest/globals';
import { defineQueue, version, type AnyMessage, type QueueDefinition } from '@typed-queue/contracts';
import * as z from 'zod';
import { ContractCheck } from './contract-check.js';

const one = z.strictObject({ id: z.string() });
const two = z.strictObject({ id: z.string(), lines: z.array(z.strictObject({ sku: z.string() })) });
const orders = defineQueue('orders', {
  events: { placed: two },
  versions: {
    placed: [
      version(one, ({ id }) => {
        if (id === 'broken') throw new Error('no such order');
        // Safe: `wrong` makes what the type does not allow.
        return { id, lines: id === 'wrong' ? (7 as unknown as []) : [] };
      }),
      two,
    ],
  },
});

const messageOf = (payload: unknown): AnyMessage => {
  return { id: '1', queue: 'orders', event: 'placed', payload, headers: {}, seq: 1, time: 1 };
};

/** The payload that a handler gets, or the issues. */
const read = async (payload: unknown, definition: QueueDefinition = orders): Promise<unknown> => {
  const check = new ContractCheck(definition);
  let reading = check.read(messageOf(payload));
  if (reading.kind === 'loading') {
    await reading.loaded;
    reading = check.read(messageOf(payload));
  }
  if (reading.kind === 'loading') throw new Error('it is loaded');
  return reading.kind === 'message' ? reading.message.payload : reading.mismatch.message;
};

describe('a payload with fields that the schema does not name', () => {
  it('is read as it was published, at any depth', async () => {
    const payload = { id: 'a', lines: [{ sku: 'x', price: 1 }], note: 'n' };
    expect(await read(payload)).toEqual(payload);
  });

  it('does not match when what is named does not', async () => {
    expect(await read({ id: 'a', lines: [{ price: 1 }], note: 'n' })).toMatch('lines.0.sku');
  });

  it('is read by a refinement, too', async () => {
    const refined = z.strictObject({ id: z.string() }).refine(({ id }) => id !== '');
    const queue = defineQueue('orders', { events: { placed: refined } });
    expect(await read({ id: 'a', note: 'n' }, queue)).toEqual({ id: 'a', note: 'n' });
    expect(await read({ id: '', note: 'n' }, queue)).toEqual(expect.any(String));
  });

  it('is no earlier version that has these fields not', async () => {
    expect(await read({ id: 'a', note: 'n' })).toMatch('lines');
  });
});

describe('a payload of an earlier version', () => {
  it('is upcast', async () => {
    expect(await read({ id: 'a' })).toEqual({ id: 'a', lines: [] });
  });

  it('does not match when its upcast throws, or makes what the schema refuses', async () => {
    expect(await read({ id: 'broken' })).toBe('its upcast failed: no such order');
    expect(await read({ id: 'wrong' })).toMatch('lines');
  });
});
