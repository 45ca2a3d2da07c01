// Calls about the lists people make: collections of what they saved, playlists of what they published.
import { api, path } from './client';
import type { Collection, Page, Playlist, Video } from './types';

export interface FullPlaylist extends Playlist {
  owner_id: string;
  videos: Video[];
  impressions: string[];
}

export const renameCollection = (collection_id: string, title: string) =>
  api.patch<Collection>(path`/collections/${collection_id}`, { title });
export const dropCollection = (collection_id: string) =>
  api.delete<undefined>(path`/collections/${collection_id}`);
export const dropSave = (video_id: string, collection_id: string) =>
  api.delete<undefined>(path`/videos/${video_id}/save`, { collection_id });

export const readPlaylists = () => api.get<Page<Playlist>>('/playlists', { limit: 100 });
export const readPlaylist = (playlist_id: string) =>
  api.get<FullPlaylist>(path`/playlists/${playlist_id}`);
export const makePlaylist = (title: string) => api.post<Playlist>('/playlists', { title });
export const renamePlaylist = (playlist_id: string, title: string) =>
  api.patch<Playlist>(path`/playlists/${playlist_id}`, { title });
export const dropPlaylist = (playlist_id: string) =>
  api.delete<undefined>(path`/playlists/${playlist_id}`);
export const setInPlaylist = (playlist_id: string, video_id: string, on: boolean) =>
  on
    ? api.put<undefined>(path`/playlists/${playlist_id}/videos/${video_id}`)
    : api.delete<undefined>(path`/playlists/${playlist_id}/videos/${video_id}`);
