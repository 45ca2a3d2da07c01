// What can go wrong with a call, as one typed value whose words people understand.
import { words } from '$lib/i18n/index.svelte';

export interface ProblemBody {
  type?: string;
  title?: string;
  status?: number;
  detail?: string;
  code?: string;
  facts?: Record<string, string | number>;
  request_id?: string;
  rule?: string;
  authority?: string;
}

/** Where a refusal's rule stands with the authority behind it, among all that hold where the person is. */
export const RULES_PAGE = '/transparency/market';

/** A refusal or failure. `code` is stable: compare it; show `words`. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: string;
  readonly facts: Record<string, string | number>;
  readonly request_id: string | null;
  readonly rule: string | null;
  readonly authority: string | null;

  constructor(status: number, body: ProblemBody) {
    super(body.detail ?? body.title ?? body.code ?? `status ${status}`);
    this.name = 'ApiProblem';
    this.status = status;
    this.code = body.code ?? `http.${status}`;
    this.facts = body.facts ?? {};
    this.request_id = body.request_id ?? null;
    this.rule = body.rule ?? null;
    this.authority = body.authority ?? null;
  }

  /** The device has no connection, or the server did not answer. */
  get isOffline(): boolean {
    return this.code === 'client.offline';
  }

  /** Trying the same again may work. */
  get isTemporary(): boolean {
    return this.isOffline || this.status === 429 || this.status >= 500;
  }

  /** What to tell a person: the words of the code, else of its family, else the server's own. */
  get words(): string {
    const family = this.code.split('.').slice(0, -1).join('.');
    return (
      words.maybe(`problem.${this.code}`, this.facts) ??
      words.maybe(`problem.${family}`, this.facts) ??
      (this.status >= 500 ? words.maybe('problem.server') : undefined) ??
      (this.message || (words.maybe('problem.unknown') ?? this.code))
    );
  }
}

/** Any thrown value as words; for `catch` blocks that only want to say what happened. */
export function problemWords(problem: unknown): string {
  if (problem instanceof ApiProblem) return problem.words;
  return words.maybe('problem.unknown') ?? String(problem);
}
