import { TunnelStream } from './tunnel-stream.js';
import type { TunnelPacket } from './packet.js';
import type { TunnelOrigin } from './tunnel-origin.js';

/** A tunnel within this process: its two ends, the second of which is the server's. */
export const memoryTunnel = (origin?: TunnelOrigin): [TunnelStream, TunnelStream] => {
  const near: TunnelStream = new TunnelStream({ send: passedTo(() => far) });
  const far: TunnelStream = new TunnelStream({
    send: passedTo(() => near),
    ...(origin === undefined ? {} : { origin }),
  });
  return [near, far];
};

/** Arrives in the next turn of the event loop, so that others have theirs between. */
const passedTo =
  (end: () => TunnelStream) =>
  (packet: TunnelPacket): void =>
    void setImmediate(() => end().receive(packet));
