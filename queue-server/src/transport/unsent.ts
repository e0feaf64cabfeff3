import type { Socket } from 'socket.io';

type Engine = Socket['conn'];

/** Bytes, or characters, which are about as many. */
const sizeOf = (packet: { readonly data?: unknown }): number => {
  if (typeof packet.data === 'string') return packet.data.length;
  return ArrayBuffer.isView(packet.data) ? packet.data.byteLength : 0;
};

/**
 * Cuts a connection off when more waits for it than may: it does not read what it is answered, and the server's memory
 * is not its own.
 */
export const boundUnsent = (engine: Engine, mayWait: () => number, onCut: (bytes: number) => void): void => {
  let waiting = 0;
  let sending = 0;
  let cut = false;
  engine.on('flush', () => {
    sending = waiting;
    waiting = 0;
  });
  engine.on('packetCreate', (packet: { readonly data?: unknown }) => {
    waiting += sizeOf(packet);
    const unsent = waiting + (engine.transport.writable ? 0 : sending);
    if (cut || unsent <= mayWait()) return;
    cut = true;
    onCut(unsent);
    // Not within the writing of a packet, which may be one for a whole room.
    queueMicrotask(() => {
      engine.close(true);
      // It does not read a farewell either.
      engine.request.socket.destroy();
    });
  });
};
