import { newId } from '@typed-queue/contracts';
import { unrefAfter } from '@typed-queue/program';
import { openOwnedStreams, type Owned, type OwningOptions } from './open-owned-streams.js';

/** A store of its own, unless a prefix is given. */
export const openStore = (url: string, options: Partial<OwningOptions> = {}): Promise<Owned> =>
  openOwnedStreams({
    url,
    prefix: newId(),
    steadyNow: () => performance.now(),
    after: unrefAfter,
    ...options,
  });
