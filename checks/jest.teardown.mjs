import { spawnSync } from 'node:child_process';

const GRACE_MS = 5_000;

/** Programs that some tests need, and are left out without. */
const OPTIONAL = [
  { program: 'redis-server', tests: 'those of the Redis engine', require: 'REQUIRE_REDIS' },
  { program: 'nats-server', tests: 'those of the NATS engine', require: 'REQUIRE_NATS' },
  { program: process.env.CHROMIUM ?? 'chromium', tests: 'those of pages', require: 'REQUIRE_CHROMIUM' },
];

const isMissing = ({ program }) => spawnSync(program, ['--version']).error !== undefined;

/** Names the tests that were left out. What a failed test left open must not keep the run from ending: a timer sees to it. */
export default function endSoon() {
  for (const { program, tests, require } of OPTIONAL.filter(isMissing)) {
    console.log(
      `Left out: ${tests}, since ${program} is not installed. ${require}=1 makes them fail instead.`,
    );
  }
  setTimeout(() => process.exit(), GRACE_MS).unref();
}
