const GRACE_MS = 5_000;

/** What a failed test left open must not keep the run from ending; a timer that nothing waits for sees to it. */
export default function endSoon() {
  setTimeout(() => process.exit(), GRACE_MS).unref();
}
