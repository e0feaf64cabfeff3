import { beforeEach, describe, expect, it } from '@jest/globals';
import { NatsTunnel, MAX_SILENT_TICKS } from './nats-tunnel.js';
import { decodePacket, encodePacket, type Packet } from './packet.js';

describe('an end of a tunnel over NATS', () => {
  let sent: Packet[];
  let gone: number;
  let numbers: number;
  let end: NatsTunnel;
  beforeEach(() => {
    sent = [];
    gone = 0;
    numbers = 0;
    end = new NatsTunnel({
      publish: (_subject, bytes) => {
        const packet = decodePacket(bytes)?.packet;
        if (packet !== undefined) sent.push(packet);
      },
      onGone: () => gone++,
      maxChunkBytes: 1_000,
    });
    end.open('peer', 'own');
  });

  const arrive = (packet: Packet, number = numbers++): void => end.receive(encodePacket({ number, packet }));
  const tick = (times: number): void => {
    for (let count = 0; count < times; count++) end.tick();
  };
  const error = (): unknown => end.stream.errored;

  it('first says where it hears', () => {
    expect(sent).toEqual([{ kind: 'open', subject: 'own' }]);
  });

  it('sends no more bytes in a message than it may', () => {
    end.stream.write(Buffer.alloc(2_500));
    expect(sent.slice(1).map((packet) => packet.kind === 'data' && packet.bytes.length)).toEqual([
      1_000, 1_000, 500,
    ]);
  });

  it('breaks when a message is missing', () => {
    arrive({ kind: 'alive' });
    arrive({ kind: 'alive' }, 2);
    expect(error()).toMatchObject({ code: 'ECONNRESET' });
  });

  it('breaks when a message comes twice', () => {
    arrive({ kind: 'alive' }, 0);
    arrive({ kind: 'alive' }, 0);
    expect(error()).toMatchObject({ code: 'ECONNRESET' });
  });

  it('breaks at what is no packet', () => {
    end.receive(Buffer.from('hello'));
    expect(error()).toMatchObject({ code: 'ECONNRESET' });
  });

  it('breaks at a packet of a kind that it does not know', () => {
    const bytes = encodePacket({ number: 0, packet: { kind: 'alive' } });
    bytes.writeUInt8(99, 0);
    end.receive(bytes);
    expect(error()).toMatchObject({ code: 'ECONNRESET' });
  });

  it('lets the other end know why it broke', () => {
    arrive({ kind: 'alive' }, 7);
    expect(sent.at(-1)).toMatchObject({ kind: 'reset', reason: expect.stringContaining('lost messages') });
  });

  it('takes the end of a broken tunnel whatever its number', () => {
    arrive({ kind: 'reset', reason: 'enough' }, 7);
    expect(error()).toMatchObject({ message: expect.stringContaining('enough') });
  });

  it('breaks when it hears nothing for some ticks', () => {
    tick(MAX_SILENT_TICKS + 1);
    expect(error()).toMatchObject({ code: 'ETIMEDOUT' });
  });

  it('stays while it hears that the other end lives', () => {
    for (let count = 0; count < 10; count++) {
      tick(MAX_SILENT_TICKS);
      arrive({ kind: 'alive' });
    }
    expect(error()).toBeNull();
  });

  it('says that it lives when it has sent nothing since the tick before', () => {
    tick(2);
    expect(sent.slice(1)).toEqual([{ kind: 'alive' }]);
  });

  it('breaks when its connection is lost', () => {
    end.lost(new Error('cut'));
    expect(error()).toMatchObject({ code: 'ECONNRESET' });
  });

  it('breaks when nothing can be published', () => {
    const closed = new NatsTunnel({
      publish: () => {
        throw new Error('closed');
      },
      onGone: () => gone++,
      maxChunkBytes: 1_000,
    });
    closed.open('peer', 'own');
    expect(closed.stream.errored).toMatchObject({ code: 'ECONNRESET' });
  });

  it('is gone once, and says nothing more', () => {
    end.lost(new Error('cut'));
    const said = sent.length;
    tick(10);
    arrive({ kind: 'alive' });
    expect([gone, sent.length]).toEqual([1, said]);
  });

  it('grants as many small packets as large ones their memory', () => {
    for (let count = 0; count < 10_000; count++) end.stream.write('x');
    const small = sent.filter(({ kind }) => kind === 'data').length;
    expect(small).toBeLessThan(4_200);
  });
});
