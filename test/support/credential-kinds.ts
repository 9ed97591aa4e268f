import type { Document } from '../../src/openapi/document.ts'

const responses = {
  200: { description: 'Done' },
  401: { description: 'No valid credentials' },
}

/** The security requirements of operations: one for each kind of security scheme, and combinations. */
export const requirements: Record<string, Record<string, string[]>[]> = {
  bearer: [{ bearer: [] }],
  basic: [{ basic: [] }],
  digest: [{ digest: [] }],
  oauth2: [{ oauth2: ['read'] }],
  openIdConnect: [{ openIdConnect: [] }],
  headerKey: [{ headerKey: [] }],
  queryKey: [{ queryKey: [] }],
  twoQueryKeys: [{ queryKey: [], appId: [] }],
  cookie: [{ cookie: [] }],
  twoCookies: [{ cookie: [], device: [] }],
  combined: [{ bearer: [], queryKey: [], headerKey: [], device: [] }],
  alternatives: [{ basic: [] }, { bearer: [] }],
  reference: [{ reference: [] }],
  certificate: [{ certificate: [] }],
  optional: [{}, { bearer: [] }],
  none: [],
}

/** A contract with an operation for each of the requirements. */
export const document: Document = {
  openapi: '3.1.0',
  info: { title: 'Kinds of credentials', version: '1' },
  security: [{ bearer: [] }],
  paths: Object.fromEntries(
    Object.entries(requirements).map(([operationId, security]) => [
      `/${operationId}`,
      { get: { operationId, security, responses } },
    ]),
  ),
  components: {
    securitySchemes: {
      bearer: { type: 'http', scheme: 'bearer' },
      basic: { type: 'http', scheme: 'Basic' },
      digest: { type: 'http', scheme: 'digest' },
      oauth2: { type: 'oauth2' },
      openIdConnect: { type: 'openIdConnect' },
      headerKey: { type: 'apiKey', in: 'header', name: 'X-Key' },
      queryKey: { type: 'apiKey', in: 'query', name: 'api_key' },
      appId: { type: 'apiKey', in: 'query', name: 'app_id' },
      cookie: { type: 'apiKey', in: 'cookie', name: 'sid' },
      device: { type: 'apiKey', in: 'cookie', name: 'device' },
      reference: { $ref: '#/components/securitySchemes/queryKey' },
      certificate: { type: 'mutualTLS' },
    },
  },
}
