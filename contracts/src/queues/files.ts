import * as z from 'zod';
import { DAY, defineQueue } from '../queue.js';

/** What happened to files: written, or not. */
export const files = defineQueue('files', {
  events: {
    save: z.strictObject({
      path: z.string(),
      bytes: z.int().nonnegative(),
      /** Of the content as written, in hex. */
      sha256: z.string(),
      durationMs: z.number().nonnegative(),
    }),
    error: z.strictObject({
      path: z.string(),
      operation: z.enum(['read', 'transform', 'write']),
      code: z.string(),
      message: z.string(),
    }),
  },
  retention: { maxAgeMs: 7 * DAY },
});
