/**
 * Follows what the documentation says to do, as a newcomer would: in empty folders, with the packages as they are packed,
 * and everything else from the registry: `npm run guide`. Some of it, by name: `npm run guide -- vitest create`
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../checks/free-port.fixture.mjs';
import { blocksOf, followPage, PAGES, sectionOf } from '../checks/page.fixture.mjs';
import { packedIn } from './packed.mjs';

const root = join(import.meta.dirname, '..');
const textOf = (path) => readFileSync(join(root, path), 'utf8');

const folder = mkdtempSync(join(tmpdir(), 'typed-queue-guide-'));
const packed = packedIn(join(folder, 'packed'));

/** The packages are packed once, and not in each clone. */
const PRELUDE = `
npm() {
  case "$1 $2" in
    'run pack') mkdir -p "$4" && cp ${packed}/*.tgz "$4" ;;
    *) command npm "$@" ;;
  esac
}
export npm_config_audit=false npm_config_fund=false npm_config_update_notifier=false
`;

const readme = sectionOf(textOf('README.md'), 'In your project');
const start = textOf('docs/getting-started.md');
const INSTALL = blocksOf(readme).find(({ kind }) => kind === 'commands').text;

/** What a project is made of before one of the pages about test runners. */
const withProject = (page) => {
  const files = start.match(/^```ts\n[^]*?^```$/gm).join('\n\n');
  return `\`\`\`sh\n${INSTALL}\`\`\`\n\n${files}\n\n${page}`;
};

const CREATE = `
\`\`\`sh
npx --yes --package ${packed}/create-typed-queue-*.tgz create-typed-queue shop --packages ${packed}
cd shop
npm install
npm test
npm run server &
npm run consumer &
npm run order
\`\`\`

\`\`\`
…queue server listens on http://127.0.0.1:3333
order-… is message 1, on disk
billed order-…: 42
\`\`\`
`;

const tasks = {
  'the guide, page after page': [readme, ...PAGES.map((page) => textOf(`docs/${page}.md`))].join('\n\n'),
  'docs/jest.md': withProject(textOf('docs/jest.md')),
  'docs/vitest.md': withProject(textOf('docs/vitest.md')),
  'npm create typed-queue': CREATE,
};

const follow = async (name, page) => {
  const clone = join(folder, name.replaceAll(/\W+/g, '-'), 'clone');
  mkdirSync(clone, { recursive: true });
  await followPage(page, { folder: clone, port: await freePort(), prelude: PRELUDE });
  console.log(`${name}: done`);
};

const chosen = process.argv.slice(2);
const isChosen = ([name]) => chosen.length === 0 || chosen.some((part) => name.includes(part));

try {
  for (const [name, page] of Object.entries(tasks).filter(isChosen)) await follow(name, page);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
