import type { Trial } from './trial.fixture.js';

/** States one guarantee: it is tried on an engine of its own. */
export type Guarantee = (title: string, run: (trial: Trial) => Promise<void>) => void;
