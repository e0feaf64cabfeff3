import { expect, it } from '@jest/globals';
import { runIn, withFolder } from './run.fixture.js';

it.each<[...string[]]>([
  ['backup', ''],
  ['restore', '', '--data-dir', 'data'],
  ['restore', 'backup.tar', '--data-dir', ''],
  ['dev', ''],
  ['serve', '--contract', ''],
  ['keys', 'list', '--file', ''],
  ['contract', 'export', '--out', ''],
  ['contract', 'check', '--waivers', ''],
  ['queues', '--token-file', ''],
  ['queues', '--ca', ''],
  ['contract', 'check', '--against', ''],
])('an empty path is refused: %s %s %s %s', async (...args) => {
  await withFolder({}, async (directory) => {
    const { exitCode, err } = await runIn(directory, args);
    expect(exitCode).toBe(64);
    expect(err).toContain('It is empty.');
  });
});
