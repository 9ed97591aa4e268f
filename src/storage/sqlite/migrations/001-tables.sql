CREATE TABLE users (
  id TEXT PRIMARY KEY NOT NULL,
  realm TEXT NOT NULL,
  email TEXT,
  email_verified_at INTEGER,
  password_hash TEXT,
  name TEXT NOT NULL,
  role TEXT NOT NULL,
  status TEXT NOT NULL,
  plan TEXT,
  picture TEXT,
  profile TEXT NOT NULL,
  provider TEXT NOT NULL,
  totp_secret TEXT,
  expires_at INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  UNIQUE (realm, email)
) STRICT;
CREATE INDEX users_expiring ON users (expires_at) WHERE expires_at IS NOT NULL;

CREATE TABLE identities (
  realm TEXT NOT NULL,
  provider TEXT NOT NULL,
  subject TEXT NOT NULL,
  user_id TEXT NOT NULL REFERENCES users ON DELETE CASCADE,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (realm, provider, subject)
) STRICT;
CREATE INDEX identities_of_user ON identities (user_id);

CREATE TABLE sessions (
  id TEXT PRIMARY KEY NOT NULL,
  user_id TEXT NOT NULL REFERENCES users ON DELETE CASCADE,
  token_hash TEXT NOT NULL UNIQUE,
  access_id TEXT,
  previous_token_hash TEXT,
  rotated_at INTEGER,
  user_agent TEXT,
  address TEXT,
  created_at INTEGER NOT NULL,
  last_used_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  ends_at INTEGER NOT NULL
) STRICT;
CREATE INDEX sessions_of_user ON sessions (user_id);
CREATE INDEX sessions_by_access ON sessions (access_id) WHERE access_id IS NOT NULL;
CREATE INDEX sessions_by_previous_token ON sessions (previous_token_hash) WHERE previous_token_hash IS NOT NULL;
CREATE INDEX sessions_expiring ON sessions (expires_at);

CREATE TABLE spent_tokens (
  token_hash TEXT PRIMARY KEY NOT NULL,
  session_id TEXT NOT NULL REFERENCES sessions ON DELETE CASCADE,
  spent_at INTEGER NOT NULL
) STRICT;
CREATE INDEX spent_tokens_of_session ON spent_tokens (session_id);

CREATE TABLE one_time_tokens (
  token_hash TEXT PRIMARY KEY NOT NULL,
  purpose TEXT NOT NULL,
  realm TEXT NOT NULL,
  user_id TEXT REFERENCES users ON DELETE CASCADE,
  email TEXT,
  data TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX one_time_tokens_of_user ON one_time_tokens (user_id, purpose) WHERE user_id IS NOT NULL;
CREATE INDEX one_time_tokens_by_email ON one_time_tokens (email, purpose) WHERE email IS NOT NULL;
CREATE INDEX one_time_tokens_expiring ON one_time_tokens (expires_at);
CREATE INDEX one_time_tokens_of_purpose ON one_time_tokens (purpose, expires_at);

CREATE TABLE passkeys (
  credential_id TEXT PRIMARY KEY NOT NULL,
  user_id TEXT NOT NULL REFERENCES users ON DELETE CASCADE,
  public_key TEXT NOT NULL,
  counter INTEGER NOT NULL,
  name TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX passkeys_of_user ON passkeys (user_id);

CREATE TABLE organizations (
  id TEXT PRIMARY KEY NOT NULL,
  name TEXT NOT NULL,
  slug TEXT NOT NULL UNIQUE,
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE memberships (
  organization_id TEXT NOT NULL REFERENCES organizations ON DELETE CASCADE,
  user_id TEXT NOT NULL REFERENCES users ON DELETE CASCADE,
  role TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (organization_id, user_id)
) STRICT;
-- With the role, so that a session check needs nothing but the index.
CREATE INDEX memberships_of_user ON memberships (user_id, created_at, organization_id, role);

CREATE TABLE projects (
  id TEXT PRIMARY KEY NOT NULL,
  organization_id TEXT NOT NULL REFERENCES organizations ON DELETE CASCADE,
  name TEXT NOT NULL,
  slug TEXT NOT NULL,
  description TEXT,
  created_at INTEGER NOT NULL,
  UNIQUE (organization_id, slug)
) STRICT;

CREATE TABLE api_keys (
  id TEXT PRIMARY KEY NOT NULL,
  key_hash TEXT NOT NULL UNIQUE,
  preview TEXT NOT NULL,
  name TEXT NOT NULL,
  description TEXT,
  kind TEXT NOT NULL,
  realm TEXT NOT NULL,
  user_id TEXT REFERENCES users ON DELETE CASCADE,
  organization_id TEXT REFERENCES organizations ON DELETE CASCADE,
  project_id TEXT REFERENCES projects ON DELETE CASCADE,
  scopes TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  last_used_at INTEGER,
  expires_at INTEGER,
  revoked_at INTEGER
) STRICT;
CREATE INDEX api_keys_of_user ON api_keys (user_id, created_at) WHERE user_id IS NOT NULL;
CREATE INDEX api_keys_of_organization ON api_keys (organization_id, created_at) WHERE organization_id IS NOT NULL;
CREATE INDEX api_keys_of_project ON api_keys (project_id) WHERE project_id IS NOT NULL;

CREATE TABLE work_orders (
  id TEXT PRIMARY KEY NOT NULL,
  project_id TEXT NOT NULL REFERENCES projects ON DELETE CASCADE,
  title TEXT NOT NULL,
  status TEXT NOT NULL,
  deliverable_type TEXT,
  phase TEXT,
  feature TEXT,
  assignees TEXT NOT NULL,
  sort_order INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX work_orders_of_project ON work_orders (project_id, sort_order, created_at, id);

CREATE TABLE feedback (
  id TEXT PRIMARY KEY NOT NULL,
  project_id TEXT NOT NULL REFERENCES projects ON DELETE CASCADE,
  api_key_id TEXT NOT NULL,
  status TEXT NOT NULL,
  data TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX feedback_of_project ON feedback (project_id, created_at);

CREATE TABLE outbox (
  id TEXT PRIMARY KEY NOT NULL,
  realm TEXT NOT NULL,
  recipient TEXT NOT NULL,
  sealed TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  next_attempt_at INTEGER NOT NULL,
  sent_at INTEGER
) STRICT;
CREATE INDEX outbox_due ON outbox (next_attempt_at) WHERE sent_at IS NULL;
CREATE INDEX outbox_sent ON outbox (sent_at) WHERE sent_at IS NOT NULL;
CREATE INDEX outbox_by_recipient ON outbox (recipient, created_at);

-- A live session, whose it is, and the organization that they joined first.
CREATE VIEW signed_in AS
SELECT
  sessions.*,
  (
    SELECT organization_id FROM memberships WHERE user_id = sessions.user_id
    ORDER BY created_at, organization_id LIMIT 1
  ) AS organization_id,
  (
    SELECT role FROM memberships WHERE user_id = sessions.user_id
    ORDER BY created_at, organization_id LIMIT 1
  ) AS organization_role,
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
JOIN users ON users.id = sessions.user_id;
