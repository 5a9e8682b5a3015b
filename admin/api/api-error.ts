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

/** Reads the error of an answer (`{"error": {"code", "message"}}`). */
export async function errorOf(response: Response): Promise<ApiError> {
  const text = await response.text();
  try {
    const { error } = JSON.parse(text) as { error?: { code?: unknown; message?: unknown } };
    if (typeof error?.message === 'string')
      return new ApiError(response.status, String(error.code ?? ''), error.message);
  } catch {
    // No JSON: a proxy answered.
  }
  return new ApiError(response.status, '', `${response.status} ${response.statusText}: ${text.slice(0, 200)}`);
}
