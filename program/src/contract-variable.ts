import * as z from 'zod';
import { type Contract, contract as systemContract } from '@typed-queue/contracts';
import { loadContract, type LoadedContract } from './contract-module.js';

/**
 * Loads the contract that the variable `CONTRACT` names; not set: the built-in one, `files` and `database`.
 * @param directory an absolute path: where the user stands
 */
export const contractFrom = async (name: string | undefined, directory: string): Promise<LoadedContract> =>
  name === undefined || name === ''
    ? { kind: 'loaded', contract: systemContract }
    : loadContract(name, directory);

/** The schema of the variable `CONTRACT`, whose module was loaded before: schemas of variables cannot wait. */
export const contractVariable = (loaded: LoadedContract) =>
  z
    .string()
    .optional()
    .transform((input, context): Contract => {
      if (loaded.kind === 'loaded') return loaded.contract;
      context.issues.push({ code: 'custom', message: loaded.problem, input });
      return z.NEVER;
    });
