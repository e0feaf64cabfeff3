import { PacketType } from 'socket.io-parser';
import { PacketDecoder } from '../../transport/packet-decoder.js';

/** A request as it came over the wire. */
export interface ArrivedPacket {
  /** As Socket.IO wrote it: type, number of attachments, id, and a JSON array. */
  readonly text: string;
  readonly attachment: Uint8Array | undefined;
  /** Of the acknowledgement that the client waits for. */
  readonly id: number | undefined;
}

/** By their arguments. */
const arrived = new WeakMap<object, ArrivedPacket>();

/** The packet that the arguments of a request came with; undefined: they did not come over the wire. */
export const arrivedPacket = (args: object): ArrivedPacket | undefined => arrived.get(args);

/** Keeps each request as it came, beside its arguments, to be passed on unchanged. */
export class FrontDecoder extends PacketDecoder {
  #text = '';
  #attachment: Uint8Array | undefined;

  constructor() {
    super();
    this.on('decoded', ({ type, data, id }) => {
      const [text, attachment] = [this.#text, this.#attachment];
      this.#text = '';
      this.#attachment = undefined;
      if (type !== PacketType.EVENT && type !== PacketType.BINARY_EVENT) return;
      if (Array.isArray(data)) arrived.set(data, { text, attachment, id });
    });
  }

  override add(data: unknown): void {
    if (typeof data === 'string') this.#text = data;
    else if (data instanceof Uint8Array) this.#attachment = data;
    super.add(data);
  }
}
