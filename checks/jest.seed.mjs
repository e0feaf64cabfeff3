import { expect } from '@jest/globals';
import { readFileSync } from 'node:fs';

/**
 * The cases of property tests are the same in every run: what fails was caused by the change that is tested. Other cases:
 * `npm run properties`, which sets PROPERTY_SEED.
 */
const { PROPERTY_SEED = '20261123' } = process.env;

// Only where it is used: loading it for every test file takes longer.
if (readFileSync(expect.getState().testPath, 'utf8').includes("from 'fast-check'")) {
  const { configureGlobal } = await import('fast-check');
  configureGlobal({ seed: Number(PROPERTY_SEED) });
}
