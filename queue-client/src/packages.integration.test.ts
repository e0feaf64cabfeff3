import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestServer } from '@typed-queue/queue-server/testing';
import { EmptyProject, STRICT_OPTIONS } from './empty-project.fixture.js';

const PACKAGES = ['@typed-queue/contracts', '@typed-queue/queue-client'];

const PROGRAM = `
import { contract } from '@typed-queue/contracts';
import { connect } from '@typed-queue/queue-client';

const queue = connect(contract, { url: process.argv[2] ?? '' });
const { seq, durability } = await queue.publish('files', 'save', {
  path: '/tmp/a',
  bytes: 12,
  sha256: 'abc',
  durationMs: 3,
});
await queue.close();
console.log(JSON.stringify({ seq, durability }));
`;

let project: EmptyProject;
beforeAll(async () => {
  project = await EmptyProject.with(PACKAGES, ['@types/node']);
});
afterAll(() => project.remove());

describe('the packages as they are published, in an empty project', () => {
  it.each(PACKAGES)('%s has its sources, what was made of them, a README and a licence', async (name) => {
    const files = await project.filesOf(name);
    expect(files).toEqual(
      expect.arrayContaining(['LICENSE', 'README.md', 'package.json', 'dist/index.js', 'src/index.ts']),
    );
    const other = files.filter((file) => !/^(dist|src)\/.+\.(js|ts)(\.map)?$/.test(file));
    expect(other.sort()).toEqual(['LICENSE', 'README.md', 'package.json']);
    expect(files.filter((file) => /\.(test|test-d|fixture)\./.test(file))).toEqual([]);
    const sources = files.filter((file) => file.startsWith('src/')).map((file) => file.slice(4, -3));
    const kinds = ['js', 'js.map', 'd.ts', 'd.ts.map'];
    const made = sources.flatMap((source) => kinds.map((kind) => `dist/${source}.${kind}`));
    expect(made.filter((file) => !files.includes(file))).toEqual([]);
  });

  it.each(PACKAGES)('%s maps what runs to sources that are there', async (name) => {
    expect(JSON.parse(await project.read(name, 'dist/index.js.map'))).toMatchObject({
      sources: ['../src/index.ts'],
    });
  });

  it('compile without `skipLibCheck`, all but a wrong event, and publish under plain Node', async () => {
    await project.write('tsconfig.json', JSON.stringify({ compilerOptions: STRICT_OPTIONS }));
    await project.write('right.ts', PROGRAM);
    await project.write('wrong.ts', PROGRAM.replace("'save'", "'svae'"));
    const { out } = await project.compile();
    expect(out.trimEnd().split('\n')).toEqual([
      expect.stringMatching(
        /^wrong\.ts\(6,\d+\): error TS2345: .*'"svae"' is not assignable .*("error" \| "save"|"save" \| "error")/,
      ),
    ]);

    const server = await startTestServer();
    try {
      expect(await project.node('right.js', server.url)).toEqual({
        exitCode: 0,
        out: '{"seq":1,"durability":"disk"}\n',
      });
    } finally {
      await server.close();
    }
  });
});
