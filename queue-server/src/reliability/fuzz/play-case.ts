import { connect } from 'node:net';
import { ATTACKER, type Target } from '../server-process.js';
import type { FuzzCase } from './fuzz-case.js';
import { OPCODE, websocketFrame } from './websocket-bytes.js';

/** Half a request has no answer. */
const SILENCE_MS = 150;
/** Answers may come after the pong, since publishes wait for the disk. */
const LAST_ANSWERS_MS = 50;
/** Comes back in a pong when the server has read everything before. */
const END = Buffer.from('end-of-the-case');
const ADMITTED = '40{"sid"';
const KEPT = 100_000;

/**
 * Sends everything, and resolves with what came back when the server has read it, closed the connection or said
 * nothing for `silenceMs`.
 */
export const playCase = (
  { port }: Target,
  { opening, isAdmitted, rest }: FuzzCase,
  silenceMs = SILENCE_MS,
): Promise<string> =>
  new Promise((resolve) => {
    let received = '';
    let isSent = false;
    const socket = connect({ host: '127.0.0.1', port, localAddress: ATTACKER });
    const send = (): void => {
      isSent = true;
      for (const bytes of rest) socket.write(bytes);
      socket.write(websocketFrame(END, { opcode: OPCODE.ping }));
    };
    socket.on('connect', () => {
      socket.write(opening);
      if (!isAdmitted) send();
    });
    socket.on('data', (data: Buffer) => {
      received = (received + data.toString('latin1')).slice(-KEPT);
      if (!isSent && received.includes(ADMITTED)) send();
      if (endsInClose(data)) socket.destroy();
      else if (received.includes(END.toString())) socket.setTimeout(LAST_ANSWERS_MS);
    });
    socket.setTimeout(silenceMs, () => socket.destroy());
    // Reset by the server: that is an answer, too.
    socket.on('error', () => undefined);
    socket.on('end', () => socket.destroy());
    socket.on('close', () => resolve(received));
  });

/** Whether the server ends the connection: it waits for the close frame of its client, with or without a code. */
const endsInClose = (data: Buffer): boolean =>
  (data.at(-2) === 0x88 && data.at(-1) === 0) || (data.at(-4) === 0x88 && data.at(-3) === 2);
