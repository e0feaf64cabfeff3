import { setTimeout } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { newId } from '@typed-queue/contracts';
import { encodeFrame } from '@typed-queue/contracts/wire';
import { RawPeer } from '../siege/raw-peer.js';
import type { Flooded, FloodOrder } from './flood.js';

/** Between two sends, in milliseconds. */
const STEP_MS = 10;
/** About as many as queue-client packs at this rate. */
const FRAME_MESSAGES = 100;
/** Between two connections. */
const PAUSE_MS = 50;

// Safe: the thread that starts this one passes these.
const { target, messagesPerSecond } = workerData as FloodOrder;
const payload = JSON.stringify({ path: '/tmp/flood', bytes: 1, sha256: 'a', durationMs: 1 });
const counts = { accepted: 0, refused: 0, unanswered: 0, cuts: 0 };
const stop = new AbortController();

const frame = (): Buffer =>
  Buffer.from(
    encodeFrame(Array.from({ length: FRAME_MESSAGES }, () => ({ id: newId(), event: 'save', payload })))
      .bytes,
  );

const publish = async (peer: RawPeer): Promise<void> => {
  const result = await peer.publishFrame('files', frame());
  if (result === undefined) counts.unanswered += FRAME_MESSAGES;
  else counts[result.ok ? 'accepted' : 'refused'] += FRAME_MESSAGES;
};

/** Sends at the rate until the connection is cut or the flood is stopped, whatever the answers are. */
const floodBy = async (peer: RawPeer): Promise<void> => {
  const began = performance.now();
  const answers: Promise<void>[] = [];
  let sent = 0;
  while (peer.isOpen && !stop.signal.aborted) {
    const due = ((performance.now() - began) / 1_000) * messagesPerSecond;
    for (; sent < due; sent += FRAME_MESSAGES) answers.push(publish(peer));
    await setTimeout(STEP_MS);
  }
  if (!peer.isOpen) counts.cuts++;
  peer.close();
  await Promise.all(answers);
};

parentPort?.once('message', () => stop.abort());
const began = performance.now();
while (!stop.signal.aborted) {
  await floodBy(await RawPeer.admitted(target));
  await setTimeout(PAUSE_MS);
}
const flooded: Flooded = { ...counts, ms: performance.now() - began };
parentPort?.postMessage(flooded);
