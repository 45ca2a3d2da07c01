// Calls about who is tied to whom beyond a press on "follow": requests, followers, what is hidden.
import { api } from './client';
import type { Shapes } from './types';

export type Hidden = Shapes['HiddenPayload'];

export const followers = (handle: string, cursor?: string | null) =>
  api.get('/profiles/{handle}/followers', { handle, cursor, limit: 40 });
export const followed = (handle: string, cursor?: string | null) =>
  api.get('/profiles/{handle}/following', { handle, cursor, limit: 40 });
export const profileReposts = (handle: string, cursor?: string | null) =>
  api.get('/profiles/{handle}/reposts', { handle, cursor, limit: 24 });
export const dropFollower = (account_id: string) =>
  api.delete('/followers/{account_id}', { account_id });
export const readRequests = () => api.get('/follow-requests', { limit: 100 });
export const readHidden = () => api.get('/feed/hidden');
