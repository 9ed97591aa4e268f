import type { PageTexts } from './index.ts'

export const english: PageTexts = {
  allApis: 'All APIs',
  reference: 'API reference',
  guides: 'Guides',
  journeys: 'Journeys',
  changelog: 'Changelog',
  postman: 'Postman collection',
  bruno: 'Bruno collection',
  tryIt: 'Try it in the console',
  accessibleNames: { links: 'Documentation and downloads', menu: 'Operations', example: 'Example' },
  servers: {
    mock: 'Mock: returns the examples of the contract and keeps no state.',
    sandbox: 'Sandbox: a working server with test data.',
  },
  mockSection: ({ mock, status, example }) => `## Choose a response of the mock
The mock (${mock}) responds to a request that equals an example with the response of the same name, and to any other valid request with
the first example. Ask for another response with the header \`Prefer\`. The names of the examples are in parentheses.

| Request header | Response |
|---|---|
| \`Prefer: code=${status}\` | the first example of this status |
| \`Prefer: code=${status}, example=${example}\` | this example |
| \`Prefer: dynamic=true\` | a success with generated values |
| \`X-Mock-Response-Delay: 2000\` | the same response, two seconds later |
`,
  redoc: {},
}
