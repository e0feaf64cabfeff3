import { newId } from '@typed-queue/contracts';
import { unrefAfter } from '@typed-queue/program';
import type { NewEpochOf } from '../journaled/new-epochs.js';
import { journalName } from '../remote/journal-name.js';
import { claimJournal } from './claimed-journal.js';
import { journalErrors } from './journal-errors.js';
import { journalSource } from './open-nats-journal.js';
import type { Note, OwnerNote } from './owner-note.js';
import type { StreamStore } from './stream-store.js';

export interface Renewing {
  readonly store: StreamStore;
  readonly note: OwnerNote;
}

/**
 * Gives queues a new epoch, so that no seq is given out twice under one. The former ones are noted until the canary is:
 * whatever stops the server before that, the next renewal knows them, too.
 */
export const renewEpochs = async (renewing: Renewing, queues: readonly string[]): Promise<NewEpochOf> => {
  const { note } = renewing;
  const { canary = '', former = {} } = note.value ?? {};
  await note.change({ canary, former });
  const epochs = new Map<string, string>();
  for (const queue of queues) epochs.set(queue, await renewEpoch(renewing, queue));
  const { former: known = {} } = note.value ?? {};
  return (queue, epoch) => (known[queue]?.includes(epoch) === true ? epochs.get(queue) : undefined);
};

const renewEpoch = async ({ store, note }: Renewing, queue: string): Promise<string> => {
  const name = journalName({ kind: 'queue', queue });
  const silent = { unanswered: () => undefined, answered: () => undefined };
  const claimed = await claimJournal(journalSource(store, name, unrefAfter), {
    newEpoch: newId,
    now: Date.now,
    answering: silent,
    renewEpoch: async (stored) => {
      await note.change(withFormer(note.value, queue, stored));
      return newId();
    },
  });
  if (claimed.unclaimed !== undefined) throw journalErrors(name).full(new Error('a new epoch has no room'));
  return claimed.epoch;
};

const withFormer = (note: Note | undefined, queue: string, epoch: string): Note => {
  const { canary = '', former = {} } = note ?? {};
  return { canary, former: { ...former, [queue]: [...(former[queue] ?? []), epoch] } };
};
