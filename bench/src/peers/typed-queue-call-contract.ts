import { call, database, defineContract, defineQueue } from '@typed-queue/contracts';
import * as z from 'zod';

/** A queue with a call that takes the payload of the bench. */
export const callContract = defineContract({
  'queue-0': defineQueue('queue-0', {
    events: { store: call({ input: database.events.create, output: z.strictObject({ id: z.string() }) }) },
  }),
});
