import { useMatches } from '@tanstack/react-router';
import { useEffect } from 'react';
import { titleText } from './title-text.js';

/** Names what a page shows, by the parameters of its path. */
export type TitleOf = (params: Readonly<Record<string, string | undefined>>) => string;

/** The tab has the name of what is shown. */
export const useTitle = (name: string): void => {
  const title = titleText(name);
  useEffect(() => {
    document.title = title;
  }, [title]);
};

/** The name of the page whose address is open. */
export const usePageName = (): string =>
  useMatches({
    select: (matches) => {
      const page = matches.at(-1);
      return page?.staticData.title(page.params) ?? '';
    },
  });
