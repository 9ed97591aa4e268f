/** The settings that production mode requires. */
export const production = {
  SECRETS: 'vS0mUq1cWJm3rB9yTn6xkZ2pQd8hLfGe4aRoXiNtCbw',
  PUBLIC_URL: 'https://auth.example.com',
  WEB_URL: 'https://app.example.com',
  SMTP_URL: 'smtp://127.0.0.1:1',
  MAIL_FROM: 'Example <no-reply@example.com>',
}
