/**
 * The ids of the seeded users of a sandbox. Their passwords are public, so a production server does not start
 * with a database that contains one of them.
 */
export const exampleUsers = {
  mary: 'usr_2Hq7VbXn',
  ada: 'usr_8Kd02mQx',
  grace: 'usr_4Fz7RbLm',
  alan: 'usr_1Qk9CxNe',
  katherine: 'usr_6Wd2HvJp',
} as const
