import type { Chance } from '../chance.js';
import type { FuzzCase } from './fuzz-case.js';
import { oddRequest, upgrade } from './http-bytes.js';
import { oddPackets, oddRequestPackets } from './packets.js';
import { brokenFrame, packetFrame } from './websocket-bytes.js';

const MOST_STEPS = 8;

const steps = (chance: Chance, step: () => Buffer[]): Buffer[] =>
  Array.from({ length: 1 + chance.below(MOST_STEPS) }, step).flat();

const requestSteps = (chance: Chance): Buffer[] =>
  steps(chance, () => oddRequestPackets(chance).map(packetFrame));

/** Packets that are mostly well framed. */
const packetSteps = (chance: Chance): Buffer[] =>
  steps(chance, () => (chance.below(30) === 0 ? [brokenFrame(chance)] : oddPackets(chance).map(packetFrame)));

/** What a connection may do to this server, whose key is known. */
export const randomCase = (chance: Chance, key: string): FuzzCase => {
  const connect = packetFrame(`40${JSON.stringify({ token: key })}`);
  return chance.of<() => FuzzCase>([
    () => ({
      ...{ kind: 'requests', isAdmitted: true },
      ...{ opening: Buffer.concat([upgrade(), connect]), rest: requestSteps(chance) },
    }),
    () => ({
      ...{ kind: 'packets with the key', isAdmitted: true },
      ...{ opening: Buffer.concat([upgrade(), connect]), rest: packetSteps(chance) },
    }),
    () => ({
      ...{ kind: 'packets without the key', isAdmitted: false },
      ...{ opening: upgrade(), rest: packetSteps(chance) },
    }),
    () => ({
      ...{ kind: 'broken websocket frames', isAdmitted: false },
      ...{ opening: upgrade(), rest: steps(chance, () => [brokenFrame(chance)]) },
    }),
    () => ({
      ...{ kind: 'odd HTTP', isAdmitted: false },
      ...{ opening: oddRequest(chance), rest: chance.below(3) === 0 ? [oddRequest(chance)] : [] },
    }),
    () => ({
      ...{ kind: 'frames behind an odd request', isAdmitted: false },
      ...{ opening: oddRequest(chance), rest: steps(chance, () => [brokenFrame(chance)]) },
    }),
  ])();
};
