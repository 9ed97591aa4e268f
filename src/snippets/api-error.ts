import type { Call } from './call.ts'

/**
 * Writes the TypeScript class of errors. Its message is that of the API, or the status if the body has none,
 * such as the HTML of a proxy.
 */
export function errorClass({ errors }: Pick<Call, 'errors'>): string {
  if (errors.shape === 'text')
    return `class ApiError extends Error {
  status: number;
  retryAfter: number | undefined; // in seconds

  constructor(response: Response, error?: string) {
    super(error ?? \`HTTP \${response.status}\`);
    this.status = response.status;
    this.retryAfter = Number(response.headers.get("Retry-After")) || undefined;
  }
}`
  return `class ApiError extends Error {
  status: number;
  code: string | undefined;
  retryAfter: number | undefined; // in seconds

  constructor(response: Response, error?: { code: string; message: string }) {
    super(error?.code ? \`\${error.code}: \${error.message}\` : \`HTTP \${response.status}\`);
    this.status = response.status;
    this.code = error?.code;
    this.retryAfter = Number(response.headers.get("Retry-After")) || undefined;
  }
}`
}

/** Writes the Python class of errors. See {@link errorClass}. */
export function pythonErrorClass({ errors }: Pick<Call, 'errors'>): string {
  const hasCode = errors.shape === 'code'
  const read = hasCode
    ? [
        'error = response.json()["error"]',
        `code, message = error["code"], f"{error['code']}: {error['message']}"`,
      ]
    : ['message = response.json()["error"]']
  return `class ApiError(Exception):
    def __init__(self, response):
        try:
${read.map((line) => `            ${line}`).join('\n')}
        except (ValueError, KeyError, TypeError):  # such as the HTML of a proxy
            ${hasCode ? 'code, message = None,' : 'message ='} f"HTTP {response.status_code}"
        super().__init__(message)
        self.status = response.status_code
${hasCode ? '        self.code = code\n' : ''}        retry_after = response.headers.get("Retry-After", "")
        self.retry_after = int(retry_after) if retry_after.isdigit() else None  # in seconds`
}
