// Calls about comments.
import { api, path } from './client';
import type { Comment, Page } from './types';

export type CommentSort = 'top' | 'new';
export const readComments = (video_id: string, sort: CommentSort, cursor?: string | null) =>
  api.get<Page<Comment>>(path`/videos/${video_id}/comments`, { sort, cursor, limit: 20 });
export const readReplies = (comment_id: string, cursor?: string | null) =>
  api.get<Page<Comment>>(path`/comments/${comment_id}/replies`, { cursor, limit: 20 });
export const writeComment = (
  video_id: string,
  text: string,
  parent_id: string | null,
  key: string,
) =>
  api.post<Comment>(
    path`/videos/${video_id}/comments`,
    { text, ...(parent_id ? { parent_id } : {}) },
    { idempotency_key: key },
  );
export const editComment = (comment_id: string, text: string) =>
  api.patch<Comment>(path`/comments/${comment_id}`, { text });
export const deleteComment = (comment_id: string) =>
  api.delete<undefined>(path`/comments/${comment_id}`);
export const setCommentLike = (comment_id: string, on: boolean) =>
  on
    ? api.put<undefined>(path`/comments/${comment_id}/like`)
    : api.delete<undefined>(path`/comments/${comment_id}/like`);
export const setPin = (comment_id: string, on: boolean) =>
  on
    ? api.put<undefined>(path`/comments/${comment_id}/pin`)
    : api.delete<undefined>(path`/comments/${comment_id}/pin`);

export interface CommentEdit {
  edited_at: string;
  text_before: string;
}
export interface HeldComment extends Comment {
  video_id: string;
}
export const readEdits = (comment_id: string) =>
  api.get<{ items: CommentEdit[] }>(path`/comments/${comment_id}/history`);
export const readHeld = (cursor?: string | null) =>
  api.get<Page<HeldComment>>('/me/held-comments', { cursor, limit: 30 });
export const releaseComment = (comment_id: string) =>
  api.post<Comment>(path`/comments/${comment_id}/release`);
