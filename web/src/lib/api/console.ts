// Calls of staff: how the house is, who works here, who did what.
import { api, path } from './client';
import type { Page } from './types';

export const ROLES = ['operator', 'moderator', 'auditor'] as const;
export type Role = (typeof ROLES)[number];

export interface Overview {
  now: string | null;
  workers: number;
  listeners: { listener: string; waiting: number; lag_ms: number }[];
  buried: { listener: string; facts: number; last_at: string | null; error: string }[];
  jobs: { queue: string; state: string; jobs: number; oldest_s: number }[];
  stuck: { task: string; jobs: number }[];
  tables: { name: string; rows: number; bytes: number }[];
  disk: { total_bytes: number; free_bytes: number; database_bytes: number };
  moderation: {
    cases: number;
    cases_overdue: number;
    reports_last_day: number;
    appeals: number;
    appeals_overdue: number;
  };
}
export interface Staff {
  account_id: string;
  handle: string;
  name: string;
  roles: string[];
  is_verified: boolean;
}
export interface Entry {
  seq: number;
  occurred_at: string | null;
  market: string;
  actor_kind: string;
  actor_id: string | null;
  action: string;
  object_kind: string;
  object_id: string | null;
  facts: Record<string, unknown> | null;
  hash: string;
}
export interface Proof {
  is_intact: boolean;
  entries: number;
  erased: number;
  broken_at: number | null;
}

export const readOverview = () => api.get<Overview>('/console/overview');
export const readStaff = () => api.get<{ items: Staff[] }>('/staff');
export const setRoles = (account_id: string, roles: string[]) =>
  api.put<Staff>(path`/staff/${account_id}/roles`, { roles });
export const setBadge = (account_id: string, is_verified: boolean) =>
  api.put<Staff>(path`/staff/${account_id}/badge`, { is_verified });
export const readAudit = (about: { kind: string; id: string } | null, cursor?: string | null) =>
  api.get<Page<Entry>>('/audit', {
    cursor,
    limit: 50,
    object_kind: about?.kind,
    object_id: about?.id,
  });
export const readProof = () => api.get<Proof>('/audit/proof');
