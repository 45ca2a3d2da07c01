// Calls about who is tied to whom beyond a press on "follow": requests, followers, what is hidden.
import { api, path } from './client';
import type { Page, Profile, Video } from './types';
import type { HideScope } from './videos';

export interface Hidden {
  scope: HideScope;
  value: string;
  title: string;
  created_at: string | null;
}

export const followers = (handle: string, cursor?: string | null) =>
  api.get<Page<Profile>>(path`/profiles/${handle}/followers`, { cursor, limit: 40 });
export const followed = (handle: string, cursor?: string | null) =>
  api.get<Page<Profile>>(path`/profiles/${handle}/following`, { cursor, limit: 40 });
export const profileReposts = (handle: string, cursor?: string | null) =>
  api.get<Page<Video>>(path`/profiles/${handle}/reposts`, { cursor, limit: 24 });
export const dropFollower = (account_id: string) =>
  api.delete<undefined>(path`/followers/${account_id}`);
export const readRequests = () => api.get<Page<Profile>>('/follow-requests', { limit: 100 });
export const readHidden = () => api.get<{ items: Hidden[] }>('/feed/hidden');
