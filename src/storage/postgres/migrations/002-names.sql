-- Renames columns, a table and a view to standard terms. The data does not change.
DROP VIEW signed_in;

ALTER TABLE sessions RENAME COLUMN access_id TO access_token_jti;
ALTER TABLE sessions RENAME COLUMN address TO ip;
ALTER TABLE sessions RENAME COLUMN expires_at TO idle_expires_at;
ALTER TABLE sessions RENAME COLUMN ends_at TO absolute_expires_at;
ALTER TABLE spent_tokens RENAME COLUMN spent_at TO rotated_at;
ALTER TABLE spent_tokens RENAME TO rotated_refresh_tokens;

CREATE VIEW session_with_user AS
SELECT
  sessions.*,
  memberships.organization_id,
  memberships.role AS organization_role,
  users.id AS user__id,
  users.realm AS user__realm,
  users.email AS user__email,
  users.email_verified_at AS user__email_verified_at,
  users.password_hash AS user__password_hash,
  users.name AS user__name,
  users.role AS user__role,
  users.status AS user__status,
  users.plan AS user__plan,
  users.picture AS user__picture,
  users.profile AS user__profile,
  users.provider AS user__provider,
  users.totp_secret AS user__totp_secret,
  users.expires_at AS user__expires_at,
  users.created_at AS user__created_at,
  users.updated_at AS user__updated_at
FROM sessions
JOIN users ON users.id = sessions.user_id
LEFT JOIN memberships ON memberships.user_id = sessions.user_id
  AND memberships.organization_id = (
    SELECT first.organization_id
    FROM memberships AS first
    WHERE first.user_id = sessions.user_id
    ORDER BY first.created_at, first.organization_id
    LIMIT 1
  );
