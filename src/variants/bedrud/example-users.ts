/**
 * The ids of the users that a sandbox is seeded with. Their passwords are public, so production refuses to
 * start on a database that contains one of them.
 */
export const exampleUsers = {
  mary: '3f6c1c0e-7d5b-4a58-8f0a-2b9d4e6a1c37',
  ada: '8d3b0a52-6a0e-4b43-9f2e-0f6a1c7e52d1',
  lin: 'b7e4d9f1-23c6-4d0b-a1f8-5c9e7a3b6d20',
  erin: 'c05a8e6d-9b1f-4e72-b3d4-7f2a6c8e1b95',
} as const
