import { useEffect, useState } from 'react';

/** Milliseconds without a key after which a search is sent. */
const PAUSE = 200;

/** What was typed before the last pause. */
export const usePaused = (typed: string): string => {
  const [paused, setPaused] = useState(typed);
  useEffect(() => {
    const timer = setTimeout(() => setPaused(typed), PAUSE);
    return () => clearTimeout(timer);
  }, [typed]);
  return paused;
};
