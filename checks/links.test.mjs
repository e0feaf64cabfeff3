import { describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const root = join(import.meta.dirname, '..');
const git = (...args) => execFileSync('git', args, { cwd: root, encoding: 'utf8' });

/** The Markdown files of the repository. */
const pages = git('ls-files', '--cached', '--others', '--exclude-standard', '*.md').trim().split('\n');

/** As GitHub names the anchor of a heading. */
const anchorOf = (heading) =>
  heading
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-');

const withoutCode = (text) => text.replace(/^(```|~~~)[^]*?^\1/gm, '').replace(/`[^`\n]*`/g, '');

const anchorsOf = (page) => {
  const text = readFileSync(join(root, page), 'utf8').replace(/^(```|~~~)[^]*?^\1/gm, '');
  return [...text.matchAll(/^#{1,6} (.+)$/gm)].map(([, heading]) => anchorOf(heading));
};

const linksOf = (page) => {
  const text = withoutCode(readFileSync(join(root, page), 'utf8'));
  return [...text.matchAll(/\]\(([^()\s]+(?:\([^()]*\)[^()\s]*)*)\)/g)].map(([, link]) => link);
};

/** Why a link leads nowhere; undefined: it does not leave the repository, and there is something at its end. */
const problemOf = (page, link) => {
  if (/^[a-z]+:/.test(link)) return undefined;
  const [path, anchor] = link.split('#');
  const target = path === '' ? page : relative(root, join(root, dirname(page), path));
  if (!existsSync(join(root, target))) return 'no such file';
  if (anchor === undefined || !target.endsWith('.md')) return undefined;
  return anchorsOf(target).includes(anchor) ? undefined : 'no such heading';
};

describe('the links of the documentation', () => {
  it.each(pages)('%s links to what is there', (page) => {
    const dead = linksOf(page).flatMap((link) => {
      const problem = problemOf(page, link);
      return problem === undefined ? [] : [`${link}: ${problem}`];
    });
    expect(dead).toEqual([]);
  });
});

describe('the links of a README that is packed', () => {
  const packages = pages
    .filter((page) => page.endsWith('/README.md'))
    .filter((page) => {
      const manifest = join(root, dirname(page), 'package.json');
      return existsSync(manifest) && !JSON.parse(readFileSync(manifest, 'utf8')).private;
    });

  it('are those of packages that exist', () => {
    expect(packages).toContain('queue-client/README.md');
  });

  const documents = packages.flatMap((page) => {
    const { files } = JSON.parse(readFileSync(join(root, dirname(page), 'package.json'), 'utf8'));
    return files
      .filter((file) => file.endsWith('.md'))
      .map((document) => ({ folder: dirname(page), document }));
  });

  it.each(documents)(
    'of $folder names $document, which is packed and links only to itself',
    ({ folder, document }) => {
      expect(readFileSync(join(root, folder, 'README.md'), 'utf8')).toContain(`\`${document}\``);
      expect(linksOf(document).filter((link) => !/^(#|[a-z]+:)/.test(link))).toEqual([]);
    },
  );

  it('name the protocol', () => {
    expect(documents).toContainEqual({ folder: 'queue-server', document: 'docs/protocol.md' });
  });

  it.each(packages)('%s links to nothing outside of its package, and to no test', (page) => {
    const outside = linksOf(page).filter((link) => /^\.\.|\.(test|test-d|fixture|suite)\./.test(link));
    expect(outside).toEqual([]);
  });
});
