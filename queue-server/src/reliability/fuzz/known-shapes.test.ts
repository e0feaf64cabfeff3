import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { isLive } from '../probe.js';
import { ServerProcess } from '../server-process.js';
import { upgrade } from './http-bytes.js';
import { playCase } from './play-case.js';
import { OPCODE, packetFrame, websocketFrame } from './websocket-bytes.js';

/** The server answers or closes the connection in each case, however slow the machine is. */
const PATIENCE_MS = 120_000;

let server: ServerProcess;
beforeAll(async () => {
  server = await ServerProcess.start();
});
afterAll(() => server.close());

const expectUnharmed = async (): Promise<void> => {
  expect(server.isRunning).toBe(true);
  expect(await isLive(server.target.port)).toBe(true);
  expect(server.errors).toEqual([]);
};

const bytes = Buffer.from('x');

describe('a server is not ended by', () => {
  it.each([
    ['reserved bits', websocketFrame(bytes, { opcode: OPCODE.text, reserved: 7 })],
    ['an unmasked frame', websocketFrame(bytes, { opcode: OPCODE.text, isMasked: false })],
    ['an unknown opcode', websocketFrame(bytes, { opcode: 15 })],
    ['a length beyond all memory', websocketFrame(bytes, { opcode: OPCODE.binary, claimed: 2 ** 52 })],
    ['a close code that does not exist', websocketFrame(Buffer.from([0, 1]), { opcode: OPCODE.close })],
    ['text that is no UTF-8', websocketFrame(Buffer.from([0xff, 0xfe]), { opcode: OPCODE.text })],
  ])(
    'an invalid websocket frame in the packet of the handshake (CVE-2022-21676): %s',
    async (_name, frame) => {
      const unknown = upgrade().toString().replace('transport=websocket', 'transport=websocket&sid=unknown');
      for (const opening of [upgrade(), Buffer.from(unknown)]) {
        const first = Buffer.concat([opening, frame]);
        const frames = { kind: 'frame', opening: first, isAdmitted: false, rest: [] };
        await playCase(server.target, frames, PATIENCE_MS);
      }
      await expectUnharmed();
    },
  );

  it.each([
    ['an event name that is no text (CVE-2023-32695)', ['42[{"toString":"x"}]']],
    ['an event name that is an attachment', ['451-[{"_placeholder":true,"num":0}]', bytes]],
    [
      'an attachment whose number is a method (CVE-2022-2421)',
      ['451-["x",{"_placeholder":true,"num":"splice"}]', bytes],
    ],
    ['an attachment that does not come', ['452-["x",{"_placeholder":true,"num":1}]', bytes, '42["queues"]']],
    ['an event named error (CVE-2024-38355)', ['42["error"]', '42["error",{"message":"x"}]']],
    ['events named as those of connections', ['42["connect"]', '42["disconnect"]', '42["newListener","x"]']],
  ])('%s', async (_name, packets) => {
    const connect = packetFrame(`40${JSON.stringify({ token: server.key })}`);
    const opening = Buffer.concat([upgrade(), connect]);
    const sent = { kind: 'packets', opening, isAdmitted: true, rest: packets.map(packetFrame) };
    const received = await playCase(server.target, sent, PATIENCE_MS);
    expect(received).toContain('40{"sid"');
    await expectUnharmed();
  });
});
