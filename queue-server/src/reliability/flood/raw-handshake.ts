import { connect } from 'node:net';
import { ATTACKER, type Target } from '../server-process.js';

export type HandshakeResult = 'accepted' | 'refused' | 'unanswered';

const REQUEST = [
  'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1',
  ...['Host: 127.0.0.1', 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13'],
  ...['Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', '', ''],
].join('\r\n');

/** A text of less than 126 bytes as a WebSocket frame; a mask of zeros changes nothing. */
const textFrame = (text: string): Buffer =>
  Buffer.concat([Buffer.from([0x81, 0x80 | text.length, 0, 0, 0, 0]), Buffer.from(text)]);

const resultOf = (received: string): HandshakeResult | undefined => {
  if (received.startsWith('HTTP/1.1 429') || received.includes('"rate_limited"')) return 'refused';
  return received.includes('40{"sid"') ? 'accepted' : undefined;
};

/** Connects, shows the key and disconnects, at a small part of the cost of a WebSocket library. */
export const rawHandshake = ({ port, key }: Target): Promise<HandshakeResult> =>
  new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', localAddress: ATTACKER }).setEncoding('latin1');
    let received = '';
    let result: HandshakeResult = 'unanswered';
    socket.write(REQUEST);
    socket.once('data', () => socket.write(textFrame(`40${JSON.stringify({ token: key })}`)));
    socket.on('data', (text: string) => {
      received += text;
      const found = resultOf(received);
      if (found === undefined) return;
      result = found;
      // A reset: the system keeps no port for it.
      socket.resetAndDestroy();
    });
    socket.on('error', () => undefined);
    socket.once('close', () => resolve(result));
  });
