// Calls about markets: what they allow and owe, and in which one a guest watches.
import { api } from './client';
import type { Shapes } from './types';

export type MarketRules = Shapes['MarketPayload'];
export type Permission = Shapes['PermissionPayload'];

export const readMarket = (code: string) => api.get('/markets/{code}', { code });
/** What whoever is here may do now, and by whose rule not. */
export const readPermissions = () => api.get('/me/permissions');
/** A guest says where and how they watch; who has an account changes the account. */
export const changeGuest = (change: { market?: string; language?: string }) =>
  api.patch('/session', {}, change);
