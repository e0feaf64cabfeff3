import { Decoder, PacketType } from 'socket.io-parser';

/** A packet with an attachment names its request and its queue; everything else is in the attachment. */
const MAX_TEXT_WITH_ATTACHMENT = 4_096;

/**
 * Decodes the packets of one connection: first CONNECT, once, for the namespace `/`; then at most one attachment a
 * packet. It throws for everything else, and Socket.IO then ends the connection.
 */
export class PacketDecoder extends Decoder {
  #connects = false;

  constructor() {
    super({ maxAttachments: 1 });
    this.on('decoded', ({ type, nsp }) => {
      if (nsp !== '/') throw new Error('there is no namespace but "/"');
      if (type !== PacketType.CONNECT) return;
      if (this.#connects) throw new Error('a connection has one CONNECT');
      this.#connects = true;
    });
  }

  override add(data: unknown): void {
    if (!this.#connects && !startsWith(data, PacketType.CONNECT)) throw new Error('CONNECT comes first');
    if (isOverlong(data)) throw new Error('the text of a packet with an attachment is too long');
    super.add(data);
  }
}

/** Does a packet announce an attachment? */
export const hasAttachment = (data: unknown): data is string =>
  startsWith(data, PacketType.BINARY_EVENT) || startsWith(data, PacketType.BINARY_ACK);

const startsWith = (data: unknown, type: PacketType): data is string =>
  typeof data === 'string' && data.startsWith(String(type));

const isOverlong = (data: unknown): boolean => hasAttachment(data) && data.length > MAX_TEXT_WITH_ATTACHMENT;
