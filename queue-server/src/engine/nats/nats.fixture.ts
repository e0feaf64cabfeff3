import { describeWithProgram } from '../optional-program.fixture.js';

/** Tests that need a nats-server. */
export const describeWithNats = describeWithProgram('nats-server', 'REQUIRE_NATS');
