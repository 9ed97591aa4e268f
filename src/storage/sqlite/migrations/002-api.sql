-- Whose database this is: one row, written by the first who opens it.
CREATE TABLE api (name TEXT NOT NULL) STRICT;
