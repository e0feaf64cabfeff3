import { describe, expect, it } from '@jest/globals';
import { ESLint } from 'eslint';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import tseslint from 'typescript-eslint';
import config from '../eslint.config.mjs';
import { rows } from './import-directions.mjs';

const root = join(import.meta.dirname, '..');

/** The real config. Rules that need types are off: the files named here do not exist. */
const eslint = new ESLint({
  cwd: root,
  overrideConfigFile: true,
  baseConfig: config,
  overrideConfig: [tseslint.configs.disableTypeChecked],
});

const reported = async (file, code) => {
  const [result] = await eslint.lintText(code, { filePath: file });
  return result.messages.map(({ ruleId, message }) => ruleId ?? message);
};

const lines = (count) => 'count();\n'.repeat(count);

describe('the direction of imports', () => {
  it('has rows only for what exists', () => {
    expect(rows.filter((row) => !existsSync(join(root, row)))).toEqual([]);
  });

  it.each([
    ['contracts/src/queue.ts', './errors.js'],
    ['contracts/src/queue.ts', '@standard-schema/spec'],
    ['contracts/src/frame/bytes.node.ts', 'node:zlib'],
    ['contracts/src/socket.test-d.ts', 'socket.io-client'],
    ['program/src/environment.ts', '@typed-queue/contracts'],
    ['program/src/rights/jwk-set.ts', 'jose'],
    ['queue-client/src/outbox.ts', '@typed-queue/contracts'],
    ['queue-client/src/outbox.ts', '@typed-queue/contracts/wire'],
    ['queue-client/src/outbox.test.ts', '@typed-queue/queue-server/testing'],
    ['queue-client/src/outbox.test.ts', '../../checks/same.fixture.js'],
    ['queue-client/src/consuming/grant.ts', '../messages/lazy-messages.js'],
    ['queue-client/src/tailing/tail.ts', '../messages/lazy-messages.js'],
    ['queue-server/src/engine/disk.ts', './journal/journal.js'],
    ['queue-server/src/engine/journal/segment.ts', 'node:fs/promises'],
    ['queue-server/src/delivery/dispatcher.ts', '../engine/engine.js'],
    ['queue-server/src/transport/session.ts', '../guard/publication.js'],
    ['queue-server/src/transport/socket-server.ts', 'socket.io'],
    ['queue-server/src/server.ts', './transport/socket-server.js'],
    ['queue-server/src/engine/disk.test.ts', '../testing/disk.fixture.js'],
    ['logger/src/main.ts', '@typed-queue/queue-client'],
    ['file-writer/src/server.fixture.ts', '@typed-queue/queue-server/testing'],
    ['examples/browser/src/page/page.ts', '@typed-queue/queue-client'],
    ['examples/browser/src/page.test.ts', '@typed-queue/queue-server/testing'],
    ['dashboard/src/overview/overview-page.tsx', '../tables/data-table.js'],
    ['dashboard/src/charts/chart.tsx', '../layout/theme.js'],
    ['dashboard/src/routes.tsx', './overview/overview-page.js'],
  ])('lets %s import %s', async (file, source) => {
    expect(await reported(file, `export { x } from '${source}';\n`)).toEqual([]);
  });

  it.each([
    ['contracts/src/queue.ts', '@typed-queue/queue-client'],
    ['contracts/src/queue.ts', 'node:crypto'],
    ['contracts/src/queue.test.ts', '@typed-queue/queue-server/testing'],
    ['contracts/src/queue.ts', '@typed-queue/program'],
    ['program/src/environment.ts', '@typed-queue/queue-client'],
    ['program/src/environment.ts', 'jose'],
    ['program/src/node-version.ts', '@typed-queue/contracts'],
    ['queue-client/src/outbox.ts', '@typed-queue/queue-server'],
    ['queue-client/src/outbox.ts', '../../checks/same.fixture.js'],
    ['queue-client/src/consuming/grant.ts', '../tailing/tail.js'],
    ['queue-client/src/tailing/tail.ts', '../consuming/grant.js'],
    ['queue-client/src/messages/lazy-messages.ts', '../consuming/grant.js'],
    ['queue-client/src/messages/lazy-messages.ts', '../tailing/tail.js'],
    ['queue-client/src/publishing/outbox.ts', '../consuming/grant.js'],
    ['queue-client/src/publishing/outbox.ts', 'socket.io-client'],
    ['queue-client/src/outbox.ts', 'node:timers'],
    ['queue-client/src/outbox.ts', '@typed-queue/program'],
    ['queue-client/src/outbox.ts', '../../contracts/src/id.js'],
    ['queue-client/src/outbox.test.ts', '@typed-queue/queue-server/src/server.js'],
    ['queue-server/src/server.ts', '@typed-queue/queue-client'],
    ['queue-server/src/main.ts', '@typed-queue/queue-client'],
    ['queue-server/src/server.ts', 'socket.io'],
    ['queue-server/src/engine/disk.ts', '../delivery/dispatcher.js'],
    ['queue-server/src/engine/group/group.ts', 'node:crypto'],
    ['queue-server/src/engine/group/group.ts', '../journal/journal.js'],
    ['queue-server/src/engine/journal/journal.ts', '../group/group.js'],
    ['queue-server/src/guard/publication.ts', '../engine/engine.js'],
    ['queue-server/src/delivery/dispatcher.ts', '../transport/session.js'],
    ['queue-server/src/delivery/dispatcher.ts', 'socket.io'],
    ['queue-server/src/transport/session.ts', '../engine/journal/journal.js'],
    ['logger/src/main.ts', '@typed-queue/queue-server'],
    ['logger/src/main.ts', '@typed-queue/contracts/wire'],
    ['api-server/src/http/app.ts', '@typed-queue/contracts/wire'],
    ['file-writer/src/main.ts', '@typed-queue/queue-server/testing'],
    ['examples/browser/src/page/page.ts', 'node:buffer'],
    ['examples/browser/src/main.ts', '@typed-queue/queue-server'],
    ['dashboard/src/overview/overview-page.tsx', '../group/group-page.js'],
    ['dashboard/src/session/session.ts', '../layout/shell.js'],
    ['dashboard/src/tables/data-table.tsx', '@typed-queue/contracts'],
    ['dashboard/src/text/text.tsx', '@typed-queue/queue-client'],
    ['dashboard/src/charts/chart.tsx', '../layout/shell.js'],
    ['examples/new/src/main.ts', '@typed-queue/contracts'],
    ['new-program/src/main.ts', '@typed-queue/contracts'],
  ])('forbids %s to import %s', async (file, source) => {
    expect(await reported(file, `export { x } from '${source}';\n`)).toEqual(['imports/direction']);
  });

  it.each([
    `import 'socket.io';`,
    `import type { Server } from 'socket.io'; export type S = Server;`,
    `export * from 'socket.io';`,
    `export type S = import('socket.io').Server;`,
    `export const load = () => import('socket.io');`,
  ])('sees %s', async (code) => {
    expect(await reported('queue-server/src/server.ts', `${code}\n`)).toContain('imports/direction');
  });
});

