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
  mockSection: ({ mock, status, example }) => [
    '## Choose a response of the mock',
    ...(example
      ? [
          `The mock (${mock}) responds to a request that equals an example with the response of the same name, and to any other valid request with`,
          'the first example. Ask for another response with the header `Prefer`. The names of the examples are in parentheses.',
        ]
      : [
          `The mock (${mock}) responds to a valid request with the first example, or with values made from the schema. Ask for another response`,
          'with the header `Prefer`.',
        ]),
    '',
    '| Request header | Response |',
    '|---|---|',
    ...(status ? [`| \`Prefer: code=${status}\` | the first example of this status |`] : []),
    ...(example ? [`| \`Prefer: code=${status}, example=${example}\` | this example |`] : []),
    '| `Prefer: dynamic=true` | a success with generated values |',
    '| `X-Mock-Response-Delay: 2000` | the same response, two seconds later |',
    '',
  ],
  redoc: {},
}
