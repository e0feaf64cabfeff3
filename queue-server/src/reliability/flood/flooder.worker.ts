import { setTimeout } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { newId } from '@typed-queue/contracts';
import { encodeFrame } from '@typed-queue/contracts/wire';
import { RawPeer, type RequestResult } from '../siege/raw-peer.js';
import type { Flooded, FloodKind, FloodOrder } from './flood.js';
import { rawHandshake } from './raw-handshake.js';

/** Between two sends, in milliseconds. */
const STEP_MS = 10;
/** About as many as queue-client packs at this rate. */
const FRAME_MESSAGES = 100;
/** Between two connections. */
const PAUSE_MS = 50;
const CONTROLS = ['unsubscribe', 'pause', 'position'];

// Safe: the thread that starts this one passes these.
const { kind, target, perSecond } = workerData as FloodOrder;
const payload = JSON.stringify({ path: '/tmp/flood', bytes: 1, sha256: 'a', durationMs: 1 });
const counts = { accepted: 0, refused: 0, unanswered: 0, keptOut: 0, cuts: 0 };
const stop = new AbortController();

const frame = (): Buffer =>
  Buffer.from(
    encodeFrame(Array.from({ length: FRAME_MESSAGES }, () => ({ id: newId(), event: 'save', payload })))
      .bytes,
  );

const count = (result: RequestResult, of: number): void => {
  if (result === undefined) counts.unanswered += of;
  else if (!result.ok && result.error.code === 'rate_limited') counts.refused += of;
  else accept(of);
};

/** The first is reported: the flood began. */
const accept = (of: number): void => {
  if (counts.accepted === 0) parentPort?.postMessage('began');
  counts.accepted += of;
};

const publish = async (peer: RawPeer): Promise<void> => {
  count(await peer.publishFrame('files', frame()), FRAME_MESSAGES);
};

let controls = 0;
const control = async (peer: RawPeer): Promise<void> => {
  const verb = CONTROLS[controls++ % CONTROLS.length] ?? 'unsubscribe';
  count(await peer.request(verb, 'none', 1), 1);
};

/** Undefined: its handshake was refused. */
const connect = async (): Promise<RawPeer | undefined> => {
  try {
    return await RawPeer.admitted(target);
  } catch {
    counts.keptOut++;
    return undefined;
  }
};

const handshake = async (): Promise<void> => {
  const result = await rawHandshake(target);
  if (result === 'accepted') accept(1);
  else counts[result]++;
};

/** Sends at the rate until the flood is stopped, whatever the answers are. `each`: how many one call sends. */
const sendAtRate = async (each: number, isOpen: () => boolean, send: () => Promise<void>): Promise<void> => {
  const began = performance.now();
  const answers: Promise<void>[] = [];
  let sent = 0;
  while (isOpen() && !stop.signal.aborted) {
    const due = ((performance.now() - began) / 1_000) * perSecond;
    for (; sent < due; sent += each) answers.push(send());
    await setTimeout(STEP_MS);
  }
  await Promise.all(answers);
};

const floodBy = async (
  peer: RawPeer,
  each: number,
  send: (peer: RawPeer) => Promise<void>,
): Promise<void> => {
  await sendAtRate(
    each,
    () => peer.isOpen,
    () => send(peer),
  );
  if (!peer.isOpen) counts.cuts++;
  peer.close();
};

/** Floods on one connection after the other. */
const byConnections = async (each: number, send: (peer: RawPeer) => Promise<void>): Promise<void> => {
  while (!stop.signal.aborted) {
    const peer = await connect();
    if (peer !== undefined) await floodBy(peer, each, send);
    await setTimeout(PAUSE_MS);
  }
};

const FLOODS: Readonly<Record<FloodKind, () => Promise<void>>> = {
  publishes: () => byConnections(FRAME_MESSAGES, publish),
  controls: () => byConnections(1, control),
  handshakes: () => sendAtRate(1, () => true, handshake),
};

parentPort?.once('message', () => stop.abort());
const began = performance.now();
await FLOODS[kind]();
const flooded: Flooded = { ...counts, ms: performance.now() - began };
parentPort?.postMessage(flooded);
