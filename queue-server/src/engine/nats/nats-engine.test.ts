import { afterAll, beforeAll } from '@jest/globals';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { Buffer } from 'node:buffer';
import { basename } from 'node:path';
import { NatsProcess } from '../../reliability/nats-process.js';
import { describeEngine } from '../conformance/describe-engine.fixture.js';
import { draftOf } from '../frames.fixture.js';
import { StreamNames } from './nats-names.js';
import { describeWithNats } from './nats.fixture.js';
import { openNatsEngine } from './open-nats-engine.js';

describeWithNats('with NATS', () => {
  let nats: NatsProcess;
  let connection: NatsConnection;
  beforeAll(async () => {
    nats = await NatsProcess.start();
    connection = await connect({ servers: nats.url });
  });
  afterAll(async () => {
    await connection.close();
    await nats.stop();
  });

  /** JetStream checks what it stores: what was damaged is missing. */
  const damage = async (dir: string, queue: string, number: number): Promise<void> => {
    const manager = await jetstreamManager(connection);
    const { stream } = new StreamNames(basename(dir), `queue/${queue}`);
    const { payload } = draftOf(number);
    const { state } = await manager.streams.info(stream);
    for (let seq = state.first_seq; seq <= state.last_seq; seq++) {
      const message = await manager.streams.getMessage(stream, { seq });
      if (message !== null && Buffer.from(message.data).includes(payload))
        await manager.streams.deleteMessage(stream, seq, false);
    }
  };

  describeEngine(
    'the NATS',
    (steering, dir) => openNatsEngine({ ...steering, url: nats.url, prefix: basename(dir) }),
    {
      keepsLeases: true,
      damage,
      deviations: [
        {
          reason:
            'nothing is left of a message at the end of a stream, so that no seq that it may have had is used again',
          tests: ['moves a group past a gap at the end of the log'],
        },
      ],
    },
  );
});
