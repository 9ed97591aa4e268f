/** The ids of the seeded users. Their passwords are public, so production rejects a database that has one. */
export const exampleUsers = {
  mina: '3f2c9b1e-7a54-4c1d-9e0b-5d6a8f4c2b10',
  sora: '8d0e4f72-1b3c-4a9d-b6e5-2c7f90a1d384',
  ruben: '5b9d2c46-e8f1-4703-a5d2-91c4e7b30f68',
  mateo: '2c6f8d1a-9b35-4e70-8d42-7a0e5c9f3b16',
  leo: '79c3d0ab-25e6-4b18-8f47-d4a2e6c19053',
  tomas: 'a4e61f08-3d7b-4925-bc84-0f5e2d9c7a13',
  iris: 'e27b8a95-60c4-4d3f-97a1-b8f3c5d0e426',
  hana: 'c1a7e5d3-94b2-4f60-8c3e-6b1d0f2a9e75',
} as const
