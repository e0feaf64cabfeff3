import type { Attack } from './attack.js';
import { beforeAdmission } from './before-admission.js';
import { connections } from './connections.js';
import { identity } from './identity.js';
import { requests } from './requests.js';
import { volume } from './volume.js';

export const attacks: readonly Attack[] = [
  ...beforeAdmission,
  ...connections,
  ...requests,
  ...identity,
  ...volume,
];
