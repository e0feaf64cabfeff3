import { describe } from '@jest/globals';
import { openInMemory } from './tunnel.fixture.js';
import { tunnelSuite } from './tunnel.suite.js';

describe('a tunnel in memory', () => tunnelSuite(openInMemory));
