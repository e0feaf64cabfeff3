import { QueueError } from '@typed-queue/contracts';
import type { QueueVerb } from '@typed-queue/program';

/** What exactly a verb needs a right to. */
interface Target {
  readonly event?: string;
  readonly group?: string;
}

const WHAT: Record<QueueVerb, (queue: string, of: Target) => string> = {
  publish: (queue, { event }) => `publish ${event === undefined ? '' : `"${event}" `}to "${queue}"`,
  consume: (queue, { group }) => `consume "${queue}"${group === undefined ? '' : ` as group "${group}"`}`,
  tail: (queue) => `tail "${queue}"`,
  admin: (queue) => `administer "${queue}"`,
};

export const forbidden = (verb: QueueVerb, queue: string, of: Target = {}): QueueError =>
  new QueueError(
    'forbidden',
    `The client has no right to ${WHAT[verb](queue, of)}. Rights stand in the keys file of the server, or in the token.`,
    { details: { verb, queue, ...of } },
  );
