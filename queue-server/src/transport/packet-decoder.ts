import { Decoder, PacketType } from 'socket.io-parser';

const CONNECT = String(PacketType.CONNECT);
const ACK = String(PacketType.ACK);
const BINARY_EVENT = String(PacketType.BINARY_EVENT);
const BINARY_ACK = String(PacketType.BINARY_ACK);

/** By the arguments of a request, and by its attachment. */
const requestSizes = new WeakMap<object, number>();

/** The size of a request on the wire with its attachment, in bytes; 0 when it did not come over the wire. */
export const requestSize = (argsOrAttachment: object): number => requestSizes.get(argsOrAttachment) ?? 0;

/** A packet with an attachment names its request and its queue; everything else is in the attachment. */
const MAX_TEXT_WITH_ATTACHMENT = 4_096;

/**
 * Decodes the packets of one connection: first CONNECT, once, for the namespace `/`; then at most one attachment a
 * packet. An id is a safe integer: a larger one would be rounded, and its answer would belong to no request.
 * The server asks for no acknowledgement. It throws for everything else, and Socket.IO then ends the connection.
 */
export class PacketDecoder extends Decoder {
  #connected = false;
  /** Of the current packet. */
  #bytes = 0;

  constructor() {
    super({ maxAttachments: 1 });
    this.on('decoded', ({ type, nsp, data, id = 0 }) => {
      if (nsp !== '/') throw new Error('there is no namespace but "/"');
      if (!Number.isSafeInteger(id)) throw new Error('the id of a request is below 2^53');
      if (Array.isArray(data)) requestSizes.set(data, this.#bytes);
      if (type !== PacketType.CONNECT) return;
      if (this.#connected) throw new Error('a connection has one CONNECT');
      this.#connected = true;
    });
  }

  override add(data: unknown): void {
    if (!this.#connected && !(typeof data === 'string' && data.startsWith(CONNECT))) {
      throw new Error('CONNECT comes first');
    }
    if (isAcknowledgement(data)) throw new Error('the server asks for no acknowledgement');
    if (hasAttachment(data) && data.length > MAX_TEXT_WITH_ATTACHMENT) {
      throw new Error('the text of a packet with an attachment is too long');
    }
    if (typeof data === 'string') this.#bytes = Buffer.byteLength(data);
    else if (ArrayBuffer.isView(data)) {
      this.#bytes += data.byteLength;
      requestSizes.set(data, this.#bytes);
    }
    super.add(data);
  }
}

/** Whether a packet announces an attachment. */
export const hasAttachment = (data: unknown): data is string =>
  typeof data === 'string' && data.startsWith(BINARY_EVENT);

const isAcknowledgement = (data: unknown): boolean =>
  typeof data === 'string' && (data.startsWith(ACK) || data.startsWith(BINARY_ACK));
