import type { OwnRights } from '@typed-queue/contracts';
import { NEEDED, suffice } from './rights.js';

/** The page of a queue that a viewer may see and is led to first; everybody may see its contract. */
export const queueHome = (rights: OwnRights) => {
  if (suffice(rights, NEEDED.read)) return '/queues/$queue';
  if (suffice(rights, NEEDED.seeGroups)) return '/queues/$queue/groups';
  return suffice(rights, NEEDED.publish) ? '/queues/$queue/publish' : '/queues/$queue/contract';
};
