import { describe, expect, it } from '@jest/globals';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tseslint from 'typescript-eslint';

const root = join(import.meta.dirname, '..');
const oxlint = join(root, 'node_modules/.bin/oxlint');
const config = JSON.parse(readFileSync(join(root, '.oxlintrc.json'), 'utf8'));

/** A method may be async only so that what it throws rejects; the other is not in oxlint. */
const LEFT_OUT = ['require-await', 'no-unsafe-class-instance-assignment'];

/** The rules of the strict and stylistic sets that need types, without their prefix. */
const typedRules = () => {
  const sets = [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked];
  const names = sets
    .flatMap(({ rules }) => Object.entries(rules ?? {}))
    .filter(([, level]) => level !== 'off');
  return [...new Set(names.map(([name]) => name.replace('@typescript-eslint/', '')))].filter(
    (name) => tseslint.plugin.rules[name]?.meta.docs.requiresTypeChecking,
  );
};

describe('the lint rules that need types', () => {
  it('are all of the strict and stylistic sets', () => {
    const listed = Object.keys(config.rules).map((name) => name.replace('typescript/', ''));
    expect(typedRules().filter((name) => !listed.includes(name) && !LEFT_OUT.includes(name))).toEqual([]);
  });

  it('are all known to the linter', () => {
    const known = JSON.parse(execFileSync(oxlint, ['--rules', '--format', 'json'], { encoding: 'utf8' }));
    const names = known.map(({ scope, value }) => `${scope}/${value}`);
    expect(Object.keys(config.rules).filter((name) => !names.includes(name))).toEqual([]);
  });

  it('see a promise that nobody waits for', () => {
    const folder = mkdtempSync(join(tmpdir(), 'oxlint-'));
    writeFileSync(join(folder, 'tsconfig.json'), '{ "compilerOptions": { "strict": true } }');
    writeFileSync(join(folder, 'x.ts'), 'export const f = (): void => {\n  Promise.resolve();\n};\n');
    const args = ['--config', join(root, '.oxlintrc.json'), '--format', 'unix', '.'];
    const { stdout } = spawnSync(oxlint, args, { cwd: folder, encoding: 'utf8' });
    rmSync(folder, { recursive: true });
    expect(stdout).toContain('no-floating-promises');
  });
});
