import { expect, it } from '@jest/globals';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withFolder } from '../run.fixture.js';
import { SourceChanges } from './source-changes.js';

it('sees source files, not what is written below the folder meanwhile: data, backups, JSON', async () => {
  await withFolder({ 'contract.ts': '' }, async (directory) => {
    const dataDir = join(directory, 'mydata');
    await mkdir(join(dataDir, 'queue'), { recursive: true });
    const changes = await SourceChanges.watch(directory, dataDir);
    try {
      await writeFile(join(dataDir, 'queue/module.js'), '');
      await writeFile(join(directory, 'position.json'), '{}');
      await writeFile(join(directory, 'contract.ts'), 'export {}');
      await changes.next(new AbortController().signal);
      expect(changes.take()).toBe('contract.ts');
    } finally {
      await changes.close();
    }
  });
});
