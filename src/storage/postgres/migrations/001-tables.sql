CREATE TABLE users (
  id TEXT COLLATE "C" PRIMARY KEY NOT NULL,
  realm TEXT COLLATE "C" NOT NULL,
  email TEXT COLLATE "C",
  email_verified_at BIGINT,
  password_hash TEXT COLLATE "C",
  name TEXT COLLATE "C" NOT NULL,
  role TEXT COLLATE "C" NOT NULL,
  status TEXT COLLATE "C" NOT NULL,
  plan TEXT COLLATE "C",
  picture TEXT COLLATE "C",
  profile TEXT COLLATE "C" NOT NULL,
  provider TEXT COLLATE "C" NOT NULL,
  totp_secret TEXT COLLATE "C",
  expires_at BIGINT,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  UNIQUE (realm, email)
);
CREATE INDEX users_expiring ON users (expires_at) WHERE expires_at IS NOT NULL;

CREATE TABLE identities (
  realm TEXT COLLATE "C" NOT NULL,
  provider TEXT COLLATE "C" NOT NULL,
  subject TEXT COLLATE "C" NOT NULL,
  user_id TEXT COLLATE "C" NOT NULL REFERENCES users ON DELETE CASCADE,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (realm, provider, subject)
);
CREATE INDEX identities_of_user ON identities (user_id);

CREATE TABLE sessions (
  id TEXT COLLATE "C" PRIMARY KEY NOT NULL,
  user_id TEXT COLLATE "C" NOT NULL REFERENCES users ON DELETE CASCADE,
  token_hash TEXT COLLATE "C" NOT NULL UNIQUE,
  access_id TEXT COLLATE "C",
  previous_token_hash TEXT COLLATE "C",
  rotated_at BIGINT,
  user_agent TEXT COLLATE "C",
  address TEXT COLLATE "C",
  created_at BIGINT NOT NULL,
  last_used_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  ends_at BIGINT NOT NULL
);
CREATE INDEX sessions_of_user ON sessions (user_id);
CREATE INDEX sessions_by_access ON sessions (access_id) WHERE access_id IS NOT NULL;
CREATE INDEX sessions_by_previous_token ON sessions (previous_token_hash) WHERE previous_token_hash IS NOT NULL;
CREATE INDEX sessions_expiring ON sessions (expires_at);

CREATE TABLE spent_tokens (
  token_hash TEXT COLLATE "C" PRIMARY KEY NOT NULL,
  session_id TEXT COLLATE "C" NOT NULL REFERENCES sessions ON DELETE CASCADE,
  spent_at BIGINT NOT NULL
);
CREATE INDEX spent_tokens_of_session ON spent_tokens (session_id);

