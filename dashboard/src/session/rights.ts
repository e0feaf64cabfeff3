import type { OwnRights } from '@typed-queue/contracts';

/** Rights to a queue of which one suffices; empty: any right to the queue does. */
export type NeededRights = readonly (keyof OwnRights)[];

/** What the server asks for before it answers. */
export const NEEDED = {
  publish: ['publish'],
  read: ['tail'],
  seeGroups: ['consume', 'admin'],
  administer: ['admin'],
  any: [],
} as const satisfies Readonly<Record<string, NeededRights>>;

export const suffice = (rights: OwnRights, needed: NeededRights): boolean =>
  needed.length === 0 || needed.some((right) => rights[right]);

/** Why somebody is not shown something, or cannot do it. @param what begins the sentence */
export const neededText = (what: string, needed: NeededRights): string =>
  `${what} needs the right ${needed.join(' or ')} of the queue. Who runs this server can grant it.`;
