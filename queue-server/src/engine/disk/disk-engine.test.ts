import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeEngine } from '../conformance/describe-engine.fixture.js';
import { draftOf } from '../frames.fixture.js';
import { openDiskEngine } from './open-disk-engine.js';

/** Changes one bit of the message in its segment. */
const damage = async (dir: string, queue: string, number: number): Promise<void> => {
  const folder = join(dir, 'queues', queue);
  const [name = ''] = (await readdir(folder)).filter((file) => file.endsWith('.log'));
  const bytes = await readFile(join(folder, name));
  const at = bytes.indexOf(draftOf(number).payload);
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
  await writeFile(join(folder, name), bytes);
};

describeEngine('the disk', (steering, dir) => openDiskEngine({ ...steering, dir }), { damage });
