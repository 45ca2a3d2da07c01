// Calls about decisions: the queue, statements of reasons, appeals, and how the feed decides.
import { api, path } from './client';
import type { Page, Profile } from './types';

export type Decision = 'none' | 'label' | 'limit' | 'age_gate' | 'demote' | 'remove';
export const DECISIONS: Decision[] = ['none', 'label', 'limit', 'age_gate', 'demote', 'remove'];

/** Whose it is, as far as a moderator needs to know. */
export type Owner = Pick<Profile, 'account_id' | 'handle' | 'name' | 'avatar_url'>;

export interface Ref {
  kind: 'video' | 'comment' | 'profile';
  id: string;
}
export interface Case {
  case_id: string;
  ref: Ref;
  state: 'open' | 'claimed' | 'decided' | 'gone';
  source: string;
  policy: string;
  note: string;
  priority: number;
  market: string;
  is_illegal: boolean;
  is_held: boolean;
  reports_count: number;
  reports: { report_id: string; policy: string; explanation: string; is_illegal: boolean }[];
  owner: Owner | null;
  owner_strike_points: number;
  text: string | null;
  asset_urls: string[];
  opened_at: string;
  due_at: string | null;
  decided_at: string | null;
  decision: Decision | null;
  claimed_by: string | null;
}
export interface Figures {
  cases_waiting: number;
  cases_overdue: number;
  reports_last_day: number;
  appeals_waiting: number;
  appeals_overdue: number;
  appeals_answered: number;
  appeals_answered_in_time: number;
  appeals_in_time_share: number | null;
  appeals_in_time_target: number;
  appeals_overturned: number;
  appeals_target_hours: number;
}
export interface Appeal {
  appeal_id: string;
  state: 'open' | 'upheld' | 'overturned';
  text: string;
  outcome: string | null;
  due_at: string | null;
}
export interface Statement {
  statement_id: string;
  ref: Ref;
  decision: Decision;
  policy: string;
  policy_title: string;
  facts: string;
  excerpt: string;
  legal_ground: string | null;
  terms_ground: string | null;
  is_automated: boolean;
  territorial_scope: string[];
  redress: string[];
  decided_at: string;
  appeal_until: string | null;
  appeal: Appeal | null;
}
export interface AppealCase {
  appeal: Appeal;
  statement: Statement;
  owner: Owner | null;
}
export interface Recommender {
  version: string;
  parameters: { code: string; weight: number; is_personal: boolean; words: string; why: string }[];
  quality_parts: { code: string; weight: number; words: string }[];
  rules: string[];
  options: string[];
}

export const readQueue = (cursor?: string | null) =>
  api.get<Page<Case>>('/moderation/queue', { cursor });
export const readClosed = (cursor?: string | null) =>
  api.get<Page<Case>>('/moderation/cases', { cursor });
export const openCase = (ref: Ref, policy: string, note: string) =>
  api.post<Case>('/moderation/cases', { ref, policy, note });
export const release = (case_id: string) =>
  api.post<Case>(path`/moderation/cases/${case_id}/release`);
export const readFigures = () => api.get<Figures>('/moderation/figures');
export const claim = (case_id: string) => api.post<Case>(path`/moderation/cases/${case_id}/claim`);
export const decide = (
  case_id: string,
  decision: { decision: Decision; policy: string; facts: string; legal_ground: string },
) =>
  api.post<unknown>(path`/moderation/cases/${case_id}/decision`, {
    ...decision,
    territorial_scope: [],
  });
export const readAppeals = () => api.get<Page<AppealCase>>('/moderation/appeals');
export const answerAppeal = (appeal_id: string, uphold: boolean, words: string) =>
  api.post<Appeal>(path`/moderation/appeals/${appeal_id}/decision`, { uphold, words });
export const myStatements = (cursor?: string | null) =>
  api.get<Page<Statement>>('/me/statements', { cursor });
export const appeal = (statement_id: string, text: string) =>
  api.post<Appeal>(path`/statements/${statement_id}/appeal`, { text });
export const readRecommender = () => api.get<Recommender>('/transparency/recommender');
