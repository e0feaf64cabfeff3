import { newId } from '@typed-queue/contracts';
import { encodeFrame } from '@typed-queue/contracts/wire';
import type { SeededRandom } from '../seeded-random.js';

type Packet = string | Buffer;

const payload = { path: 'a', bytes: 1, sha256: 'b', durationMs: 1 };
const placeholder = { _placeholder: true, num: 0 };
const QUEUE = 'files';
const WINDOW = { messages: 10, bytes: 10_000 };

/** Right requests, to be changed. Only this queue and this group are used: others are the well-behaved client's. */
const requests: readonly [unknown[], ...unknown[][]] = [
  ['publish', QUEUE, { event: 'save', payload, id: newId(), headers: { key: 'k' } }],
  [
    'publish',
    QUEUE,
    [
      { event: 'save', payload },
      { event: 'error', payload },
    ],
  ],
  ['publish:frame', QUEUE, placeholder],
  [
    'subscribe',
    { subscription: 's', queue: QUEUE, group: 'g', start: 'start', window: WINDOW, form: 'json' },
  ],
  ['subscribe', { subscription: 's', queue: QUEUE, group: 'g', settings: { maxAttempts: 1 }, tokens: [1] }],
  ['settle', 's', [{ token: 1, outcome: { kind: 'ack' }, ranges: [[1, 2]] }]],
  ['settle', 's', [{ token: 1, outcome: { kind: 'retry', delayMs: 1, reason: 'r' } }]],
  ['pause', 's'],
  ['tail', { subscription: 't', queue: QUEUE, from: 'start', window: WINDOW, form: 'frame' }],
  ['tail', { subscription: 't', queue: QUEUE, from: { epoch: 'e', seq: 1 }, events: ['save'] }],
  ['position', 't', 1],
  ['unsubscribe', 's'],
  ['queues'],
  ['groups', QUEUE],
  ['group:seek', QUEUE, 'g', { seq: 1 }],
  ['group:pause', QUEUE, 'g'],
  ['group:resume', QUEUE, 'g'],
  ['group:delete', QUEUE, 'g'],
  ['queue:purge', QUEUE, 1],
  ['dead-letters', QUEUE, { group: 'g', after: 1, limit: 10 }],
];

/** Values in place of others. */
const oddities: readonly [unknown, ...unknown[]] = [
  null,
  ...[true, 0, -1, 1.5, 2 ** 53, 1e308, '', 'x', [], {}, [null], [[]], '__proto__', 'constructor'],
  ...['\u0000', '\ud800', 'x'.repeat(5_000), { toString: 'x' }, { toJSON: 1 }, { length: 1e9 }],
  ...[placeholder, { _placeholder: true, num: -1 }, { _placeholder: true, num: 'splice' }],
  ...[{ _placeholder: true, num: 1e9 }, { _placeholder: true }, { type: 'Buffer', data: [1] }],
  ...[JSON.parse('{"__proto__":{"a":1}}') as unknown, { hasOwnProperty: 1, constructor: { prototype: 1 } }],
];

/** Names that emitters keep for themselves (the shape of CVE-2024-38355), and event names that are no text. */
const events: readonly [unknown, ...unknown[]] = [
  'error',
  ...['connect', 'connection', 'connect_error', 'disconnect', 'disconnecting', 'newListener'],
  ...['removeListener', 'open', 'close', 'data', 'packet', 'drain', 'upgrade', 'heartbeat', 'any', ''],
  ...[{ toString: 'x' }, { a: 1 }, [], 1, null, true, placeholder],
];

/** A copy of a value in which some values are replaced, doubled or left out. */
const mutated = (value: unknown, random: SeededRandom): unknown => {
  if (random.below(8) === 0) return random.of(oddities);
  if (Array.isArray(value)) {
    const copy = value.map((item: unknown) => mutated(item, random));
    if (random.below(8) === 0)
      copy.splice(random.below(copy.length + 1), random.below(2), random.of(oddities));
    return copy;
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(() => random.below(12) > 0);
  if (random.below(8) === 0)
    entries.push([random.of(['x', '__proto__', 'toString', '']), random.of(oddities)]);
  return Object.fromEntries(entries.map(([key, inner]) => [key, mutated(inner, random)]));
};

/** A text with a few characters changed, left out, doubled or put in. */
const garbled = (text: string, random: SeededRandom): string => {
  let result = text;
  for (let changes = 1 + random.below(3); changes > 0; changes--) {
    const at = random.below(result.length + 1);
    const put = random.of(['', '0', '-', ',', '/', '"', '[', '{', '9999999999', '\u0000', '💥', '\\u']);
    result = result.slice(0, at) + put + result.slice(at + random.below(3));
  }
  return result;
};

const randomBytes = (random: SeededRandom, most: number): Buffer =>
  Buffer.from(Array.from({ length: random.below(most) }, () => random.below(256)));

/** A frame of the queue's own format, most often damaged. */
const queueFrame = (random: SeededRandom): Buffer => {
  const drafts = Array.from({ length: 1 + random.below(3) }, () => ({
    id: newId(),
    event: random.of(['save', 'save', 'none']),
    payload: JSON.stringify(random.below(3) === 0 ? mutated(payload, random) : payload),
  }));
  const bytes = Buffer.from(encodeFrame(drafts).bytes);
  for (let changes = random.below(4); changes > 0; changes--)
    bytes[random.below(bytes.length)] = random.below(256);
  return random.below(4) === 0 ? bytes.subarray(0, random.below(bytes.length)) : bytes;
};

const requestPacket = (request: readonly unknown[], random: SeededRandom): Packet[] => {
  const text = JSON.stringify(request);
  const number = random.of(['', '7', '7', '0', '99999999999999999999']);
  if (!text.includes('_placeholder')) return [`42${number}${text}`];
  const frames = Array.from({ length: 1 + random.below(2) }, () => queueFrame(random));
  const odd = random.below(6) === 0;
  const count = odd ? random.of(['2', '0', '-1', '1e9', '']) : String(frames.length);
  return [`45${count}-${number}${text}`, ...frames];
};

/** A request whose arguments are nearly right. */
export const oddRequestPackets = (random: SeededRandom): Packet[] => {
  const request = random.of(requests);
  return requestPacket(random.below(3) === 0 ? request : [mutated(request, random)].flat(), random);
};

const namespaces: readonly [string, ...string[]] = ['', '/', '/,', '/x,', '/x?a=b,'];
const rests: readonly [string, ...string[]] = [
  '',
  '1',
  '[]',
  '{}',
  '["a"]',
  '"',
  '{"sid":1}',
  'probe',
  '\u0000',
];

/** Some packets that belong together, and may be none at all. */
export const oddPackets = (random: SeededRandom): Packet[] =>
  random.of<() => Packet[]>([
    () => oddRequestPackets(random),
    () => oddRequestPackets(random).map((each) => (typeof each === 'string' ? garbled(each, random) : each)),
    () =>
      requestPacket(
        [random.of(events), ...Array<unknown>(random.below(4)).fill(random.of(oddities))],
        random,
      ),
    () => [`4${random.below(10)}${random.of(namespaces)}${random.of(rests)}`],
    () => [`${random.below(10)}${random.of(rests)}${'x'.repeat(random.below(2_000))}`],
    () => [randomBytes(random, 300)],
    () => [randomBytes(random, 100).toString('latin1')],
    () => ['['.repeat(random.below(20_000))],
    () => [`42["publish","files",${'['.repeat(random.below(5_000))}`],
  ])();
