import { newId } from '@typed-queue/contracts';
import type { NewEpochOf } from '../journaled/new-epochs.js';
import { textOf } from './answer.js';
import { FORGET_EPOCHS, NEW_EPOCH } from './journal-scripts.js';
import type { OwnedStore } from './owned-store.js';
import { journalName, queuesIn } from '../remote/journal-name.js';

/** The former epochs of each queue, and the one that it has now. */
type Epochs = ReadonlyMap<string, { readonly former: readonly string[]; readonly epoch: string }>;

/**
 * Gives every queue of the store a new epoch, so that no seq is given out twice under one. The former ones are kept until
 * `forget`: whatever stops the server before that, the next renewal knows them, too.
 */
export const renewEpochs = async (
  store: OwnedStore,
): Promise<{ readonly newEpochOf: NewEpochOf; readonly forget: () => Promise<void> }> => {
  const names = await queueNames(store);
  const epochs: Epochs = new Map(
    await Promise.all(names.map(async (queue) => [queue, await renewEpoch(store, queue)] as const)),
  );
  return {
    newEpochOf: (queue, epoch) => {
      const known = epochs.get(queue);
      return known?.former.includes(epoch) === true ? known.epoch : undefined;
    },
    forget: async () => {
      for (const queue of names) await store.write(FORGET_EPOCHS, [hashOf(store, queue)], []);
    },
  };
};

/** Of all queues that are stored, also those that are not served. */
export const queueNames = async (store: OwnedStore): Promise<readonly string[]> => {
  const names = await store.call('SMEMBERS', [store.keys.journals]);
  return queuesIn(Array.isArray(names) ? names.map(textOf) : []);
};

const renewEpoch = async (store: OwnedStore, queue: string) => {
  const epoch = newId();
  const written = await store.write(NEW_EPOCH, [hashOf(store, queue)], [epoch]);
  return { former: written.kind === 'ok' ? textOf(written.rest[0]).split(',') : [], epoch };
};

const hashOf = (store: OwnedStore, queue: string): string =>
  store.keys.journal(journalName({ kind: 'queue', queue })).hash;
