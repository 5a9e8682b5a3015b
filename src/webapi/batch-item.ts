import type { ApiRequest, ApiResponse } from './api-request.ts';

/** A request inside a batch. */
export interface BatchRequest {
  /** Content-ID or JSON id. */
  readonly id: string | undefined;
  readonly request: ApiRequest;
  /** Ids whose failure makes this one fail too (JSON batches). */
  readonly dependsOn: readonly string[];
}

/** What is done at one go: one request, or a change set that succeeds or fails as a whole. */
export interface BatchItem {
  readonly atomic: boolean;
  /** Name of the atomicity group (JSON batches). */
  readonly group?: string | undefined;
  readonly requests: readonly BatchRequest[];
}

/** An answer to a request inside a batch. */
export interface BatchAnswer {
  readonly id: string | undefined;
  readonly response: ApiResponse;
}

/** Answers of one item, in order; a failed change set has one, the failure's. */
export interface BatchItemAnswer {
  readonly atomic: boolean;
  readonly answers: readonly BatchAnswer[];
  /** Ids of the requests that a failed change set undid or left out. */
  readonly undone?: readonly string[];
}
