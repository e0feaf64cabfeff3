import { describe, expect, it } from '@jest/globals';
import { PacketType, type Packet } from 'socket.io-parser';
import { PacketDecoder } from './packet-decoder.js';

const decoding = () => {
  const decoder = new PacketDecoder();
  const packets: Packet[] = [];
  decoder.on('decoded', (packet) => packets.push(packet));
  return { decoder, packets };
};

describe('the packets of a connection', () => {
  it('are CONNECT, then events, with an attachment at most', () => {
    const { decoder, packets } = decoding();
    for (const packet of [
      '0{"token":"t"}',
      '21["queues"]',
      '51-2["publish:frame",{"_placeholder":true,"num":0}]',
    ]) {
      decoder.add(packet);
    }
    decoder.add(Buffer.from('bytes'));
    expect(packets).toMatchObject([
      { type: PacketType.CONNECT, nsp: '/', data: { token: 't' } },
      { type: PacketType.EVENT, id: 1, data: ['queues'] },
      { type: PacketType.EVENT, id: 2, data: ['publish:frame', Buffer.from('bytes')] },
    ]);
  });

  it.each<[string, (string | Buffer)[]]>([
    ['an event before CONNECT', ['2["queues"]']],
    ['an attachment that is announced before CONNECT', ['51-["x"]']],
    ['bytes before CONNECT', [Buffer.from('x')]],
    ['a second CONNECT', ['0', '0']],
    ['a CONNECT to another namespace', ['0/other,']],
    ['an event of another namespace', ['0', '2/other,["queues"]']],
    ['two attachments', ['0', '52-["x"]']],
    ['a text that is too long for one with an attachment', ['0', `51-["${'x'.repeat(4_096)}"]`]],
    ['a text where the attachment is due', ['0', '51-["x"]', '2["queues"]']],
    ['bytes that nothing announced', ['0', Buffer.from('x')]],
    ['an acknowledgement', ['0', '31[]']],
    ['an acknowledgement with an attachment', ['0', '61-1[{"_placeholder":true,"num":0}]']],
    ['an id that would be rounded', ['0', '29007199254740993["queues"]']],
  ])('are not: %s', (_, wrong) => {
    const { decoder, packets } = decoding();
    const last = wrong.pop();
    for (const packet of wrong) decoder.add(packet);
    const before = packets.length;
    expect(() => decoder.add(last)).toThrow();
    expect(packets).toHaveLength(before);
  });
});
