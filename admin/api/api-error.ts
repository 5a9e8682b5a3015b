/** What the service or the network refused; the message says what, where and what to do. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** True for what says nothing of the record that was asked for: the service cannot be reached, or is in trouble. */
export function isServiceTrouble(error: Error | null): boolean {
  return error instanceof ApiError && (error.status === 0 || error.status === 429 || error.status >= 500);
}

/** Reads the error of an answer. */
export async function errorOf(response: Response): Promise<ApiError> {
  const text = await response.text();
  try {
    return errorOfBody(response.status, JSON.parse(text));
  } catch {
    // No JSON: a proxy answered.
    return new ApiError(response.status, '', `${response.status} ${response.statusText}: ${text.slice(0, 200)}`);
  }
}

/** The error in an answer's body (`{"error": {"code", "message"}}`). Throws TypeError when there is none. */
export function errorOfBody(status: number, body: unknown): ApiError {
  const { error } = body as { error?: { code?: unknown; message?: unknown } };
  if (typeof error?.message !== 'string') throw new TypeError('The answer holds no error.');
  return new ApiError(status, String(error.code ?? ''), error.message);
}
