/**
 * The ids of the seeded users of a sandbox. Their passwords are public, so production does not start with a
 * database that contains one of them.
 */
export const exampleUsers = {
  ada: 'db8a7fee-52dc-4469-9df6-b0f9befbe25c',
  charles: '5128196a-0a5c-4e25-bf36-ffe6c82c82f3',
  mary: '377be53c-fb1b-4e22-aef7-6c9a5eb6fc49',
  luigi: '755cb12f-3c4c-4e9c-be74-f48ee8ffc214',
} as const
