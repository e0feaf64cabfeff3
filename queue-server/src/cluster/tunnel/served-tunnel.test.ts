import { afterAll, beforeAll, describe } from '@jest/globals';
import { describeWithNats } from '../../engine/nats/nats.fixture.js';
import { NatsProcess } from '../../reliability/nats-process.js';
import { servedTunnelSuite } from './served-tunnel.suite.js';
import { openInMemory, TwoServers } from './tunnel.fixture.js';

describe('a queue server over a tunnel in memory', () => servedTunnelSuite(openInMemory));

describeWithNats('a queue server over a tunnel over NATS', () => {
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

  servedTunnelSuite(() => servers.open());
});
