import { spawnSync } from 'node:child_process';

const GRACE_MS = 5_000;

/** Programs that some tests need, and are left out without. */
const OPTIONAL = [
  { programs: ['redis-server'], tests: 'those of the Redis engine', require: 'REQUIRE_REDIS' },
  { programs: ['nats-server'], tests: 'those of the NATS engine', require: 'REQUIRE_NATS' },
  {
    programs: [process.env.CHROMIUM, 'chromium-headless-shell', 'chromium'].filter(Boolean),
    tests: 'those of pages',
    require: 'REQUIRE_CHROMIUM',
  },
];

const isMissing = ({ programs }) =>
  programs.every((program) => spawnSync(program, ['--version']).error !== undefined);

/** Names the tests that were left out. What a failed test left open must not keep the run from ending: a timer sees to it. */
export default function endSoon() {
  for (const { programs, tests, require } of OPTIONAL.filter(isMissing)) {
    console.log(
      `Left out: ${tests}, since ${programs.at(-1)} is not installed. ${require}=1 makes them fail instead.`,
    );
  }
  setTimeout(() => process.exit(), GRACE_MS).unref();
}
