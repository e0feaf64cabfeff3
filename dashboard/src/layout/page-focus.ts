import { useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';

/** For a focus that is lost with its element. */
export const focusHeading = (): void => {
  const heading = document.querySelector<HTMLElement>('main h1');
  heading?.setAttribute('tabindex', '-1');
  heading?.focus({ preventScroll: true });
};

/** Moves the focus to the heading of the page after a link was followed, so that it is not lost with the link. */
export const usePageFocus = (): void => {
  const router = useRouter();
  useEffect(
    () =>
      router.subscribe('onRendered', ({ fromLocation, pathChanged }) => {
        const isLost = document.activeElement === document.body;
        if (fromLocation === undefined || !(pathChanged || isLost)) return;
        focusHeading();
      }),
    [router],
  );
};
