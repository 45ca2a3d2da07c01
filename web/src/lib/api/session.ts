// Calls about who is here: session, follows, blocks, profiles.
import { api, path } from './client';
import type { FollowState, Meta, Page, Playlist, ProfilePage, Session, Video } from './types';

export const readSession = () => api.get<Session>('/session');
export const endSession = () => api.delete<undefined>('/session');
export const readMeta = () => api.get<Meta>('/meta');
export const readProfile = (handle: string) => api.get<ProfilePage>(path`/profiles/${handle}`);
export const profileVideos = (handle: string, cursor?: string | null) =>
  api.get<Page<Video>>(path`/profiles/${handle}/videos`, { cursor, limit: 24 });
export const profilePlaylists = (handle: string, cursor?: string | null) =>
  api.get<Page<Playlist>>(path`/profiles/${handle}/playlists`, { cursor });
export const follow = (account_id: string) =>
  api.put<{ you_follow?: FollowState } | undefined>(path`/follows/${account_id}`);
export const unfollow = (account_id: string) => api.delete<undefined>(path`/follows/${account_id}`);
export const block = (account_id: string) => api.put<undefined>(path`/blocks/${account_id}`);
export const unblock = (account_id: string) => api.delete<undefined>(path`/blocks/${account_id}`);
export const mute = (account_id: string) => api.put<undefined>(path`/mutes/${account_id}`);
export const unmute = (account_id: string) => api.delete<undefined>(path`/mutes/${account_id}`);
