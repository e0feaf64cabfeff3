import { describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { defineQueue } from '../queue.js';
import { database } from '../queues/database.js';
import { files } from '../queues/files.js';
import { compareQueues, queueSchemas, schemasOf } from './queue-schemas.js';

const save = z.strictObject({ path: z.string() });
const error = z.strictObject({ code: z.string() });
const queueOf = (events: Parameters<typeof defineQueue>[1]['events']) =>
  schemasOf(defineQueue('files', { events }));

const verdictsOf = (comparisons: ReturnType<typeof compareQueues>) =>
  Object.fromEntries(Object.entries(comparisons).map(([event, { verdict }]) => [event, verdict]));

describe('the hash of a queue', () => {
  it('is the same for events in another order, with other descriptions', async () => {
    const { hash } = await queueOf({ save, error });
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect((await queueOf({ error: error.describe('what failed'), save })).hash).toBe(hash);
  });

  it('is the same for schemas that were sent', async () => {
    const sent = await queueOf({ save, error });
    expect(queueSchemas(sent.events).hash).toBe(sent.hash);
  });

  it.each([
    ['an event more', { save, error, more: error }],
    ['another name of an event', { saved: save, error }],
    ['a constraint', { save: save.extend({ path: z.string().min(1) }), error }],
    ['a refinement', { save: save.refine(() => true), error }],
  ])('differs by %s', async (_difference, events) => {
    expect((await queueOf(events)).hash).not.toBe((await queueOf({ save, error })).hash);
  });
});

describe('comparing two queues', () => {
  it.each([files, database])('our own queues are the same as themselves: %#', async (queue) => {
    const schemas = await schemasOf(queue);
    expect(new Set(Object.values(verdictsOf(compareQueues(schemas, schemas))))).toEqual(new Set(['same']));
  });

  it('an event of one side is readable or writable at most', async () => {
    const [own, other] = [await queueOf({ save, mine: error }), await queueOf({ save, theirs: error })];
    expect(verdictsOf(compareQueues(own, other))).toEqual({
      save: 'same',
      mine: 'readable',
      theirs: 'writable',
    });
  });

  it('an event with a refinement is unknown, also where the hashes are the same', async () => {
    const refined = await queueOf({ save: save.refine(() => true), error });
    expect(verdictsOf(compareQueues(refined, refined))).toEqual({ save: 'unknown', error: 'same' });
  });

  it('an event may be named like a method of objects', async () => {
    const [own, other] = [await queueOf({ constructor: save }), await queueOf({ save })];
    expect(verdictsOf(compareQueues(own, other))).toEqual({ constructor: 'readable', save: 'writable' });
  });
});
