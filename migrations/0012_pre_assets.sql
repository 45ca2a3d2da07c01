-- Uploads: what was announced; how much has arrived is the size of the file on disk.
CREATE TABLE assets_upload (
    upload_id bigint PRIMARY KEY,
    owner_id bigint NOT NULL,
    market text NOT NULL,
    size_bytes bigint NOT NULL CHECK (size_bytes > 0),
    filename text NOT NULL CHECK (length(filename) <= 255),
    filetype text NOT NULL CHECK (length(filetype) <= 100),
    metadata text NOT NULL CHECK (length(metadata) <= 4096),
    is_complete boolean NOT NULL DEFAULT false,
    sha256 bytea CHECK (octet_length(sha256) = 32),
    purpose text NOT NULL DEFAULT '',
    created_at_us bigint NOT NULL,
    expires_at_us bigint NOT NULL,
    completed_at_us bigint
);
CREATE INDEX assets_upload_by_owner ON assets_upload (owner_id);
CREATE INDEX assets_upload_by_expiry ON assets_upload (expires_at_us);
