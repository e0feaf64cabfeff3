/** A pause, so that polling does not keep the process from what it polls for. */
const POLL_MS = 5;

/** Resolves when the condition holds. */
export const until = async (condition: () => Promise<boolean>): Promise<void> => {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, POLL_MS));
};
