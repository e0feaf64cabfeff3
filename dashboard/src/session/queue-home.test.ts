import { expect, it } from '@jest/globals';
import type { OwnRights } from '@typed-queue/contracts';
import { queueHome } from './queue-home.js';

const NONE: OwnRights = { publish: false, consume: false, tail: false, admin: false };

it.each<[Partial<OwnRights>, string]>([
  [{ tail: true, admin: true }, '/queues/$queue'],
  [{ consume: true, publish: true }, '/queues/$queue/groups'],
  [{ admin: true }, '/queues/$queue/groups'],
  [{ publish: true }, '/queues/$queue/publish'],
  [{}, '/queues/$queue/contract'],
])('of who may %j is %s', (rights, home) => {
  expect(queueHome({ ...NONE, ...rights })).toBe(home);
});