describe('the form of a source', () => {
  it.each([
    ['max-lines', lines(301)],
    ['max-params', 'export const f = (a: 1, b: 2, c: 3, d: 4, e: 5): number => a + b + c + d + e;\n'],
    ['max-lines-per-function', `export const f = (): void => {\n${lines(29)}};\n`],
    ['no-restricted-syntax', 'export default 1;\n'],
    ['no-restricted-syntax', 'export const f = (a: object): object => ({ ...{ b: 1 }, ...a });\n'],
    ['no-restricted-syntax', `export { x as default } from './x.js';\n`],
    ['no-restricted-syntax', `import { z } from 'zod';\nz.string();\n`],
    ['no-restricted-syntax', `import z from 'zod';\nz.string();\n`],
    ['no-restricted-globals', 'process.exit();\n'],
    ['no-restricted-properties', 'globalThis.process.exit();\n'],
    ['no-restricted-imports', `import { env } from 'node:process';\nenv.clear();\n`],
    ['@typescript-eslint/no-explicit-any', 'export const x: any = 1;\n'],
    ['@typescript-eslint/no-non-null-assertion', 'x!.y();\n'],
  ])('%s forbids what it should', async (rule, code) => {
    expect(await reported('queue-server/src/config.ts', code)).toContain(rule);
  });

  it.each([
    ['queue-server/src/config.ts', `import * as z from 'zod';\nz.string();\n`],
    ['queue-server/src/config.ts', 'export const f = (a: 1, b: 2, c: 3, d: 4): number => a + b + c + d;\n'],
    ['queue-server/src/config.ts', lines(300)],
    ['queue-server/src/config.ts', `export const f = (): void => {\n${lines(28)}};\n`],
    ['queue-server/src/config.test.ts', `export const f = (): void => {\n${lines(100)}};\n`],
    ['queue-server/src/config.test.ts', 'process.exit();\n'],
    ['queue-server/src/config.test.ts', lines(300)],
    ['queue-server/src/main.ts', 'process.exit();\n'],
  ])('lets %s hold what it may', async (file, code) => {
    expect(await reported(file, code)).toEqual([]);
  });
});
