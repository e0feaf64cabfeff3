import { expect, it } from '@jest/globals';
import { NIL_UUID } from '@typed-queue/contracts/wire';
import { reading } from '../file-system.js';
import { LossyFileSystem } from '../lossy-file-system.fixture.js';
import { encodeFooter, readFooter, readFooterIds } from './segment-footer.js';
import { SparseIndex } from './sparse-index.js';

const PATH = '/sealed';
const END = 500;
const IDS = Uint8Array.from({ length: 16 * 1_000 }, (_, at) => at % 251);

/** A file that ends with a footer, after bytes in place of its messages. */
const sealedFile = (ids: Uint8Array | undefined): LossyFileSystem => {
  const content = { index: new SparseIndex([1, 96, 1_000]), producers: 'snapshot', ids };
  const footer = encodeFooter({ epoch: NIL_UUID, end: END, nextSeq: 1_001, time: 2_000, content });
  const disk = new LossyFileSystem();
  disk.overwrite(PATH, Buffer.concat([new Uint8Array(END), ...footer]));
  return disk;
};

const idsIn = (disk: LossyFileSystem) =>
  reading(disk, PATH, async (file) => readFooterIds(file, await file.size(), PATH));

it('ids are read from the footer, with their seq and time', async () => {
  const found = await idsIn(sealedFile(IDS));
  expect(Uint8Array.from(found?.ids ?? [])).toEqual(IDS);
  expect(found).toMatchObject({ nextSeq: 1_001, time: 2_000 });
});

it('a footer without ids has none, a footer with no ids has an empty list', async () => {
  expect(await idsIn(sealedFile(undefined))).toBeUndefined();
  expect((await idsIn(sealedFile(new Uint8Array())))?.ids).toHaveLength(0);
});

it('a reader of the index does not read the ids', async () => {
  const disk = sealedFile(IDS);
  const footer = await reading(disk, PATH, async (file) => readFooter(file, await file.size(), PATH));
  expect(footer?.content).toMatchObject({ producers: 'snapshot' });
  expect(disk.bytesRead).toBeLessThan(500);
});
