import type { Call } from './call.ts'

/**
 * Writes the TypeScript class of errors. Its message is that of the API, or the status if the body has none,
 * such as the HTML of a proxy.
 */
export function errorClass({ errors }: Pick<Call, 'errors'>): string {
  if (errors.shape === 'other')
    return `class ApiError extends Error {
  status: number;
  body: unknown;
  retryAfter: number | undefined; // in seconds

  constructor(response: Response, body: unknown) {
    super(\`HTTP \${response.status}: \${JSON.stringify(body)}\`);
    this.status = response.status;
    this.body = body;
    this.retryAfter = Number(response.headers.get("Retry-After")) || undefined;
  }
}`
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

/**
 * Writes the error of a failed call.
 * @param body the expression of the body
 */
export function newApiError({ errors }: Pick<Call, 'errors'>, body: string, access: '.' | '?.'): string {
  return `new ApiError(response, ${errors.shape === 'other' ? body : `${body}${access}error`})`
}

/** Writes the Python class of errors. See {@link errorClass}. */
export function pythonErrorClass({ errors }: Pick<Call, 'errors'>): string {
  if (errors.shape === 'other')
    return `class ApiError(Exception):
    def __init__(self, response):
        super().__init__(f"HTTP {response.status_code}: {response.text}")
        self.status = response.status_code
        self.body = response.text
        retry_after = response.headers.get("Retry-After", "")
        self.retry_after = int(retry_after) if retry_after.isdigit() else None  # in seconds`
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
