import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NatsProcess } from '../../reliability/nats-process.js';
import { describeWithProgram } from '../optional-program.fixture.js';

/** Tests that need a nats-server. */
export const describeWithNats = describeWithProgram('nats-server', 'REQUIRE_NATS');

/** Starts a nats-server with more settings, as its configuration file has them. */
export const startNats = async (configuration: string): Promise<NatsProcess> => {
  const dir = await mkdtemp(join(tmpdir(), 'nats-'));
  const file = join(dir, 'nats.conf');
  await writeFile(file, configuration);
  try {
    return await NatsProcess.start('--config', file);
  } finally {
    await rm(dir, { recursive: true });
  }
};
