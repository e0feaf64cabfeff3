import type { OwnRights } from '@typed-queue/contracts';
import { NEEDED, suffice, type NeededRights } from './rights.js';

/** Of each queue, in their order. */
const QUEUE_PAGES = [
  { name: 'Live', to: '/queues/$queue', needs: NEEDED.read },
  { name: 'Publish', to: '/queues/$queue/publish', needs: NEEDED.publish },
  { name: 'Groups', to: '/queues/$queue/groups', needs: NEEDED.seeGroups },
  { name: 'Calls', to: '/queues/$queue/calls', needs: NEEDED.administer },
  { name: 'Scheduled', to: '/queues/$queue/scheduled', needs: NEEDED.administer },
  { name: 'Dead letters', to: '/queues/$queue/dead-letters', needs: NEEDED.administer },
  { name: 'Contract', to: '/queues/$queue/contract', needs: NEEDED.any },
] as const satisfies readonly { name: string; to: string; needs: NeededRights }[];

/** The pages of a queue that a viewer may see. */
export const queuePages = (rights: OwnRights) => QUEUE_PAGES.filter(({ needs }) => suffice(rights, needs));
