import { setTimeout } from 'node:timers/promises';
import { outcomeOf, type Attack } from './attack.js';
import { largeFrame, largePublish } from './large-messages.js';
import { RawPeer } from './raw-peer.js';

/** 320 MB. */
const LOG_FRAMES = 80;
const TAILS = 60;
const HOLD_MS = 15_000;
const CLIENTS = 200;
const WINDOW = { messages: 10_000, bytes: 64 * 1024 * 1024 };

const tails: Attack = {
  name: 'tails',
  run: async (target, log) => {
    const publisher = await RawPeer.admitted(target);
    for (let sent = 0; sent < LOG_FRAMES; sent++) {
      log.count(`frames ${outcomeOf(await publisher.publishFrame('files', largeFrame()))}`);
    }
    publisher.close();
    const silent = await RawPeer.admitted(target);
    silent.stopReading();
    for (let number = 0; number < TAILS; number++) {
      const form = number % 2 === 0 ? 'frame' : 'json';
      const tail = { subscription: `t${number}`, queue: 'files', from: 'start', form, window: WINDOW };
      silent.send(`42${JSON.stringify(['tail', tail])}`);
    }
    log.count('tails', TAILS);
    await setTimeout(HOLD_MS);
    log.count('closed by the server', silent.isOpen ? 0 : 1);
    silent.close();
  },
};

const largeFrames: Attack = {
  name: 'large-frames',
  run: async (target, log) => {
    const admissions = Array.from({ length: CLIENTS }, () => RawPeer.admitted(target));
    const peers = (await Promise.allSettled(admissions)).flatMap((settled) =>
      settled.status === 'fulfilled' ? [settled.value] : [],
    );
    log.count('clients admitted', peers.length);
    const [frame, text] = [largeFrame(), largePublish()];
    const frames = await Promise.all(peers.map((peer) => peer.publishFrame('files', frame)));
    for (const result of frames) log.count(`frames ${outcomeOf(result)}`);
    const arrays = await Promise.all(peers.map((peer) => peer.requestText(text)));
    for (const result of arrays) log.count(`arrays ${outcomeOf(result)}`);
    for (const peer of peers) peer.close();
  },
};

/** Many bytes at once, in either direction. */
export const volume: readonly Attack[] = [tails, largeFrames];
