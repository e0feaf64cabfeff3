import { afterAll, beforeAll } from '@jest/globals';
import { describeWithNats } from '../../engine/nats/nats.fixture.js';
import { NatsProcess } from '../../reliability/nats-process.js';
import { TwoServers } from './tunnel.fixture.js';
import { tunnelSuite } from './tunnel.suite.js';

describeWithNats('a tunnel over NATS', () => {
  let nats: NatsProcess;
  let servers: TwoServers;
  beforeAll(async () => {
    nats = await NatsProcess.start();
    servers = await TwoServers.connect(nats.url);
  });
  afterAll(async () => {
    await servers.close();
    await nats.stop();
  });

  tunnelSuite(() => servers.open());
});
