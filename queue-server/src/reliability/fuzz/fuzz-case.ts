import type { SeededRandom } from '../seeded-random.js';
import { oddRequest, upgrade } from './http-bytes.js';
import { oddPackets, oddRequestPackets } from './packets.js';
import { brokenFrame, packetFrame } from './websocket-bytes.js';

/** What one connection sends, as bytes on TCP; a printed case can be played again. */
export interface FuzzCase {
  readonly kind: string;
  /** Sent first. */
  readonly opening: Buffer;
  /** The opening shows the key, and the rest is sent when the server has admitted the connection. */
  readonly isAdmitted: boolean;
  readonly rest: readonly Buffer[];
}

/** One line of JSON, bytes in base64, long ones cut. */
export const printedCase = ({ kind, opening, isAdmitted, rest }: FuzzCase): string =>
  JSON.stringify({ kind, isAdmitted, opening: shown(opening), rest: rest.map(shown) });

const MAX_SHOWN = 4_000;

const shown = (bytes: Buffer): string =>
  bytes.length <= MAX_SHOWN
    ? bytes.toString('base64')
    : `${bytes.subarray(0, MAX_SHOWN).toString('base64')}… (${bytes.length} bytes)`;

const MOST_STEPS = 8;

const steps = (random: SeededRandom, step: () => Buffer[]): Buffer[] =>
  Array.from({ length: 1 + random.below(MOST_STEPS) }, step).flat();

const requestSteps = (random: SeededRandom): Buffer[] =>
  steps(random, () => oddRequestPackets(random).map(packetFrame));

/** Packets that are mostly well framed. */
const packetSteps = (random: SeededRandom): Buffer[] =>
  steps(random, () => (random.below(30) === 0 ? [brokenFrame(random)] : oddPackets(random).map(packetFrame)));

/** A connection that shows the key of the server first. */
const withKey = (kind: string, key: string, rest: readonly Buffer[]): FuzzCase => {
  const connect = packetFrame(`40${JSON.stringify({ token: key })}`);
  return { kind, isAdmitted: true, opening: Buffer.concat([upgrade(), connect]), rest };
};

const withoutKey = (kind: string, opening: Buffer, rest: readonly Buffer[]): FuzzCase => ({
  kind,
  isAdmitted: false,
  opening,
  rest,
});

/** What a connection may do to the server with this key. */
export const randomCase = (random: SeededRandom, key: string): FuzzCase => {
  const brokenFrames = (): Buffer[] => steps(random, () => [brokenFrame(random)]);
  const secondRequest = (): Buffer[] => (random.below(3) === 0 ? [oddRequest(random)] : []);
  return random.of<() => FuzzCase>([
    () => withKey('requests', key, requestSteps(random)),
    () => withKey('packets with the key', key, packetSteps(random)),
    () => withoutKey('packets without the key', upgrade(), packetSteps(random)),
    () => withoutKey('broken websocket frames', upgrade(), brokenFrames()),
    () => withoutKey('odd HTTP', oddRequest(random), secondRequest()),
    () => withoutKey('frames after an odd request', oddRequest(random), brokenFrames()),
  ])();
};