CREATE TABLE one_time_tokens (
  token_hash TEXT COLLATE "C" PRIMARY KEY NOT NULL,
  purpose TEXT COLLATE "C" NOT NULL,
  realm TEXT COLLATE "C" NOT NULL,
  user_id TEXT COLLATE "C" REFERENCES users ON DELETE CASCADE,
  email TEXT COLLATE "C",
  data TEXT COLLATE "C" NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX one_time_tokens_of_user ON one_time_tokens (user_id, purpose) WHERE user_id IS NOT NULL;
CREATE INDEX one_time_tokens_by_email ON one_time_tokens (email, purpose) WHERE email IS NOT NULL;
CREATE INDEX one_time_tokens_expiring ON one_time_tokens (expires_at);
CREATE INDEX one_time_tokens_of_purpose ON one_time_tokens (purpose, expires_at);

CREATE TABLE passkeys (
  credential_id TEXT COLLATE "C" PRIMARY KEY NOT NULL,
  user_id TEXT COLLATE "C" NOT NULL REFERENCES users ON DELETE CASCADE,
  public_key TEXT COLLATE "C" NOT NULL,
  counter BIGINT NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE INDEX passkeys_of_user ON passkeys (user_id);

CREATE TABLE organizations (
  id TEXT COLLATE "C" PRIMARY KEY NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  slug TEXT COLLATE "C" NOT NULL UNIQUE,
  created_at BIGINT NOT NULL
);

CREATE TABLE memberships (
  organization_id TEXT COLLATE "C" NOT NULL REFERENCES organizations ON DELETE CASCADE,
  user_id TEXT COLLATE "C" NOT NULL REFERENCES users ON DELETE CASCADE,
  role TEXT COLLATE "C" NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (organization_id, user_id)
);
CREATE INDEX memberships_of_user ON memberships (user_id, created_at, organization_id);

CREATE TABLE projects (
  id TEXT COLLATE "C" PRIMARY KEY NOT NULL,
  organization_id TEXT COLLATE "C" NOT NULL REFERENCES organizations ON DELETE CASCADE,
  name TEXT COLLATE "C" NOT NULL,
  slug TEXT COLLATE "C" NOT NULL,
  description TEXT COLLATE "C",
  created_at BIGINT NOT NULL,
  UNIQUE (organization_id, slug)
);

CREATE TABLE api_keys (
  id TEXT COLLATE "C" PRIMARY KEY NOT NULL,
  key_hash TEXT COLLATE "C" NOT NULL UNIQUE,
  preview TEXT COLLATE "C" NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  description TEXT COLLATE "C",
  kind TEXT COLLATE "C" NOT NULL,
  realm TEXT COLLATE "C" NOT NULL,
  user_id TEXT COLLATE "C" REFERENCES users ON DELETE CASCADE,
  organization_id TEXT COLLATE "C" REFERENCES organizations ON DELETE CASCADE,
  project_id TEXT COLLATE "C" REFERENCES projects ON DELETE CASCADE,
  scopes TEXT COLLATE "C" NOT NULL,
  created_at BIGINT NOT NULL,
  last_used_at BIGINT,
  expires_at BIGINT,
  revoked_at BIGINT
);
CREATE INDEX api_keys_of_user ON api_keys (user_id, created_at) WHERE user_id IS NOT NULL;
CREATE INDEX api_keys_of_organization ON api_keys (organization_id, created_at) WHERE organization_id IS NOT NULL;
CREATE INDEX api_keys_of_project ON api_keys (project_id) WHERE project_id IS NOT NULL;

CREATE TABLE work_orders (
  id TEXT COLLATE "C" PRIMARY KEY NOT NULL,
  project_id TEXT COLLATE "C" NOT NULL REFERENCES projects ON DELETE CASCADE,
  title TEXT COLLATE "C" NOT NULL,
  status TEXT COLLATE "C" NOT NULL,
  deliverable_type TEXT COLLATE "C",
  phase TEXT COLLATE "C",
  feature TEXT COLLATE "C",
  assignees TEXT COLLATE "C" NOT NULL,
  sort_order BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE INDEX work_orders_of_project ON work_orders (project_id, sort_order, created_at, id);

CREATE TABLE feedback (
  id TEXT COLLATE "C" PRIMARY KEY NOT NULL,
  project_id TEXT COLLATE "C" NOT NULL REFERENCES projects ON DELETE CASCADE,
  api_key_id TEXT COLLATE "C" NOT NULL,
  status TEXT COLLATE "C" NOT NULL,
  data TEXT COLLATE "C" NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE INDEX feedback_of_project ON feedback (project_id, created_at);

CREATE TABLE outbox (
  id TEXT COLLATE "C" PRIMARY KEY NOT NULL,
  realm TEXT COLLATE "C" NOT NULL,
  recipient TEXT COLLATE "C" NOT NULL,
  sealed TEXT COLLATE "C" NOT NULL,
  attempts BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  next_attempt_at BIGINT NOT NULL,
  sent_at BIGINT
);
CREATE INDEX outbox_due ON outbox (next_attempt_at) WHERE sent_at IS NULL;
CREATE INDEX outbox_sent ON outbox (sent_at) WHERE sent_at IS NOT NULL;
CREATE INDEX outbox_by_recipient ON outbox (recipient, created_at);

-- A live session, whose it is, and the organization that they joined first.
CREATE VIEW signed_in AS
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

-- Counters of all servers on this database.
CREATE TABLE limit_windows (
  key TEXT COLLATE "C" PRIMARY KEY NOT NULL,
  count BIGINT NOT NULL,
  ends_at BIGINT NOT NULL
);
CREATE INDEX limit_windows_ending ON limit_windows (ends_at);
