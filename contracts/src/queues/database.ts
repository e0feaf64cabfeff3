import * as z from 'zod';
import { DAY, defineQueue } from '../queue.js';

const model = z.string();
const id = z.string();
/** A document as its repository returns it. Its fields are its model's business: here it is any object. */
const document = z.looseObject({});

/** What happened to documents of the API's database. */
export const database = defineQueue('database', {
  events: {
    create: z.strictObject({ model, id, after: document }),
    read: z.union([
      z.strictObject({ model, id, count: z.int().nonnegative() }),
      z.strictObject({ model, filter: document, count: z.int().nonnegative() }),
    ]),
    update: z.strictObject({ model, id, before: document, after: document, changed: z.array(z.string()) }),
    delete: z.strictObject({ model, id, before: document }),
    error: z.strictObject({
      model,
      operation: z.enum(['create', 'read', 'update', 'delete']),
      id: id.optional(),
      code: z.string(),
      message: z.string(),
    }),
  },
  retention: { maxAgeMs: 7 * DAY },
});
