// Calls about markets: what they allow and owe, and in which one a guest watches.
import { api, path } from './client';
import type { Market, Session } from './types';

export interface MarketRules extends Market {
  minor_until_age: number;
  profiling_of_minors_allowed: boolean;
  buying_in_app_allowed: boolean;
  rules: {
    action: string;
    rule: string;
    authority: string;
    reason: string;
    basis: string;
    effect: string;
    since: string | null;
  }[];
  duties: { duty: string; authority: string; reason: string; basis: string }[];
}

export const readMarket = (code: string) => api.get<MarketRules>(path`/markets/${code}`);
/** A guest says where and how they watch; who has an account changes the account. */
export const changeGuest = (change: { market?: string; language?: string }) =>
  api.patch<Session>('/session', change);
