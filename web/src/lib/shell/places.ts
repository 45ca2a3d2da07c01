// Where the shell leads: one table for the rail and the bar.
import type { Key } from '$lib/i18n/catalogue';
import type { IconName } from '$ui/icons';

export interface Place {
  key: Key;
  href: string;
  icon: IconName;
  iconHere: IconName;
  /** Shown in the bar of a phone too. */
  isInBar: boolean;
  matches: (pathname: string) => boolean;
}

/** The places in reading order; the profile's address depends on who is signed in. */
export function places(handle: string | null): Place[] {
  const profile = handle ? `/@${handle}` : '/signin';
  return [
    {
      key: 'nav.home',
      href: '/',
      icon: 'home',
      iconHere: 'home-fill',
      isInBar: true,
      matches: (path) => path === '/',
    },
    {
      key: 'nav.explore',
      href: '/explore',
      icon: 'compass',
      iconHere: 'compass-fill',
      isInBar: true,
      matches: (path) => /^\/(explore|tag|sound)/.test(path),
    },
    {
      key: 'nav.search',
      href: '/search',
      icon: 'search',
      iconHere: 'search',
      isInBar: false,
      matches: (path) => path.startsWith('/search'),
    },
    {
      key: 'nav.publish',
      href: '/publish',
      icon: 'plus',
      iconHere: 'plus',
      isInBar: true,
      matches: (path) => path.startsWith('/publish'),
    },
    {
      key: 'nav.inbox',
      href: '/inbox',
      icon: 'inbox',
      iconHere: 'inbox-fill',
      isInBar: true,
      matches: (path) => path.startsWith('/inbox'),
    },
    {
      key: 'nav.profile',
      href: profile,
      icon: 'user',
      iconHere: 'user-fill',
      isInBar: true,
      matches: (path) => path === profile || (handle === null && path.startsWith('/sign')),
    },
  ];
}

/** Where somebody with these roles works, or null. */
export function deskOf(roles: string[]): string | null {
  if (roles.includes('operator')) return '/console';
  if (roles.includes('moderator')) return '/moderation';
  return roles.includes('auditor') ? '/console/shown' : null;
}
